import type { SourceRecord } from '../event/record.ts';
import { Framer } from './framer.ts';
import { JsonFramer } from './json-framer.ts';

const LF = 10;

/** Cuts the bytes of a file, from its beginning, into the records from some offset on. */
export interface Cutter {
  /** Bytes pushed. */
  readonly position: number;
  /** The records that end within this chunk. */
  push(chunk: Buffer): SourceRecord[];
  /** The records left when nothing more comes. */
  end(): SourceRecord[];
}

/** The records from offset `from` on; before it only lines are counted, where they are what a record is. */
export function cutter(framing: 'lines' | 'csv' | 'json', maxBytes: number, from: number): Cutter {
  return framing === 'json' ? new Values(maxBytes, from) : new Lines(framing, maxBytes, from);
}

class Lines implements Cutter {
  position = 0;
  readonly #framing: 'lines' | 'csv';
  readonly #maxBytes: number;
  readonly #from: number;
  #line = 1;
  #framer: Framer | undefined;

  constructor(framing: 'lines' | 'csv', maxBytes: number, from: number) {
    this.#framing = framing;
    this.#maxBytes = maxBytes;
    this.#from = from;
  }

  push(chunk: Buffer): SourceRecord[] {
    const before = Math.min(chunk.length, Math.max(0, this.#from - this.position));
    this.#line += lineEnds(chunk.subarray(0, before));
    this.position += chunk.length;
    if (before === chunk.length) return [];
    this.#framer ??= new Framer(this.#framing, this.#maxBytes, { offset: this.#from, line: this.#line });
    return this.#framer.push(chunk.subarray(before));
  }

  end(): SourceRecord[] {
    return this.#framer?.end() ?? [];
  }
}

/** Where a list begins is known only from the beginning of the file. */
class Values implements Cutter {
  position = 0;
  readonly #framer: JsonFramer;
  readonly #from: number;

  constructor(maxBytes: number, from: number) {
    this.#framer = new JsonFramer(maxBytes);
    this.#from = from;
  }

  push(chunk: Buffer): SourceRecord[] {
    this.position += chunk.length;
    return this.#after(this.#framer.push(chunk));
  }

  end(): SourceRecord[] {
    return this.#after(this.#framer.end());
  }

  #after(records: SourceRecord[]): SourceRecord[] {
    return this.#from === 0 ? records : records.filter(({ offset }) => offset >= this.#from);
  }
}

function lineEnds(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) lines++;
  return lines;
}

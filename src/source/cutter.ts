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

/**
 * The records from byte `from` of the file on; before it only lines are counted, where they are what a record is.
 * `base`: offset of the file in its source, from which the offsets of records count.
 */
export function cutter(framing: 'lines' | 'csv' | 'json', maxBytes: number, from: number, base = 0): Cutter {
  return framing === 'json' ? new Values(maxBytes, from, base) : new Lines(framing, maxBytes, from, base);
}

class Lines implements Cutter {
  position = 0;
  readonly #framing: 'lines' | 'csv';
  readonly #maxBytes: number;
  readonly #from: number;
  readonly #base: number;
  #line = 1;
  #framer: Framer | undefined;

  constructor(framing: 'lines' | 'csv', maxBytes: number, from: number, base: number) {
    this.#framing = framing;
    this.#maxBytes = maxBytes;
    this.#from = from;
    this.#base = base;
  }

  push(chunk: Buffer): SourceRecord[] {
    const before = Math.min(chunk.length, Math.max(0, this.#from - this.position));
    this.#line += lineEnds(chunk.subarray(0, before));
    this.position += chunk.length;
    if (before === chunk.length) return [];
    const start = { offset: this.#from, line: this.#line, base: this.#base };
    this.#framer ??= new Framer(this.#framing, this.#maxBytes, start);
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
  readonly #base: number;

  constructor(maxBytes: number, from: number, base: number) {
    this.#framer = new JsonFramer(maxBytes);
    this.#from = from;
    this.#base = base;
  }

  push(chunk: Buffer): SourceRecord[] {
    this.position += chunk.length;
    return this.#after(this.#framer.push(chunk));
  }

  end(): SourceRecord[] {
    return this.#after(this.#framer.end());
  }

  #after(records: SourceRecord[]): SourceRecord[] {
    const from = this.#from;
    const base = this.#base;
    const rest = from === 0 ? records : records.filter(({ offset }) => offset >= from);
    if (base === 0) return rest;
    return rest.map((record) => ({ ...record, offset: base + record.offset, next: base + record.next }));
  }
}

function lineEnds(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) lines++;
  return lines;
}

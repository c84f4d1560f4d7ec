import type { SourceRecord } from '../event/record.ts';

/** Where a record ends: at each line's end, or at a line's end outside quotes. */
export type Framing = 'lines' | 'csv';

const LF = 10;
const CR = 13;
const QUOTE = 34;
/** What may come before a quote that opens a field: , ; tab | */
const DELIMITERS = [44, 59, 9, 124];
const BOM = [0xef, 0xbb, 0xbf];
/** What is kept of a record that is too long. */
const KEPT = 4_096;

/** Where the bytes begin: in their file, and on which line. `base`: offset of the file in the source. */
export interface FramerStart {
  readonly offset: number;
  readonly line: number;
  readonly base?: number;
}

/**
 * Cuts bytes, as they come, into records: byte order mark and line ends taken off, empty lines skipped. A record longer
 * than `maxBytes` is never held whole: it becomes one that says so (`cutFrom`). In CSV a quote that is not closed
 * within `maxBytes`, or at all, counts for its own line only, so that the lines after it are not lost. Memory:
 * `maxBytes` + one chunk. Values are views of the chunks pushed.
 */
export class Framer {
  readonly #framing: Framing;
  readonly #maxBytes: number;
  /** Bytes of the record that has begun, and whatever follows. */
  #bytes: Buffer = Buffer.alloc(0);
  /** Offset of `#bytes` in its file, and of the file in the source. */
  #origin: number;
  readonly #base: number;
  #line: number;
  /** Bytes thrown away of a record that is too long, and its beginning. */
  #dropped = 0;
  #kept: Buffer | undefined;
  /** Where the search for a line's end continues, relative to `#bytes`. */
  #searched = 0;
  /** Whether a quote is open there. */
  #open = false;
  /**
   * The first quote at or after `#searched`, where it is not below: else a chunk without quotes were searched once a
   * line.
   */
  #quote = -1;
  /** Line ends passed within open quotes. */
  #within = 0;

  constructor(framing: Framing, maxBytes: number, start: FramerStart) {
    this.#framing = framing;
    this.#maxBytes = maxBytes;
    this.#origin = start.offset;
    this.#base = start.base ?? 0;
    this.#line = start.line;
  }

  /** The records that end within this chunk. */
  push(chunk: Buffer): SourceRecord[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    return this.#cut(false);
  }

  /** The records left when nothing more comes: the last line needs no end. */
  end(): SourceRecord[] {
    const records = this.#cut(true);
    if (this.#bytes.length + this.#dropped > 0) this.#emit(records, 0, this.#bytes.length, this.#bytes.length);
    this.#bytes = Buffer.alloc(0);
    return records;
  }

  #cut(last: boolean): SourceRecord[] {
    const records: SourceRecord[] = [];
    let start = 0;
    for (let end = this.#find(0); ; end = this.#find(start)) {
      if (end < 0) end = this.#giveUpQuote(start, last);
      if (end < 0) break;
      this.#emit(records, start, end, end + 1);
      start = end + 1;
      this.#searched = start;
      this.#open = false;
    }
    this.#keepFrom(start);
    return records;
  }

  /** The line's end that ends the record begun at `start`; −1 where it is not there yet. */
  #find(start: number): number {
    for (;;) {
      const end = this.#bytes.indexOf(LF, this.#searched);
      if (end < 0) return -1;
      if (this.#framing === 'csv' && this.#kept === undefined) this.#followQuotes(start, end);
      if (!this.#open) return end;
      this.#searched = end + 1;
      this.#within++;
    }
  }

  /** Moves `#open` over the quotes in [`#searched`, end). */
  #followQuotes(start: number, end: number): void {
    const bytes = this.#bytes;
    let at = this.#quote < this.#searched ? this.#quoteFrom(this.#searched) : this.#quote;
    while (at < end) {
      if (!this.#open) this.#open = this.#opensField(start, at);
      else if (bytes[at + 1] === QUOTE) at++;
      else this.#open = false;
      at = this.#quoteFrom(at + 1);
    }
    this.#quote = at;
  }

  #quoteFrom(at: number): number {
    const quote = this.#bytes.indexOf(QUOTE, at);
    return quote < 0 ? Infinity : quote;
  }

  #opensField(start: number, at: number): boolean {
    const before = this.#bytes[at - 1] ?? 0;
    return at === start || DELIMITERS.includes(before) || (at === start + BOM.length && this.#hasBom(start));
  }

  /** Where a quote stays open too long: the end of the line that it is in. */
  #giveUpQuote(start: number, last: boolean): number {
    if (!this.#open || (!last && this.#bytes.length - start <= this.#maxBytes)) return -1;
    // The last line has no end up to which its quotes were followed.
    if (last && this.#kept === undefined) this.#followQuotes(start, this.#bytes.length);
    if (!this.#open) return -1;
    this.#within = 0;
    return this.#bytes.indexOf(LF, start);
  }

  #hasBom(start: number): boolean {
    return this.#origin + start === 0 && BOM.every((byte, i) => this.#bytes[start + i] === byte);
  }

  #emit(records: SourceRecord[], start: number, end: number, next: number): void {
    const line = this.#line;
    this.#line += 1 + this.#within;
    this.#within = 0;
    const length = end - start + this.#dropped;
    const first = this.#origin + start - this.#dropped;
    const offset = this.#base + first;
    const after = this.#base + this.#origin + next;
    this.#dropped = 0;
    const kept = this.#kept;
    this.#kept = undefined;
    if (length > this.#maxBytes) {
      const value = kept ?? this.#beginning(start);
      records.push({ value, offset, next: after, line, cutFrom: length });
      return;
    }
    const from = start + (first === 0 && this.#hasBom(start) ? BOM.length : 0);
    const stop = end > from && this.#bytes[end - 1] === CR ? end - 1 : end;
    if (stop > from) records.push({ value: this.#bytes.subarray(from, stop), offset, next: after, line });
  }

  /** Lets go of what was emitted, and of all but the beginning of a record that is too long already. */
  #keepFrom(start: number): void {
    this.#bytes = this.#bytes.subarray(start);
    this.#quote = -1;
    this.#origin += start;
    // Quotes are followed line by line, so a CSV line is looked at again from its beginning.
    this.#searched = this.#framing === 'csv' ? Math.max(0, this.#searched - start) : this.#bytes.length;
    if (this.#bytes.length <= this.#maxBytes && this.#kept === undefined) return;
    this.#kept ??= Buffer.from(this.#beginning(0));
    this.#dropped += this.#bytes.length;
    this.#origin += this.#bytes.length;
    this.#bytes = Buffer.alloc(0);
    this.#searched = 0;
    this.#open = false;
  }

  #beginning(start: number): Buffer {
    return this.#bytes.subarray(start, start + Math.min(KEPT, this.#maxBytes));
  }
}

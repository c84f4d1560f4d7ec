import type { SourceRecord } from '../event/record.ts';

const LF = 10;
const QUOTE = 34;
const COMMA = 44;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;
const BOM = [0xef, 0xbb, 0xbf];
/** What is kept of a record that is too long. */
const KEPT = 4_096;

/** Where the scanner is: between values, within a bracket, within a string, or in a bare word. */
type State = 'between' | 'bracket' | 'string' | 'word';

/**
 * Cuts bytes, as they come, into JSON values: the elements of a list at the top level, and values there that are in no
 * list, over as many lines as it takes. It follows brackets and strings alone; whether a value is JSON is for the
 * decoder to say. A record longer than `maxBytes` is never held whole (`cutFrom`). Begins at the beginning of the
 * source. Memory: `maxBytes` + one chunk.
 */
export class JsonFramer {
  readonly #maxBytes: number;
  #bytes: Buffer = Buffer.alloc(0);
  /** Offset of `#bytes` in the source. */
  #origin = 0;
  #line = 1;
  #state: State = 'between';
  #inList = false;
  #depth = 0;
  #escaped = false;
  /** Where the value began, in the source; its line. */
  #start = 0;
  #startLine = 1;
  #kept: Buffer | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The records that end within this chunk. */
  push(chunk: Buffer): SourceRecord[] {
    const records: SourceRecord[] = [];
    const from = this.#bytes.length;
    this.#bytes = from === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    for (let at = from; at < this.#bytes.length; at++) this.#step(at, records);
    this.#forget();
    return records;
  }

  /** The record left when nothing more comes, whole or not. */
  end(): SourceRecord[] {
    const records: SourceRecord[] = [];
    if (this.#state !== 'between') this.#emit(this.#bytes.length, records);
    return records;
  }

  #step(at: number, records: SourceRecord[]): void {
    const code = this.#bytes[at];
    if (this.#state === 'string') this.#inString(code, at, records);
    else if (this.#state === 'bracket') this.#inBracket(code, at, records);
    else if (this.#state === 'word' && !endsWord(code)) return;
    else {
      if (this.#state === 'word') this.#emit(at, records);
      this.#between(code, at);
    }
    if (code === LF) this.#line++;
  }

  #between(code: number, at: number): void {
    if (code <= 32 || code === COMMA || this.#isBom(code, at)) return;
    if (code === CLOSE_LIST) {
      this.#inList = false;
      return;
    }
    if (code === OPEN_LIST && !this.#inList) {
      this.#inList = true;
      return;
    }
    this.#start = this.#origin + at;
    this.#startLine = this.#line;
    this.#depth = code === OPEN || code === OPEN_LIST ? 1 : 0;
    this.#state = code === QUOTE ? 'string' : this.#depth > 0 ? 'bracket' : 'word';
  }

  #inBracket(code: number, at: number, records: SourceRecord[]): void {
    if (code === QUOTE) this.#state = 'string';
    else if (code === OPEN || code === OPEN_LIST) this.#depth++;
    else if ((code === CLOSE || code === CLOSE_LIST) && --this.#depth === 0) this.#emit(at + 1, records);
  }

  #inString(code: number, at: number, records: SourceRecord[]): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE && this.#depth > 0) this.#state = 'bracket';
    else if (code === QUOTE) this.#emit(at + 1, records);
  }

  #emit(end: number, records: SourceRecord[]): void {
    const next = this.#origin + end;
    const length = next - this.#start;
    const place = { offset: this.#start, next, line: this.#startLine };
    const value = this.#kept ?? this.#bytes.subarray(this.#start - this.#origin, end);
    if (length > this.#maxBytes) {
      records.push({ value: value.subarray(0, Math.min(KEPT, this.#maxBytes)), ...place, cutFrom: length });
    } else records.push({ value, ...place });
    this.#kept = undefined;
    this.#state = 'between';
  }

  /** Lets go of what was emitted, and of all but the beginning of a record that is too long already. */
  #forget(): void {
    const end = this.#origin + this.#bytes.length;
    const within = this.#state !== 'between';
    const begun = this.#bytes.subarray(within ? Math.max(0, this.#start - this.#origin) : this.#bytes.length);
    if (within && end - this.#start > this.#maxBytes) {
      this.#kept ??= Buffer.from(begun.subarray(0, Math.min(KEPT, this.#maxBytes)));
      this.#bytes = Buffer.alloc(0);
    } else this.#bytes = begun;
    this.#origin = end - this.#bytes.length;
  }

  #isBom(code: number, at: number): boolean {
    const place = this.#origin + at;
    return place < BOM.length && code === BOM[place];
  }
}

function endsWord(code: number): boolean {
  return code <= 32 || code === COMMA || code === CLOSE_LIST;
}

import type { RecordBytes } from '../event/record.ts';

/** The records of a push, one behind another: 4 bytes for each beside its own, where an array of buffers takes 100. */
export class PackedRecords implements RecordBytes {
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;
  #length = 0;

  /** Room for so many bytes and records. */
  constructor(bytes: number, records: number) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes);
    this.#ends = new Uint32Array(records);
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes of all records. */
  get size(): number {
    return this.#length === 0 ? 0 : this.#ends[this.#length - 1];
  }

  /** One more record. There must be room. */
  add(text: string): void {
    const at = this.size;
    this.#ends[this.#length++] = at + this.#bytes.write(text, at);
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    for (let n = 0, at = 0; n < this.#length; at = this.#ends[n++]) yield this.#bytes.subarray(at, this.#ends[n]);
  }
}

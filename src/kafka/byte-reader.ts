/** Reads the primitive types of Kafka's protocol, one after the other. What lies beyond the end throws a RangeError. */
export class ByteReader {
  readonly bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Bytes that are not read yet. */
  get left(): number {
    return this.bytes.length - this.#at;
  }

  int8(): number {
    return this.bytes.readInt8(this.#forward(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#forward(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#forward(4));
  }

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.#forward(8));
  }

  /** An int64 that counts something: offsets and times are below 2^53. */
  offset(): number {
    return Number(this.int64());
  }

  /** Seven bits a byte, the low ones first. */
  unsignedVarint(): number {
    return Number(this.#varint(5));
  }

  /** Zigzag: 0, 1, 2, 3 … are 0, −1, 1, −2 …; exact below 2^53. */
  varint(): number {
    const raw = this.#varint(10);
    return Number((raw >> 1n) ^ -(raw & 1n));
  }

  /** A view of so many bytes. */
  take(length: number): Buffer {
    if (length < 0 || length > this.left) throw new RangeError(`${length} bytes of ${this.left}`);
    const start = this.#forward(length);
    return this.bytes.subarray(start, start + length);
  }

  /** A text with its length in two bytes; −1 = null. */
  nullableString(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.take(length).toString('utf8');
  }

  /** A text with its length + 1 as a varint; 0 = null. */
  compactString(): string | null {
    const length = this.unsignedVarint();
    return length === 0 ? null : this.take(length - 1).toString('utf8');
  }

  /** Items with their number in four bytes; −1 = none. */
  array<T>(item: () => T): readonly T[] {
    return this.#items(this.int32(), item);
  }

  /** Items with their number + 1 as a varint; 0 = none. */
  compactArray<T>(item: () => T): readonly T[] {
    return this.#items(this.unsignedVarint() - 1, item);
  }

  /** Passes over fields that a later version of a message may have. */
  skipTaggedFields(): void {
    for (let count = this.unsignedVarint(); count > 0; count--) {
      this.unsignedVarint();
      this.take(this.unsignedVarint());
    }
  }

  #items<T>(count: number, item: () => T): readonly T[] {
    // Each takes a byte at least: a damaged count must not take the memory.
    if (count > this.left) throw new RangeError(`${count} items in ${this.left} bytes`);
    const items: T[] = [];
    for (let n = 0; n < count; n++) items.push(item());
    return items;
  }

  #varint(mostBytes: number): bigint {
    let [low, shift] = [0, 0];
    // The first four bytes fit in an int32, and nearly every number in them.
    for (; shift < 28; shift += 7) {
      const byte = this.int8();
      low |= (byte & 0x7f) << shift;
      if (byte >= 0) return BigInt(low);
    }
    let value = BigInt(low);
    for (; shift < mostBytes * 7; shift += 7) {
      const byte = this.int8();
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte >= 0) return value;
    }
    throw new RangeError(`a number of more than ${mostBytes} bytes`);
  }

  #forward(length: number): number {
    const start = this.#at;
    if (start + length > this.bytes.length) throw new RangeError(`${length} bytes of ${this.left}`);
    this.#at = start + length;
    return start;
  }
}

/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));
const CHUNK_BYTES = 1 << 16;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Up to so many decimals a number is tried as a plain decimal before its digits are asked of the engine. */
const PLAIN_DECIMALS = 6;
const SIGNIFICANT = 9;
/** Beyond it, leading zeros take more room than an exponent. */
const MOST_DECIMALS = 16;

/**
 * Writes records one after the other into a chunk that they share: one pass, and no allocation but a new chunk every 64
 * KiB. What `take` gave is never written again.
 */
export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #from = 0;
  #at = 0;

  /** Room for so many bytes more; what is begun moves to the next chunk where this one is full. */
  reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const begun = this.#bytes.subarray(this.#from, this.#at);
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, begun.length + bytes));
    this.#view = new DataView(this.#bytes.buffer);
    this.#bytes.set(begun);
    this.#from = 0;
    this.#at = begun.length;
  }

  /** What was written since the last. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(this.#from, this.#at);
    this.#from = this.#at;
    return taken;
  }

  byte(value: number): void {
    this.#bytes[this.#at++] = value;
  }

  /** A loop, for the call of `set` costs more than a few bytes. */
  raw(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) this.#bytes[this.#at++] = bytes[i];
  }

  utf8(text: string): void {
    this.#at += this.#bytes.write(text, this.#at);
  }

  double(value: number): void {
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  float(value: number): void {
    this.#view.setFloat32(this.#at, value, true);
    this.#at += 4;
  }

  /** Zigzag, then seven bits a byte, the low ones first; of an integer up to 2⁵³. */
  long(value: number): void {
    const size = value < 0 ? -value - 1 : value;
    // The first byte apart: twice the number may be more than a double holds.
    const low = (size % 0x40) * 2 + (value < 0 ? 1 : 0);
    if (size < 0x40) {
      this.byte(low);
      return;
    }
    this.byte(low | 0x80);
    let rest = Math.floor(size / 0x40);
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 0x80)) this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
    for (; rest > 0x7f; rest >>>= 7) this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#at++] = rest;
  }

  /** As JSON has it; the quotes and all. */
  jsonText(text: string): void {
    const start = this.#at;
    this.#bytes[this.#at++] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) {
        this.#at = start;
        this.utf8(JSON.stringify(text));
        return;
      }
      this.#bytes[this.#at++] = code;
    }
    this.#bytes[this.#at++] = QUOTE;
  }

  /** Every digit it has, as JSON.stringify would; null where it is no number. */
  exact(value: number | null): void {
    if (value === null || !Number.isFinite(value)) {
      this.utf8('null');
      return;
    }
    const size = Math.abs(value);
    for (let decimals = 0; decimals <= PLAIN_DECIMALS; decimals++) {
      const scaled = Math.round(size * POWERS[decimals]);
      if (scaled > Number.MAX_SAFE_INTEGER) break;
      // A quotient of two exact doubles is rounded as a parser rounds the decimal.
      if (scaled / POWERS[decimals] !== size) continue;
      this.#decimal(value < 0, scaled, decimals);
      return;
    }
    this.utf8(String(value));
  }

  /** So many decimals at most; every digit where a double does not hold them. */
  decimals(value: number | null, decimals: number): void {
    const isHeld = value !== null && decimals >= 0 && decimals <= MOST_DECIMALS;
    const scaled = isHeld ? Math.round(Math.abs(value) * POWERS[decimals]) : Number.NaN;
    if (isHeld && scaled <= Number.MAX_SAFE_INTEGER) this.#decimal(value < 0 && scaled > 0, scaled, decimals);
    else this.exact(value);
  }

  /** Nine significant digits: as many as tell any two float32 apart. */
  significant(value: number): void {
    const decimals = value === 0 ? 0 : SIGNIFICANT - 1 - Math.floor(Math.log10(Math.abs(value)));
    if (decimals > MOST_DECIMALS) this.utf8(String(Number(value.toPrecision(SIGNIFICANT))));
    else this.decimals(value, decimals);
  }

  #decimal(isNegative: boolean, scaled: number, decimals: number): void {
    let [digits, places] = [scaled, decimals];
    for (; places > 0 && digits % 10 === 0; places--) digits /= 10;
    if (isNegative) this.byte(MINUS);
    if (places === 0) {
      this.#integer(digits);
      return;
    }
    const whole = Math.floor(digits / POWERS[places]);
    this.#integer(whole);
    this.byte(DOT);
    this.#padded(digits - whole * POWERS[places], places);
  }

  #integer(value: number): void {
    let width = 1;
    while (width < POWERS.length && value >= POWERS[width]) width++;
    this.#padded(value, width);
  }

  /** So many digits, zeros in front. */
  #padded(value: number, width: number): void {
    if (width > SIGNIFICANT) {
      const high = Math.floor(value / POWERS[SIGNIFICANT]);
      this.#padded(high, width - SIGNIFICANT);
      this.#padded(value - high * POWERS[SIGNIFICANT], SIGNIFICANT);
      return;
    }
    let rest = value;
    for (let i = this.#at + width - 1; i >= this.#at; i--) {
      const tenth = (rest / 10) | 0;
      this.#bytes[i] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.#at += width;
  }
}

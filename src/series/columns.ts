import { Failure } from '../errors/failure.ts';

type Cells = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array;

/**
 * One named piece of state for every series: `width` cells per slot, row-major, slot s at [s·width, (s + 1)·width).
 * `data` is replaced when the columns grow: read it anew in each call, never keep it.
 */
export interface Column<A extends Cells> {
  readonly name: string;
  readonly width: number;
  data: A;
}

interface Owned extends Column<Cells> {
  readonly make: (cells: number) => Cells;
  /** Of `data`. */
  bytes: Uint8Array;
}

const FIRST_ROOM = 16;
/** Up to here a loop copies faster than `set`. */
const FEW_BYTES = 64;
/**
 * Few steps, for each leaves the old columns behind; what is not yet used of the new ones is no memory, only addresses.
 */
const GROWTH = 4;

/**
 * The state of all series of a task as a struct of arrays: a stage claims columns when it is made, and works on slots.
 * All zeros is a new series, for every stage. A slot's bytes are its snapshot, so no stage writes a codec of its own,
 * and memory is what is claimed: `bytesPerSlot`, with no object per series.
 */
export class Columns {
  readonly #columns: Owned[] = [];
  readonly #free: number[] = [];
  readonly #most: number;
  #bytesPerSlot = 0;
  #capacity = 0;
  #used = 0;

  /** `most`: series there will be at most, as far as is known: room for more is made only when they come. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  f64(name: string, width = 1): Column<Float64Array> {
    return this.#claim(name, width, (cells) => new Float64Array(cells));
  }

  f32(name: string, width = 1): Column<Float32Array> {
    return this.#claim(name, width, (cells) => new Float32Array(cells));
  }

  u32(name: string, width = 1): Column<Uint32Array> {
    return this.#claim(name, width, (cells) => new Uint32Array(cells));
  }

  u16(name: string, width = 1): Column<Uint16Array> {
    return this.#claim(name, width, (cells) => new Uint16Array(cells));
  }

  u8(name: string, width = 1): Column<Uint8Array> {
    return this.#claim(name, width, (cells) => new Uint8Array(cells));
  }

  /** Bytes of state a series takes. */
  get bytesPerSlot(): number {
    return this.#bytesPerSlot;
  }

  /** Names, types and widths in order: two columns with the same layout read each other's snapshots. */
  get layout(): string {
    return this.#columns.map(({ name, width, data }) => `${name}:${data.BYTES_PER_ELEMENT * 8}x${width}`).join(' ');
  }

  /** A slot of zeros. Amortised O(bytesPerSlot). */
  allocate(): number {
    const reused = this.#free.pop();
    if (reused !== undefined) return reused;
    if (this.#used === this.#capacity) this.#grow();
    return this.#used++;
  }

  /** Gives a slot back, zeroed. O(bytesPerSlot). */
  release(slot: number): void {
    for (const { data, width } of this.#columns) data.fill(0, slot * width, (slot + 1) * width);
    this.#free.push(slot);
  }

  /** A slot's snapshot: its columns one after another, each in the machine's (little-endian) order. O(bytesPerSlot). */
  read(slot: number): Uint8Array {
    const bytes = new Uint8Array(this.bytesPerSlot);
    let at = 0;
    for (const { data, width, bytes: from } of this.#columns) {
      const size = width * data.BYTES_PER_ELEMENT;
      copy(bytes, at, from, { at: slot * size, size });
      at += size;
    }
    return bytes;
  }

  /** Puts a snapshot back. @throws Failure state/foreign where it has another size. */
  write(slot: number, bytes: Uint8Array): void {
    const expected = this.bytesPerSlot;
    if (bytes.length !== expected) {
      throw new Failure('state/foreign', `a series' snapshot has ${bytes.length} bytes where ${expected} are expected`);
    }
    let at = 0;
    for (const { data, width, bytes: to } of this.#columns) {
      const size = width * data.BYTES_PER_ELEMENT;
      copy(to, slot * size, bytes, { at, size });
      at += size;
    }
  }

  /**
   * Copies a slot of other columns to one of these: each column here is filled from the one of its name and width
   * there. O(bytesPerSlot).
   */
  copy(to: number, source: Columns, from: number): void {
    for (const { name, width, data, bytes } of this.#columns) {
      const other = source.#columns.find((column) => column.name === name && column.width === width);
      if (other === undefined) throw new Error(`no column ${name} of width ${width} to copy from`);
      const size = width * data.BYTES_PER_ELEMENT;
      copy(bytes, to * size, other.bytes, { at: from * size, size });
    }
  }

  #claim<A extends Cells>(name: string, width: number, make: (cells: number) => A): Column<A> {
    if (this.#used > 0) throw new Error(`column ${name} claimed after the first series`);
    if (this.#columns.some((column) => column.name === name)) throw new Error(`column ${name} claimed twice`);
    const data = make(0);
    const column = { name, width, make, data, bytes: bytesOf(data) };
    this.#columns.push(column);
    this.#bytesPerSlot += width * data.BYTES_PER_ELEMENT;
    return column;
  }

  /** Column by column, so that the old and the new of only one column exist at a time. */
  #grow(): void {
    const wanted = Math.max(FIRST_ROOM, this.#capacity * GROWTH);
    this.#capacity = this.#capacity < this.#most ? Math.min(wanted, this.#most) : wanted;
    for (const column of this.#columns) {
      const larger = column.make(this.#capacity * column.width);
      larger.set(column.data);
      column.data = larger;
      column.bytes = bytesOf(larger);
    }
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Cells): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Most columns are a few bytes wide, and a view of them costs more than the bytes themselves. */
function copy(
  to: Uint8Array,
  at: number,
  from: Uint8Array,
  part: { readonly at: number; readonly size: number },
): void {
  if (part.size > FEW_BYTES) to.set(from.subarray(part.at, part.at + part.size), at);
  else for (let i = 0; i < part.size; i++) to[at + i] = from[part.at + i];
}

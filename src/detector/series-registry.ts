import type { EpochMs } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';
import type { SeriesOptions } from './options.ts';

const NOBODY = -1;

/**
 * Which series the task knows, their slots, and who was seen longest ago: a list through the slots, so that a row moves
 * no map.
 */
export class SeriesRegistry {
  readonly #columns: Columns;
  readonly #options: SeriesOptions;
  readonly #slots = new Map<string, number>();
  /** By slot. */
  readonly #names: string[] = [];
  /** By slot: who was seen just before and just after it. */
  readonly #before: number[] = [];
  readonly #after: number[] = [];
  readonly #touched: Column<Float64Array>;
  readonly #seenAt: Column<Float64Array>;
  #oldest = NOBODY;
  #newest = NOBODY;
  #touches = 0;

  constructor(columns: Columns, options: SeriesOptions) {
    this.#columns = columns;
    this.#options = options;
    this.#touched = columns.f64('detector.touched');
    this.#seenAt = columns.f64('detector.seen_at');
  }

  get size(): number {
    return this.#slots.size;
  }

  /** Of every series known. */
  get slots(): Iterable<number> {
    return this.#slots.values();
  }

  /** O(1); at once for the one seen longest ago, which is next where all speak in turn. */
  slotOf(series: string): number | undefined {
    if (this.#oldest !== NOBODY && this.#names[this.#oldest] === series) return this.#oldest;
    return this.#slots.get(series);
  }

  /**
   * The series that must leave before a row of the series in `slot`, or of a new one, may enter at `timeMs`; or
   * undefined. O(1).
   */
  excess(slot: number | undefined, timeMs: EpochMs): string | undefined {
    const oldest = this.#oldest;
    if (oldest === NOBODY || oldest === slot) return undefined;
    const idleAfter = this.#options.idle_after;
    if (idleAfter !== undefined && timeMs - this.#seenAt.data[oldest] > idleAfter) return this.#names[oldest];
    return this.#slots.size >= this.#options.max && slot === undefined ? this.#names[oldest] : undefined;
  }

  /** The slot of a new series, which now is the one seen last. O(1) amortised. */
  enter(series: string, timeMs: EpochMs): number {
    const slot = this.#allot(series);
    this.#see(slot, timeMs);
    return slot;
  }

  /** The known series in `slot` now is the one seen last. O(1). */
  touch(slot: number, timeMs: EpochMs): void {
    this.#unlink(slot);
    this.#see(slot, timeMs);
  }

  /** The series in a slot that `enter` or `put` gave out. O(1). */
  nameOf(slot: number): string {
    return this.#names[slot];
  }

  forget(series: string): void {
    const slot = this.#slots.get(series);
    if (slot === undefined) return;
    this.#slots.delete(series);
    this.#unlink(slot);
    this.#columns.release(slot);
  }

  /** Puts a snapshot in its place, or takes it away again; `settle` must follow, and nothing else may come between. */
  put(series: string, bytes: Uint8Array | null): void {
    const known = this.#slots.get(series);
    if (bytes !== null) {
      this.#columns.write(known ?? this.#allot(series), bytes);
    } else if (known !== undefined) {
      this.#slots.delete(series);
      this.#columns.release(known);
    }
  }

  /** Puts the order of sight back, which came with the snapshots. O(n log n). */
  settle(): void {
    const touched = this.#touched.data;
    for (const slot of [...this.#slots.values()].sort((a, b) => touched[a] - touched[b])) {
      this.#append(slot);
      this.#touches = touched[slot];
    }
  }

  #see(slot: number, timeMs: EpochMs): void {
    this.#append(slot);
    this.#touched.data[slot] = ++this.#touches;
    this.#seenAt.data[slot] = timeMs;
  }

  #allot(series: string): number {
    const slot = this.#columns.allocate();
    this.#slots.set(series, slot);
    this.#names[slot] = series;
    return slot;
  }

  #append(slot: number): void {
    this.#before[slot] = this.#newest;
    this.#after[slot] = NOBODY;
    if (this.#newest === NOBODY) this.#oldest = slot;
    else this.#after[this.#newest] = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const before = this.#before[slot];
    const after = this.#after[slot];
    if (before === NOBODY) this.#oldest = after;
    else this.#after[before] = after;
    if (after === NOBODY) this.#newest = before;
    else this.#before[after] = before;
  }
}

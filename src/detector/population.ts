import type { EpochMs } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';
import type { SeriesOptions } from './options.ts';

/** Which series the task knows, their slots, and who was seen longest ago. */
export class Population {
  readonly #columns: Columns;
  readonly #options: SeriesOptions;
  /** Seen longest ago first. */
  readonly #slots = new Map<string, number>();
  /** By slot. */
  readonly #names: string[] = [];
  readonly #touched: Column<Float64Array>;
  readonly #seenAt: Column<Float64Array>;
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

  slotOf(series: string): number | undefined {
    return this.#slots.get(series);
  }

  /** The series that must leave before a row of `series` at `timeMs` may enter, or undefined. O(1). */
  leaver(series: string, timeMs: EpochMs): string | undefined {
    const [oldest] = this.#slots;
    if (oldest === undefined || oldest[0] === series) return undefined;
    const idleAfter = this.#options.idle_after;
    if (idleAfter !== undefined && timeMs - this.#seenAt.data[oldest[1]] > idleAfter) return oldest[0];
    return this.#slots.size >= this.#options.max && !this.#slots.has(series) ? oldest[0] : undefined;
  }

  /** The slot of a series, new or known, which now is the one seen last. O(1) amortised. */
  touch(series: string, timeMs: EpochMs): number {
    const slot = this.#slots.get(series) ?? this.#columns.allocate();
    this.#slots.delete(series);
    this.#slots.set(series, slot);
    this.#names[slot] = series;
    this.#touched.data[slot] = ++this.#touches;
    this.#seenAt.data[slot] = timeMs;
    return slot;
  }

  /** The series in a slot that `touch` or `restore` gave out. O(1). */
  nameOf(slot: number): string {
    return this.#names[slot];
  }

  forget(series: string): void {
    const slot = this.#slots.get(series);
    if (slot === undefined) return;
    this.#slots.delete(series);
    this.#columns.release(slot);
  }

  /** Takes back snapshots in any order; the order of sight comes with them. O(n log n). */
  restore(snapshots: Iterable<readonly [series: string, bytes: Uint8Array]>): void {
    const restored: [string, number][] = [];
    for (const [series, bytes] of snapshots) {
      const slot = this.#columns.allocate();
      this.#columns.write(slot, bytes);
      restored.push([series, slot]);
    }
    restored.sort((a, b) => this.#touched.data[a[1]] - this.#touched.data[b[1]]);
    for (const [series, slot] of restored) {
      this.#slots.set(series, slot);
      this.#names[slot] = series;
      this.#touches = this.#touched.data[slot];
    }
  }
}

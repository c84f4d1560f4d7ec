import type { Column, Columns } from '../series/columns.ts';

/**
 * When to learn, decided by counts of rows alone, so that neither batches nor results can move it. A series is due each
 * K rows. A learning step runs once `batch` series are due, or one has waited as many rows as the task has series, or
 * one falls due again: a lone series learns at once, a thousand learn together. So learning has a budget of its own, in
 * rows: a row pays for one step of one batch at most, n rows for n/K series, and no more than a batch is ever owed.
 */
export class LearningSchedule {
  readonly #every: number;
  readonly #batch: number;
  readonly #fresh: Column<Uint16Array>;
  readonly #queued: Column<Uint8Array>;
  #due: number[] = [];
  #again: number | undefined;
  #waited = 0;

  constructor(columns: Columns, every: number, batch: number) {
    this.#every = every;
    this.#batch = batch;
    this.#fresh = columns.u16('detector.fresh_rows');
    this.#queued = columns.u8('detector.queued');
  }

  /**
   * Counts a row of the series in `slot`; `seriesCount` series are known. Whether a learning step runs after this row.
   * O(1).
   */
  admit(slot: number, seriesCount: number): boolean {
    if (this.#due.length > 0) this.#waited++;
    if (++this.#fresh.data[slot] === this.#every) {
      this.#fresh.data[slot] = 0;
      if (this.#queued.data[slot] === 1) {
        this.#again = slot;
        return true;
      }
      this.#enqueue(slot);
    }
    return this.#due.length >= this.#batch || (this.#due.length > 0 && this.#waited >= seriesCount - 1);
  }

  /** The slots to learn from, in the order they fell due; they are due no longer. */
  take(): readonly number[] {
    const taken = this.#due;
    for (const slot of taken) this.#queued.data[slot] = 0;
    this.#due = [];
    this.#waited = 0;
    if (this.#again !== undefined) this.#enqueue(this.#again);
    this.#again = undefined;
    return taken;
  }

  /** Rows that came since the series was queued. */
  sinceDue(slot: number): number {
    return this.#fresh.data[slot] + (this.#again === slot ? this.#every : 0);
  }

  /** The series leaves: it is due no longer. O(due). */
  forget(slot: number): void {
    this.#due = this.#due.filter((other) => other !== slot);
    if (this.#due.length === 0) this.#waited = 0;
  }

  get due(): readonly number[] {
    return this.#due;
  }

  get waited(): number {
    return this.#waited;
  }

  restore(due: readonly number[], waited: number): void {
    this.#due = [...due];
    this.#waited = waited;
  }

  #enqueue(slot: number): void {
    this.#queued.data[slot] = 1;
    this.#due.push(slot);
  }
}

import type { EpochMs } from '../event/time.ts';
import type { Column } from '../series/columns.ts';
import type { Scope } from './rule.ts';

/** The newest events of each series, each a time and a number: 4 + 16·width bytes per series, nothing allocated. */
export class EventRing {
  readonly #width: number;
  readonly #count: Column<Uint32Array>;
  readonly #times: Column<Float64Array>;
  readonly #values: Column<Float64Array>;

  constructor({ columns, prefix }: Scope, width: number) {
    this.#width = width;
    this.#count = columns.u32(`${prefix}.count`);
    this.#times = columns.f64(`${prefix}.times`, width);
    this.#values = columns.f64(`${prefix}.values`, width);
  }

  /** Adds an event in place of the oldest. O(1) */
  push(slot: number, timeMs: EpochMs, value: number): void {
    const at = slot * this.#width + (this.#count.data[slot] % this.#width);
    this.#times.data[at] = timeMs;
    this.#values.data[at] = value;
    this.#count.data[slot]++;
  }

  /** Events so far, those that were replaced too. */
  count(slot: number): number {
    return this.#count.data[slot];
  }

  /** Events that are kept. */
  size(slot: number): number {
    return Math.min(this.#count.data[slot], this.#width);
  }

  /** Of the event of this age: 0 is the newest. */
  time(slot: number, age: number): EpochMs {
    return this.#times.data[this.#cell(slot, age)];
  }

  value(slot: number, age: number): number {
    return this.#values.data[this.#cell(slot, age)];
  }

  #cell(slot: number, age: number): number {
    return slot * this.#width + ((this.#count.data[slot] - 1 - age) % this.#width);
  }
}

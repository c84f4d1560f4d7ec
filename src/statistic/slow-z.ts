import type { Column, Columns } from '../series/columns.ts';

/* z_t = (x_t − m)/s by the mean and deviation before the row; both updated with x winsorised at ±4 s once n > 20:
 *   m += a·dx      v = (1 − a)(v + a·dx²)      a = w/min(n, 8 000), w the weight of the row
 * and a ≤ 1/512 where w > 1                                                                                 */

const MEMORY = 8_000;
const TRUSTED_AFTER = 20;
const WINSOR = 4;
/** A row that weighs more than 1 is learned no faster than so, or a few of them would make a mean. */
const FASTEST = 1 / 512;

/** What the numbers are like. */
interface SlowZTerms {
  readonly warm: number;
  readonly large: boolean;
  /**
   * Their deviation is taken to be no smaller: of what stays the same for long the least change would be 10⁶
   * deviations.
   */
  readonly least?: number;
}

/**
 * Slow mean and deviation of some numbers of each series: how far is one from where it usually is? 14 bytes a large
 * number, else 10.
 */
export class SlowZ {
  readonly #width: number;
  readonly #warm: number;
  readonly #least: number;
  readonly #mean: Column<Float64Array> | Column<Float32Array>;
  readonly #variance: Column<Float32Array>;
  readonly #count: Column<Uint16Array>;

  /** `warm`: values before a z is given. `large`: the numbers may be large beside how they differ. */
  constructor(columns: Columns, name: string, width: number, { warm, large, least = 0 }: SlowZTerms) {
    this.#width = width;
    this.#warm = warm;
    this.#least = least;
    this.#mean = large ? columns.f64(`${name}_mean`, width) : columns.f32(`${name}_mean`, width);
    this.#variance = columns.f32(`${name}_variance`, width);
    this.#count = columns.u16(`${name}_count`, width);
  }

  /** Signed z of a finite value, 0 while there are too few; then takes it in with `weight`. O(1). */
  observe(slot: number, index: number, value: number, weight: number): number {
    const at = slot * this.#width + index;
    const count = this.#count.data[at];
    const mean = this.#mean.data[at];
    const deviation = Math.max(Math.sqrt(this.#variance.data[at]), this.#least);
    const offset = value - mean;
    const z = count >= this.#warm && deviation > 0 ? offset / deviation : 0;
    const n = Math.min(count + 1, MEMORY);
    this.#count.data[at] = n;
    const usual = (count < this.#warm ? 1 : Math.min(weight, 1)) / n;
    const a = weight > 1 ? Math.max(usual, Math.min(weight / n, FASTEST)) : usual;
    const limit = WINSOR * deviation;
    const dx = count > TRUSTED_AFTER && deviation > 0 ? Math.min(Math.max(offset, -limit), limit) : offset;
    this.#mean.data[at] = mean + a * dx;
    this.#variance.data[at] = (1 - a) * (this.#variance.data[at] + a * dx * dx);
    return z;
  }

  mean(slot: number, index: number): number {
    return this.#mean.data[slot * this.#width + index];
  }

  deviation(slot: number, index: number): number {
    return Math.sqrt(this.#variance.data[slot * this.#width + index]);
  }
}

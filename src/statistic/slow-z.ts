import type { Column, Columns } from '../series/columns.ts';

/* z_t = (x_t − m)/s by the mean and deviation before the row; both updated with x winsorised at ±4 s once n > 20:
 *   m += a·dx      v = (1 − a)(v + a·dx²)      a = w/min(n, 8 000), w the weight of the row                    */

const MEMORY = 8_000;
const TRUSTED_AFTER = 20;
const WINSOR = 4;

/** What the numbers are like. */
interface SlowZTerms {
  readonly warm: number;
  readonly large: boolean;
}

/** Slow mean and deviation of some numbers of each series: how far is one from where it usually is? 14 bytes a large number, else 10. */
export class SlowZ {
  readonly #width: number;
  readonly #warm: number;
  readonly #mean: Column<Float64Array> | Column<Float32Array>;
  readonly #variance: Column<Float32Array>;
  readonly #count: Column<Uint16Array>;

  /** `warm`: values before a z is given. `large`: the numbers may be large beside how they differ. */
  constructor(columns: Columns, name: string, width: number, { warm, large }: SlowZTerms) {
    this.#width = width;
    this.#warm = warm;
    this.#mean = large ? columns.f64(`${name}_mean`, width) : columns.f32(`${name}_mean`, width);
    this.#variance = columns.f32(`${name}_variance`, width);
    this.#count = columns.u16(`${name}_count`, width);
  }

  /**
   * Signed z of a finite value, 0 while there are too few; then takes it in with `weight`. `least`: the deviation is
   * taken to be no smaller, for numbers that stay the same for long lose theirs, and then the least change is 10⁶ of them. O(1).
   */
  observe(slot: number, index: number, value: number, weight: number, least = 0): number {
    const at = slot * this.#width + index;
    const count = this.#count.data[at];
    const mean = this.#mean.data[at];
    const deviation = Math.max(Math.sqrt(this.#variance.data[at]), least);
    const offset = value - mean;
    const z = count >= this.#warm && deviation > 0 ? offset / deviation : 0;
    const n = Math.min(count + 1, MEMORY);
    this.#count.data[at] = n;
    const a = (count < this.#warm ? 1 : weight) / n;
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

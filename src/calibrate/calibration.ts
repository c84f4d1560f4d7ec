import type { Column, Columns } from '../series/columns.ts';
import { blockPrior } from './prior.ts';

/* p(S): how rarely the worst of 100 rows of this series is as bad as S (DETECTION G).
 *   u ≤ 1.2: p = (40·p₀ + c)/(40 + n)      above: p₀(u)·p(1.2)/p₀(1.2)      ln p linear in ln u between the levels
 * n blocks, c(u) of them with their maximum at u or above, both fading by 1 − 1/400 a block.                       */

const LEVELS = 32;
const LOWEST = 0.1;
const HIGHEST = 40;
/** Rows in a block, and the row with which the first block starts. */
const BLOCK = 100;
const FIRST_ROW = 200;
/** Blocks that the prior is worth. */
const PRIOR_WEIGHT = 40;
const FADE = 1 - 1 / 400;
/** Counts are believed up to here; above there are too few, and the prior's shape holds. */
const COUNTED_UP_TO = 1.2;

const LOG_STEP = Math.log(HIGHEST / LOWEST) / (LEVELS - 1);
const levels = Float64Array.from({ length: LEVELS }, (_, i) => LOWEST * Math.exp(i * LOG_STEP));
const priors = levels.map(blockPrior);
/** Level below 1.2; the first above takes part in the interpolation up to 1.2. */
const LAST_COUNTED = Math.floor(Math.log(COUNTED_UP_TO / LOWEST) / LOG_STEP);
const PRIOR_AT_LIMIT = blockPrior(COUNTED_UP_TO);

/** Chance of a single row, of which the worst of a block has chance `p`: 1 − (1 − p)^(1/100). */
export function rowChance(p: number): number {
  if (p === 1) return 1;
  return -Math.expm1(Math.log1p(-p) / BLOCK);
}

/** What each series' S usually reaches: 148 bytes per series. O(32) once a block, else O(1). */
export class Calibration {
  readonly #row: Column<Uint32Array>;
  readonly #worst: Column<Float64Array>;
  readonly #blocks: Column<Float64Array>;
  readonly #counts: Column<Float32Array>;

  constructor(columns: Columns) {
    this.#row = columns.u32('calibrate.row');
    this.#worst = columns.f64('calibrate.worst');
    this.#blocks = columns.f64('calibrate.blocks');
    this.#counts = columns.f32('calibrate.counts', LEVELS);
  }

  /**
   * p(s) in (0, 1], by the blocks before this row's; then takes the row in. Each row once, in order, s ≥ 0 as the refractory lets it
   * through.
   */
  observe(slot: number, s: number): number {
    const p = this.#probability(slot, s);
    const row = this.#row.data[slot]++;
    if (row < FIRST_ROW) return p;
    this.#worst.data[slot] = Math.max(this.#worst.data[slot], s);
    if ((row + 1) % BLOCK === 0) this.#closeBlock(slot);
    return p;
  }

  #probability(slot: number, s: number): number {
    if (s <= 0) return 1;
    if (s <= COUNTED_UP_TO) return this.#interpolated(slot, s);
    return (blockPrior(s) * this.#interpolated(slot, COUNTED_UP_TO)) / PRIOR_AT_LIMIT;
  }

  #interpolated(slot: number, s: number): number {
    const position = Math.max(0, Math.log(s / LOWEST) / LOG_STEP);
    const below = Math.min(Math.floor(position), LAST_COUNTED);
    const share = position - below;
    const logBelow = Math.log(this.#atLevel(slot, below));
    return Math.exp(logBelow + share * (Math.log(this.#atLevel(slot, below + 1)) - logBelow));
  }

  #atLevel(slot: number, level: number): number {
    const count = this.#counts.data[slot * LEVELS + level];
    return (PRIOR_WEIGHT * priors[level] + count) / (PRIOR_WEIGHT + this.#blocks.data[slot]);
  }

  #closeBlock(slot: number): void {
    const counts = this.#counts.data;
    const worst = this.#worst.data[slot];
    this.#blocks.data[slot] = this.#blocks.data[slot] * FADE + 1;
    for (let i = 0; i < LEVELS; i++) {
      const place = slot * LEVELS + i;
      counts[place] = counts[place] * FADE + (worst >= levels[i] ? 1 : 0);
    }
    this.#worst.data[slot] = 0;
  }
}

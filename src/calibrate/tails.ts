import type { Column, Columns } from '../series/columns.ts';
import { type Fit, fitTail, HEAVY, LIGHT, quantile, survival } from './tail-fit.ts';

/* How rarely the largest value in a block of rows reaches u on normal data, line by line, pooled over the series of a stream. */

/** Levels of the histogram: geometric. */
export const LEVELS = 72;
const LOWEST = 0.25;
const LOG_STEP = Math.log(1.1);
/** Blocks of the stream between two fits of a line, and blocks before the first. */
const FIT_EACH = 256;
const LEAST_BLOCKS = 24;
/** Counts are halved when they reach this: what is remembered of the stream. */
const MEMORY = 6_000;
/** Numbers of a fit that are state. */
const FIT_SIZE = 5;
/** A line earns its share of the budget by how near to its usual values this rare a block is. */
const RARE = 1e-4;
const FIRST_SHARE = 0.3;

export const levels: Float64Array = Float64Array.from({ length: LEVELS + 1 }, (_, i) => LOWEST * Math.exp(i * LOG_STEP));

/** The tails of the lines of all statistics. 4 bytes a line and series, and 0.6 KB a line for the stream. */
export class Tails {
  /** Part of the task's snapshot. */
  readonly shared: readonly Float64Array[];
  readonly #lines: number;
  readonly #worst: Column<Float32Array>;
  readonly #rows: Column<Uint16Array>;
  /** [line · LEVELS]: blocks whose maximum was in a level; the lowest level has those below it too. */
  readonly #counts: Float64Array;
  readonly #blocks: Float64Array;
  readonly #fits: Float64Array;
  readonly #fit: Fit = { start: 0, share: 0, scale: 0, shape: 0 };

  readonly #scored: readonly boolean[];
  readonly #rivals: readonly number[];

  constructor(columns: Columns, lines: number, scored: readonly boolean[], rivals: readonly number[]) {
    this.#scored = scored;
    this.#rivals = rivals;
    this.#lines = lines;
    this.#worst = columns.f32('calibrate.line_worst', lines);
    this.#rows = columns.u16('calibrate.block_rows');
    this.#counts = new Float64Array(lines * LEVELS);
    this.#blocks = new Float64Array(1);
    this.#fits = new Float64Array(lines * FIT_SIZE);
    this.shared = [this.#counts, this.#blocks, this.#fits];
  }

  /** Blocks counted. */
  get blocks(): number {
    return this.#blocks[0];
  }

  /** ln of the line's share of the budget. */
  share(line: number): number {
    return this.#fits[line * FIT_SIZE + 4];
  }

  /** −ln of the chance that a block of normal rows reaches u; 0 while nothing is known, or nothing is unusual. */
  surprise(line: number, u: number): number {
    const at = line * FIT_SIZE;
    const start = this.#fits[at];
    if (start === 0 || u <= 0) return 0;
    const share = this.#fits[at + 1];
    if (u < start) return (-Math.log(share) * u) / start;
    return -Math.log(share * survival(u - start, this.#fits[at + 2], this.#fits[at + 3]));
  }

  /** Takes a line's value of this row in. */
  observe(slot: number, line: number, u: number): void {
    const at = slot * this.#lines + line;
    if (u > this.#worst.data[at]) this.#worst.data[at] = u;
  }

  /** Ends the row; `counted`: whether it takes part, `block`: rows of a block. */
  endRow(slot: number, counted: boolean, block: number): void {
    if (!counted) return;
    if (++this.#rows.data[slot] < block) return;
    this.#rows.data[slot] = 0;
    const worst = this.#worst.data;
    const first = slot * this.#lines;
    for (let line = 0; line < this.#lines; line++) {
      this.#counts[line * LEVELS + levelOf(worst[first + line])]++;
      worst[first + line] = 0;
    }
    const blocks = ++this.#blocks[0];
    if (blocks >= MEMORY) this.#fade();
    if (blocks >= LEAST_BLOCKS && (blocks < FIT_EACH ? blocks % 8 === 0 : blocks % FIT_EACH === 0)) this.#refit();
  }

  /** Level that a hundredth of the blocks reach over the level that a fifth reach. */
  #spread(line: number): number {
    const total = this.#blocks[0];
    let above = 0;
    let rare = 0;
    for (let i = LEVELS - 1; i >= 0; i--) {
      above += this.#counts[line * LEVELS + i];
      if (rare === 0 && above >= 0.01 * total) rare = levels[i];
      if (above >= 0.2 * total) return rare / levels[i];
    }
    return rare / LOWEST;
  }

  #fade(): void {
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i] /= 2;
    this.#blocks[0] /= 2;
  }

  #refit(): void {
    for (let line = 0; line < this.#lines; line++) {
      const counts = this.#counts.subarray(line * LEVELS, (line + 1) * LEVELS);
      fitTail(counts, levels, line === 0 ? HEAVY : LIGHT, this.#fit);
      const { start, share, scale, shape } = this.#fit;
      const reach = this.#scored[line] ? (share < 0.02 ? 0.3 : start / quantile(this.#fit, RARE)) : 1e-6;
      this.#fits.set([start, share, scale, shape, reach * reach], line * FIT_SIZE);
    }
    for (let line = 1; line < this.#lines; line++) {
      const rival = this.#rivals[line];
      if (rival >= 0 && this.#spread(line) > 1.05 * this.#spread(rival)) this.#fits[line * FIT_SIZE + 4] = 1e-6;
    }
    let sum = 0;
    for (let line = 1; line < this.#lines; line++) sum += this.#fits[line * FIT_SIZE + 4];
    for (let line = 1; line < this.#lines; line++) {
      const at = line * FIT_SIZE + 4;
      this.#fits[at] = Math.log(((1 - FIRST_SHARE) * this.#fits[at]) / sum);
    }
    this.#fits[4] = Math.log(FIRST_SHARE);
  }
}

function levelOf(u: number): number {
  if (u <= LOWEST) return 0;
  return Math.min(LEVELS - 1, Math.floor(Math.log(u / LOWEST) / LOG_STEP));
}

import type { Column, Columns } from '../series/columns.ts';

/* Some series are livelier than the others of their stream, and by pooled tails their usual days are faults. So a value is measured by its own
 * series: by the level q that a fifth of the series' blocks reach, beside that of the other series.
 *   ln q ← ln q + a·([worst > q] − 1/5)      a = 2·max(1/(n + 1), 1/50), above q times what the block counts
 *   unit = (q̄/q)^(n/(n + 30)·(1 − 1/S))      q̄: of all series, by the mean of ln q over newer blocks;  n: blocks;  S: series        */

const REACHED = 0.2;
const GAIN = 2;
const LEAST_STEP = 0.02;
/** Blocks after which a series has moved half of the way from its stream to itself. */
const PRIOR_BLOCKS = 30;
/** Blocks of the stream that q̄ remembers. */
const MEMORY = 2_000;
/** ln q is kept in 16 bits, from here on: levels below say nothing. */
const LEAST_LN = Math.log(0.25);
const LEVEL_STEPS = 8_192;
/** ln of the unit is kept in 8 bits, from −2 to 1: a series is taken for so much livelier, or calmer, at most. 0 = not known yet. */
const UNIT_STEPS = 85;
const UNIT_ZERO = 2 * UNIT_STEPS;
const UNITS = Float64Array.from({ length: 256 }, (_, code) =>
  code === 0 ? 1 : Math.exp((code - UNIT_ZERO) / UNIT_STEPS),
);

/** A block of a series that ends. */
export interface OwnBlock {
  /** ln of its largest value, as `unit` left it. */
  readonly worst: number;
  /** Blocks of the series in which the entry could speak, with this one. */
  readonly blocks: number;
  /** What it counts, in (0, 1]: less where a candidate lasts. */
  readonly weight: number;
  /** Of the stream. */
  readonly series: number;
}

/** How lively each series is beside its stream, entry by entry. 3 bytes an entry and series. */
export class OwnLevels {
  /** By entry: mean of ln q over all series, and blocks behind it, up to the memory. Part of the task's snapshot. */
  readonly shared: Float64Array;
  readonly #entries: number;
  readonly #level: Column<Uint16Array>;
  readonly #unit: Column<Uint8Array>;

  constructor(columns: Columns, entries: number) {
    this.#entries = entries;
    this.#level = columns.u16('calibrate.own_level', entries);
    this.#unit = columns.u8('calibrate.own_unit', entries);
    this.shared = new Float64Array(2 * entries);
  }

  /** What a value of the entry is multiplied by, so that it can be compared with those of all series. */
  unit(slot: number, entry: number): number {
    return UNITS[this.#unit.data[slot * this.#entries + entry]];
  }

  /** Takes in a block that ends. */
  endBlock(slot: number, entry: number, { worst, blocks, weight, series }: OwnBlock): void {
    const at = slot * this.#entries + entry;
    const { shared } = this;
    const known = shared[2 * entry + 1];
    const ln = Math.max(worst - Math.log(this.unit(slot, entry)), LEAST_LN);
    const first = known > 0 ? shared[2 * entry] : ln;
    const before = this.#unit.data[at] === 0 ? first : LEAST_LN + this.#level.data[at] / LEVEL_STEPS;
    const step = GAIN * Math.max(1 / (blocks + 1), LEAST_STEP);
    const level = Math.max(before + (ln > before ? weight * step * (1 - REACHED) : -step * REACHED), LEAST_LN);
    shared[2 * entry + 1] = Math.min(known + 1, MEMORY);
    shared[2 * entry] += (level - shared[2 * entry]) / shared[2 * entry + 1];
    const part = (blocks / (blocks + PRIOR_BLOCKS)) * (1 - 1 / series);
    const unit = UNIT_ZERO + UNIT_STEPS * part * (shared[2 * entry] - level);
    this.#level.data[at] = Math.min(Math.round((level - LEAST_LN) * LEVEL_STEPS), 0xffff);
    this.#unit.data[at] = Math.min(Math.max(Math.round(unit), 1), 255);
  }
}

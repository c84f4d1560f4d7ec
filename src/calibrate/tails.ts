import type { Column, Columns } from '../series/columns.ts';
import { OwnLevels } from './own-level.ts';
import { settles } from './settling.ts';
import { type Fit, HEAVY, LIGHT, quantile, survival, TailFitter, type TailPrior } from './tail-fit.ts';

/* How rarely the largest value in a block of rows reaches u on normal data: entry by entry, pooled over the series of a stream, each in
 * the unit of its own level (`own-level.ts`). Entry 0 is the novelty of a point, the others are those of the statistics. */

/** Levels of the histogram, geometric from here on. */
const LEVELS = 72;
const LOWEST = 0.25;
const LOG_STEP = Math.log(1.1);
const levels: Float64Array = Float64Array.from({ length: LEVELS + 1 }, (_, i) => LOWEST * Math.exp(i * LOG_STEP));
const fitter = new TailFitter(levels);
/** A block's maximum is kept as one of so many steps in each level, by their edges. */
const STEPS = 3;
const edges: Float64Array = Float64Array.from(
  { length: LEVELS * STEPS + 1 },
  (_, i) => LOWEST * Math.exp((i * LOG_STEP) / STEPS),
);

/** Blocks of the stream before the first fit; and from one to the next at least so many, and so large a part of all. */
const LEAST_BLOCKS = 48;
const FIT_EACH = 128;
const FIT_PART = 8;
/** Counts are halved here: what is remembered of the stream. */
const MEMORY = 6_000;
/** An entry earns its share of the budget by how near to its usual values so rare a block is. */
const RARE = 1e-4;
/** A chance is claimed to be no smaller than one in so many times the blocks seen. */
const TIMES_SEEN = 100;
/** … and e times that for each so many blocks: what a long history shows can be carried further. */
const TRUST_BLOCKS = 25;
/** What is claimed of the rest, so that the order stays. */
const BEYOND = 0.05;
/** The point's share of the budget, and what an entry that is seldom above 0 is worth beside those that reach `RARE` at once. */
const POINT_SHARE = 0.3;
/** Blocks after which the statistics have earned half of the rest, if they are of so many series: those of one are much alike. */
const EARNED_BLOCKS = 600;
const ALIKE_SERIES = 4;
const LEAST_WORTH = 1e-9;
const SELDOM = 0.02;
const SELDOM_WORTH = 0.3;
/** One that is silent on normal data costs hardly any of the budget, and has so much of it from the first fit on. */
const LEAST_SILENT = 0.05;
/** An entry whose tail is so much heavier than its rival's is off. */
const HEAVIER = 1.05;
/** Where a candidate lasts, a block counts this much, divided by the number of blocks that it has lasted. */
const CANDIDATE_WEIGHT = 0.2;
const MOST_LASTED = 0xffff;
/** Of a fit: start, share, scale, shape, ln of the share of the budget. */
const FIT_SIZE = 5;

/** An entry, as the tails know it. */
export interface TailEntry {
  /** Another that looks at the same, or −1. */
  readonly rival: number;
  /** Rows of a series before it says anything: until then its 0 is no usual value. */
  readonly warm: number;
  /** Nothing to say is what is usual for it: it has a share of the budget before it ever had a value. */
  readonly silent: boolean;
}

/** A row that ends. */
export interface EndedRow {
  /** Rows of the series before it, and in a block. */
  readonly rows: number;
  readonly block: number;
  /** Whether a candidate lasts. */
  readonly candidate: boolean;
  /** Series of the stream. */
  readonly series: number;
  /** The row is an event: statistics that are silent of usual rows have nothing to say of it. */
  readonly events: boolean;
}

/** The tails of all entries. 4 bytes an entry and series, and 0.6 KB an entry for the stream. */
export class Tails {
  /** Part of the task's snapshot. */
  readonly shared: readonly Float64Array[];
  readonly #entries: readonly TailEntry[];
  /** By entry: the step of the largest value of the block so far. */
  readonly #worst: Column<Uint8Array>;
  readonly #rows: Column<Uint16Array>;
  readonly #own: OwnLevels;
  /** Blocks that the newest candidate of the series has lasted; 0 = none lasts. */
  readonly #lasted: Column<Uint16Array>;
  /** By entry: blocks ever counted, from the one in which it had its first value. 0 = it never had any. */
  readonly #seen: Float64Array;
  /** By entry: blocks in its histogram. */
  readonly #counted: Float64Array;
  /** [entry · LEVELS]: blocks by the level of their maximum; the lowest holds those below it too. */
  readonly #counts: Float64Array;
  /** Blocks of the stream: counted, at the next fit, ever seen. */
  readonly #blocks = new Float64Array([0, LEAST_BLOCKS, 0]);
  readonly #fits: Float64Array;
  /** By entry: a share of a fit, and its logarithm, which each row asks for. Not a state: they follow the fits. */
  readonly #shareOf: Float64Array;
  readonly #lnShare: Float64Array;
  readonly #fit: Fit = { start: 0, share: 0, scale: 0, shape: 0 };

  constructor(columns: Columns, entries: readonly TailEntry[]) {
    this.#entries = entries;
    const count = entries.length;
    this.#worst = columns.u8('calibrate.worst', count);
    this.#rows = columns.u16('calibrate.block_rows');
    this.#own = new OwnLevels(columns, count);
    this.#lasted = columns.u16('calibrate.candidate_blocks');
    this.#seen = new Float64Array(count);
    this.#counted = new Float64Array(count);
    this.#counts = new Float64Array(count * LEVELS);
    this.#fits = new Float64Array(count * FIT_SIZE);
    this.#shareOf = new Float64Array(count);
    this.#lnShare = new Float64Array(count);
    this.shared = [this.#counts, this.#blocks, this.#fits, this.#seen, this.#counted, this.#own.shared];
    for (let entry = 0; entry < count; entry++) this.#keep(entry, priorOf(entry));
    this.#shareOut(1);
  }

  /** Whether an entry has data enough for its tail; the point has a prior until then. */
  isFitted(entry: number): boolean {
    return this.#counted[entry] >= LEAST_BLOCKS;
  }

  /** A value of an entry in the unit of the series' own level: what `surprise` and `observe` take. */
  measured(slot: number, entry: number, u: number): number {
    return u * this.#own.unit(slot, entry);
  }

  /**
   * −ln of the chance, per block of normal rows, of a value of at least u, with the entry's share of the budget taken off; below 0 where u is
   * usual, and then no more than a bound. `blocks`: of the series so far. The newest of n blocks holds the record of them all with chance 1/n, so a
   * young series may have points that are new to it and nothing else: each is added as 1/((n + 1)·u) to the chance of a point.
   */
  surprise(entry: number, u: number, blocks: number): number {
    const at = entry * FIT_SIZE;
    const start = this.#fits[at];
    if (u < start) return this.#fits[at + 4] - (this.#logOfShare(entry) * u) / start;
    // No tail is lighter than an exponential one, and a power costs as much as the rest of a row's entry.
    const most = this.#fits[at + 4] - this.#logOfShare(entry) + (u - start) / this.#fits[at + 2];
    if (most <= 0) return most;
    const chance = this.#fits[at + 1] * survival(u - start, this.#fits[at + 2], this.#fits[at + 3]);
    if (entry === 0) return this.#fits[at + 4] - Math.log(chance + 1 / ((blocks + 1) * u));
    const nats = this.#fits[at + 4] - Math.log(Math.max(chance, 1e-300));
    const seen = this.#seen[entry];
    const known = this.#fits[at + 4] + Math.log(TIMES_SEEN * (seen + 1)) + seen / TRUST_BLOCKS;
    return nats > known ? known + BEYOND * (nats - known) : nats;
  }

  #logOfShare(entry: number): number {
    const share = this.#fits[entry * FIT_SIZE + 1];
    if (share !== this.#shareOf[entry]) {
      this.#shareOf[entry] = share;
      this.#lnShare[entry] = Math.log(share);
    }
    return this.#lnShare[entry];
  }

  /** Whether the incident that lasts has done so for so long that it is becoming usual. */
  settles(slot: number, blockMs: number): boolean {
    return settles(this.#lasted.data[slot], blockMs, MOST_LASTED);
  }

  /** Takes an entry's value of this row in. */
  observe(slot: number, entry: number, u: number): void {
    const at = slot * this.#entries.length + entry;
    if (u >= edges[this.#worst.data[at] + 1]) this.#worst.data[at] = stepOf(u);
    if (this.#seen[entry] === 0) this.#seen[entry] = 1;
  }

  /** Ends a row. O(entries) at the end of a block, else O(1). */
  endRow(slot: number, row: EndedRow): void {
    if (++this.#rows.data[slot] < row.block) return;
    this.#rows.data[slot] = 0;
    const weight = this.#weight(slot, row.candidate);
    this.#count(slot, row, weight);
    this.#blocks[2]++;
    this.#blocks[0] += weight;
    if (this.#blocks[0] >= MEMORY) this.#halve();
    if (this.#blocks[0] < this.#blocks[1]) return;
    this.#blocks[1] = this.#blocks[0] + Math.min(Math.max(FIT_EACH, this.#blocks[0] / FIT_PART), this.#blocks[0]);
    for (let entry = 0; entry < this.#entries.length; entry++) if (this.isFitted(entry)) this.#refit(entry);
    this.#shareOut(row.series);
  }

  /** Counts a block for each entry that could speak in all of it. */
  #count(slot: number, { rows, block, events, series }: EndedRow, weight: number): void {
    const worst = this.#worst.data;
    const entries = this.#entries.length;
    for (let entry = 0, at = slot * entries; entry < entries; entry++, at++) {
      const { warm, silent } = this.#entries[entry];
      if (rows >= warm + block) {
        this.#counts[entry * LEVELS + Math.floor(worst[at] / STEPS)] += weight;
        this.#counted[entry] += weight;
        if (this.#seen[entry] > 0 || (silent && !events)) this.#seen[entry]++;
        // The novelty of a point and the length of a run are measured by the series' own past as they are.
        if (entry > 0 && !silent && !events) {
          const blocks = Math.floor((rows - warm) / block);
          this.#own.endBlock(slot, entry, { worst: lnOf(worst[at]), blocks, weight, series });
        }
      }
      worst[at] = 0;
    }
  }

  /** What a block that has just ended counts: a candidate is likely to be a fault, and lasts for blocks. */
  #weight(slot: number, candidate: boolean): number {
    const lasted = candidate ? Math.min(this.#lasted.data[slot] + 1, MOST_LASTED) : 0;
    this.#lasted.data[slot] = lasted;
    return lasted === 0 ? 1 : CANDIDATE_WEIGHT / lasted;
  }

  #halve(): void {
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i] /= 2;
    for (let entry = 0; entry < this.#counted.length; entry++) this.#counted[entry] /= 2;
    this.#blocks[0] /= 2;
    this.#blocks[1] /= 2;
  }

  #refit(entry: number): void {
    fitter.fit(this.#counts.subarray(entry * LEVELS, (entry + 1) * LEVELS), priorOf(entry), this.#fit);
    this.#keep(entry, this.#fit);
  }

  #keep(entry: number, { start, share, scale, shape }: Readonly<Fit>): void {
    this.#fits.set([start, share, scale, shape], entry * FIT_SIZE);
  }

  /** Shares of the budget, by what each entry can tell from its usual values. No label has a part in it. */
  #shareOut(series: number): void {
    const entries = this.#entries.length;
    const worths = this.#entries.map(({ rival }, entry) =>
      rival >= 0 && this.#spread(entry) > HEAVIER * this.#spread(rival) ? 0 : this.#worth(entry),
    );
    const seen = this.#blocks[2] * Math.min(series / ALIKE_SERIES, 1);
    const earned = ((1 - POINT_SHARE) * seen * seen) / (seen * seen + EARNED_BLOCKS * EARNED_BLOCKS);
    const sum = worths.reduce((total, worth, entry) => (entry === 0 ? 0 : total + worth), 0);
    for (let entry = 0; entry < entries; entry++) {
      const own = entry === 0 ? 1 - earned : (earned * worths[entry]) / Math.max(sum, LEAST_WORTH);
      const share = this.#entries[entry].silent && this.#seen[entry] > 0 ? Math.max(own, LEAST_SILENT) : own;
      this.#fits[entry * FIT_SIZE + 4] = Math.log(Math.max(share, 1e-12));
    }
  }

  #worth(entry: number): number {
    if (this.#seen[entry] === 0) return 0;
    const [start, share, scale, shape] = this.#fits.subarray(entry * FIT_SIZE);
    if (share < SELDOM) return SELDOM_WORTH;
    const reach = start / quantile({ start, share, scale, shape }, RARE);
    return reach * reach;
  }

  /** The level that a hundredth of the blocks reaches over the level that a fifth reaches; 1 while there are no blocks. */
  #spread(entry: number): number {
    const total = this.#counted[entry];
    if (total < LEAST_BLOCKS) return 1;
    let above = 0;
    let rare = 0;
    for (let i = LEVELS - 1; i >= 0; i--) {
      above += this.#counts[entry * LEVELS + i];
      if (rare === 0 && above >= 0.01 * total) rare = levels[i];
      if (above >= 0.2 * total) return rare / levels[i];
    }
    return rare / LOWEST;
  }
}

function priorOf(entry: number): TailPrior {
  return entry === 0 ? HEAVY : LIGHT;
}

/** ln of the middle of a step; of the edge below which the lowest is. */
function lnOf(step: number): number {
  return Math.log(LOWEST) + (step === 0 ? 0 : ((step + 0.5) * LOG_STEP) / STEPS);
}

function stepOf(u: number): number {
  return u <= LOWEST ? 0 : Math.min(LEVELS * STEPS - 1, Math.floor((Math.log(u / LOWEST) * STEPS) / LOG_STEP));
}

import { DAY_MS, type EpochMs, WEEK_MS } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';

/* Which surprise is worth an alert? A candidate is an incident by a level that is too low on purpose: it is moved until there are 20 times as many
 * candidates a week as the budget allows alerts (Robbins–Monro), so that real faults hardly move it. How high normal candidates reach above it gives
 * the level that one in 20 of them passes:
 *   rate of peaks above y = R·e^(−y/s) + φ per nat       φ: faults, spread evenly                                             */

/** Candidates over the budget. */
const CANDIDATES = Number(process.env.CAND ?? 20);
/** A candidate is held while the surprise is within this of the level that began it, nats. */
const HOLD = 1;
const BINS = 80;
const BIN = 0.5;
/** Step of the candidates' level, nats: 1/n, and no less than this. */
const LEAST_STEP = 0.03;
const FIRST_STEPS = 4;
/** The level starts this much higher than nominal: the statistics know little yet. */
const FIRST_SHIFT = Number(process.env.SHIFT ?? 1);
/** Peaks that the prior of s = 1 is worth, and memory of peaks in candidates. */
const PRIOR_PEAKS = 12;
const MEMORY = 300;
const MEANS = [0.6, 0.8, 1, 1.3, 1.7, 2.2, 2.9, 3.8, 5];
const FAULTS = [0, 0.25, 0.5, 1];
/** Faults a nat, over the budget. */
const MOST_FAULTS = Number(process.env.MF ?? 0.1);
/** Candidates a block at most: denser ones would merge. */
const DENSEST = 0.1;
const LEAST_SHIFT = 2;
const LONGEST_MS = 4 * DAY_MS;
const PACE_ROWS = 1_000;

/** Where the surprise of a row is against the levels, in nats per block. */
export interface Decision {
  /** The row crosses the alert's level for the first time in its candidate. */
  alarm: boolean;
  /** A candidate is open: an incident that began lasts. */
  held: boolean;
  /** Surprise less the level of an alert, in e-folds of the rate. */
  margin: number;
  /** Surprise from which a row keeps a candidate open. */
  begin: number;
}

export class Candidates {
  /** Series-weeks, candidates, shift, [unused], s; and peaks by bin. */
  readonly shared: readonly Float64Array[];
  readonly decision: Decision = { alarm: false, held: false, margin: 0, begin: 0 };
  readonly #sums = new Float64Array(5);
  readonly #peaks = new Float64Array(BINS);
  readonly #open: Column<Uint8Array>;
  readonly #peak: Column<Float32Array>;
  readonly #lastMs: Column<Float64Array>;
  readonly #rowMs: Column<Float64Array>;
  readonly #pace: Column<Float32Array>;
  readonly #rows: Column<Uint16Array>;

  constructor(columns: Columns) {
    this.#open = columns.u8('calibrate.candidate');
    this.#peak = columns.f32('calibrate.candidate_peak');
    this.#lastMs = columns.f64('calibrate.candidate_at');
    this.#rowMs = columns.f64('calibrate.row_at');
    this.#pace = columns.f32('calibrate.pace');
    this.#rows = columns.u16('calibrate.pace_rows');
    this.#sums[2] = FIRST_SHIFT;
    this.#sums[4] = 1;
    this.shared = [this.#sums, this.#peaks];
  }

  /** Mean time between two rows of the series, ms; 0 before the second. */
  pace(slot: number, timeMs: EpochMs): number {
    const rows = this.#rows.data[slot];
    if (rows > 0) {
      const step = Math.min(Math.max(timeMs - this.#rowMs.data[slot], 0), LONGEST_MS);
      this.#pace.data[slot] += (step - this.#pace.data[slot]) / Math.min(rows, PACE_ROWS);
    }
    return this.#pace.data[slot];
  }

  /** Each row once, in order. `surprise`: nats per block; `perWeek`: the budget; `blockWeeks`: length of a block; `calmMs`: a candidate ends after so long. */
  observe(slot: number, timeMs: EpochMs, surprise: number, perWeek: number, blockWeeks: number, calmMs: number, counted: boolean): void {
    const sums = this.#sums;
    const rows = this.#rows.data[slot];
    const stepMs = rows > 0 ? Math.min(Math.max(timeMs - this.#rowMs.data[slot], 0), LONGEST_MS) : 0;
    this.#rowMs.data[slot] = timeMs;
    if (rows < 65_535) this.#rows.data[slot]++;
    const gain = Math.max(LEAST_STEP, 1 / (FIRST_STEPS + sums[1]));
    const factor = Math.min(CANDIDATES, Math.max(DENSEST / (perWeek * blockWeeks), 2));
    const wanted = factor * perWeek;
    if (counted) {
      sums[0] += stepMs / WEEK_MS;
      sums[2] = Math.max(sums[2] - (gain * wanted * stepMs) / WEEK_MS, -LEAST_SHIFT);
    }
    const begin = Math.max(-Math.log(wanted * blockWeeks) + sums[2], HOLD + 0.5);
    const excess = surprise - begin;
    const { decision } = this;
    decision.alarm = false;
    decision.begin = begin - HOLD;
    const open = this.#open.data;
    if (open[slot] > 0) {
      if (excess > -HOLD) this.#lastMs.data[slot] = timeMs;
      else if (timeMs - this.#lastMs.data[slot] >= calmMs) this.#close(slot, perWeek);
    }
    const level = sums[4] * Math.log(factor);
    decision.margin = (excess - level) / sums[4];
    if (excess >= 0 && surprise > 0) {
      if (open[slot] === 0) {
        open[slot] = 1;
        this.#peak.data[slot] = excess;
        this.#lastMs.data[slot] = timeMs;
        if (counted) {
          sums[1]++;
          sums[2] += gain;
        }
      }
      if (excess > this.#peak.data[slot]) this.#peak.data[slot] = excess;
      if (excess >= level && open[slot] === 1) {
        open[slot] = 2;
        decision.alarm = true;
      }
    }
    decision.held = open[slot] > 0;
  }

  #close(slot: number, perWeek: number): void {
    this.#open.data[slot] = 0;
    this.#peaks[Math.min(BINS - 1, Math.floor(this.#peak.data[slot] / BIN))]++;
    let total = 0;
    for (let i = 0; i < BINS; i++) total += this.#peaks[i];
    if (total > MEMORY) for (let i = 0; i < BINS; i++) this.#peaks[i] *= MEMORY / total;
    this.#fit(Math.min(total, MEMORY));
    void perWeek;
  }

  /** Maximum of the posterior over a grid of s and of the faults' density. */
  #fit(total: number): void {
    let best = Number.POSITIVE_INFINITY;
    for (const mean of MEANS) {
      for (const share of FAULTS) {
        const even = (share * MOST_FAULTS * BIN) / CANDIDATES;
        const normal = 1 - (even * (BINS - 1));
        let loss = PRIOR_PEAKS * (Math.log(mean) + 1 / mean) + share;
        for (let i = 0; i < BINS - 1; i++) {
          if (this.#peaks[i] > 0) loss -= this.#peaks[i] * Math.log(normal * binShare(i, mean) + even + 1e-9);
        }
        if (loss >= best) continue;
        best = loss;
        this.#sums[4] = mean;
      }
    }
    void total;
  }
}

function binShare(bin: number, mean: number): number {
  return Math.exp((-bin * BIN) / mean) - Math.exp((-(bin + 1) * BIN) / mean);
}

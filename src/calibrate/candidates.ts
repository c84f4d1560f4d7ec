import { DAY_MS, type EpochMs, WEEK_MS } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';

/* Which surprise is worth an alert? A candidate is an incident by a level that is too low on purpose: it moves until there are 20 times as
 * many candidates a week as the budget allows alerts (Robbins–Monro), so that real faults hardly move it. How high normal candidates reach
 * above it gives the level that one in 20 of them passes:
 *   density of peaks y above it = (1 − ε)·e^(−y/s)/s + ε·even        m* = s·ln 20        ε: real faults                      */

/** Candidates over the budget; and in a block of rows at most, for denser ones would merge. */
const CANDIDATES = 20;
/** … and of events: theirs last for days, and 20 times as many would hold one open in every series all the time. */
const CANDIDATES_OF_EVENTS = 3;
const DENSEST = 0.2;
const FEWEST = 2;
/** A candidate lasts while the surprise is within this of the level that began it, nats. */
const HOLD = 0.8;
/**
 * The level of candidates is never so low that usual rows hold one open: neither block by block (half of what the
 * budget asks for, between these) nor, with this chance at most, in the time that has to be calm before one ends.
 */
const LEAST_LEVEL = 1;
const USUAL_LEVEL = 2;
const MOST_HELD = 0.2;
/** Step of that level, nats: 1/n of the n-th candidate, and no less than this. */
const LEAST_STEP = 0.03;
const FIRST_STEPS = 24;
/** It starts this much above what the tails say, and falls this far below at most. */
const FIRST_SHIFT = 1;
const SHIFT_CANDIDATES = 100;
const LEAST_SHIFT = -4;
/** Peaks by half nats; those beyond say nothing of normal data. */
const BINS = 80;
const BIN = 0.5;
/** Peaks that the prior, s = 1, is worth; and peaks remembered. */
const PRIOR_PEAKS = 12;
const MEMORY = 300;
/**
 * s is near 1 where the tails are right. Larger ones than these were found where faults came often, and nowhere else;
 * smaller ones from a few peaks, beyond which more came than they say.
 */
const MEANS = [0.8, 1, 1.3, 1.7];
/** By mean and bin: share of normal peaks. */
const NORMAL = MEANS.map((mean) =>
  Float64Array.from({ length: BINS }, (_, bin) => Math.exp((-bin * BIN) / mean) - Math.exp((-(bin + 1) * BIN) / mean)),
);
/** Share of faults in a bin, in steps up to the most that is believed. */
const FAULTS = [0, 0.25, 0.5, 1];
const MOST_FAULTS = 0.0025;
/** A pause counts no longer than this. */
const LONGEST_MS = 4 * DAY_MS;
const PACE_ROWS = 1_000;

const CLOSED = 0;
const OPEN = 1;
const ALARMED = 2;

/** A row that is to be decided on. */
export interface Candidate {
  readonly timeMs: EpochMs;
  /** What `pace` says at that time. */
  readonly paceMs: number;
  /** Nats per block. */
  readonly surprise: number;
  /** Alerts a week that normal data may raise: of this series, or where `events` of all series together. */
  readonly perWeek: number;
  /** The budget is shared out by events, not by series: one event is as good as another. */
  readonly events: boolean;
  /** Rows in a block. */
  readonly block: number;
  /** A candidate ends after so long below its level. */
  readonly calmMs: number;
  /** Whether the row takes part in the calibration: not while the statistics are being learned. */
  readonly counted: boolean;
  /** Nothing begins and nothing ends at this row. */
  readonly paused: boolean;
}

/** What was decided. */
export interface Decision {
  /** The row is the first of its candidate that crosses the level of an alert. */
  alarm: boolean;
  /** A candidate is open: an incident that began lasts. */
  held: boolean;
  /** Surprise less the level of an alert, in e-folds of the rate of alerts. */
  margin: number;
  /** The level from which on a row is abnormal. */
  abnormal: number;
  /** Of an event: surprise less what the budget asks for by the tails alone, so that events of all times can be compared by it. */
  rarity: number;
}

/** The budget held: 27 bytes a series, and 0.7 KB for the stream. */
export class Candidates {
  /** Part of the task's snapshot. */
  readonly shared: readonly Float64Array[];
  readonly decision: Decision = { alarm: false, held: false, margin: 0, abnormal: 0, rarity: 0 };
  /** Candidates so far, shift of their level, s; of a stream of events: events so far, at most 1 000, the mean time between them, the newest. */
  readonly #learned = new Float64Array([0, FIRST_SHIFT, 1, 0, 0, 0]);
  readonly #peaks = new Float64Array(BINS);
  readonly #state: Column<Uint8Array>;
  readonly #peak: Column<Float32Array>;
  readonly #abnormalMs: Column<Float64Array>;
  readonly #rowMs: Column<Float64Array>;
  readonly #pace: Column<Float32Array>;
  readonly #rows: Column<Uint16Array>;

  constructor(columns: Columns) {
    this.#state = columns.u8('calibrate.candidate');
    this.#peak = columns.f32('calibrate.candidate_peak');
    this.#abnormalMs = columns.f64('calibrate.candidate_at');
    this.#rowMs = columns.f64('calibrate.row_at');
    this.#pace = columns.f32('calibrate.pace');
    this.#rows = columns.u16('calibrate.pace_rows');
    this.shared = [this.#learned, this.#peaks];
  }

  /** Nats in an e-fold of the rate of alerts. */
  get scale(): number {
    return this.#learned[2];
  }

  /** Whether a candidate of the series lasts, as of its last row. */
  isOpen(slot: number): boolean {
    return this.#state.data[slot] !== CLOSED;
  }

  /** Mean time between two rows of the series up to now, ms; 0 before the second. */
  pace(slot: number, timeMs: EpochMs): number {
    const rows = this.#rows.data[slot];
    if (rows === 0) return 0;
    const mean = this.#pace.data[slot];
    return mean + (this.#step(slot, timeMs) - mean) / Math.min(rows, PACE_ROWS);
  }

  /** Each row once, in order: fills `decision`. O(1), and some µs where a candidate ends. */
  observe(slot: number, candidate: Candidate): void {
    const { timeMs, paceMs, surprise, perWeek, block, calmMs, counted, paused, events } = candidate;
    const { decision } = this;
    const stepMs = events ? this.#streamStep(timeMs) : this.#step(slot, timeMs);
    const pace = events ? this.#learned[4] : paceMs;
    this.#pass(slot, timeMs, paceMs);
    const perBlock = (perWeek * block * pace) / WEEK_MS;
    const factor = Math.min(events ? CANDIDATES_OF_EVENTS : CANDIDATES, Math.max(DENSEST / perBlock, FEWEST));
    const candidates = this.#learned[0];
    const shift = this.#learned[1];
    const mean = this.#learned[2];
    const step = Math.max(LEAST_STEP, 1 / (FIRST_STEPS + candidates));
    const asked = -Math.log(perBlock);
    const floor = floorOf(asked, events ? 0 : calmMs / (block * Math.max(pace, 1)));
    const lnFactor = Math.log(factor);
    const tails = asked - lnFactor;
    if (counted) {
      // Where the level wanted is below the floor, fewer are expected above the floor, by the tail of their peaks.
      const below = floor - tails - shift;
      const fewer = below > 0 ? Math.exp(-below / mean) : 1;
      this.#learned[1] = Math.max(
        shift - (step * factor * fewer * perWeek * stepMs) / WEEK_MS,
        // Each event has its own chance by the tails: one that is not as rare as the budget asks raises nothing, even where the budget is not spent.
        events ? 0 : (LEAST_SHIFT * candidates) / (candidates + SHIFT_CANDIDATES),
      );
    }
    const wanted = tails + this.#learned[1];
    const level = Math.max(wanted, floor);
    const excess = surprise - level;
    // The level wanted is infinite at a first row, which has no pace yet.
    const alarm = Math.max(0, mean * lnFactor - Math.max(floor - wanted, 0));
    decision.rarity = events ? surprise - asked : 0;
    decision.abnormal = level - HOLD;
    decision.margin = (excess - alarm) / mean;
    this.#hold(slot, timeMs, paused || excess > -HOLD, calmMs);
    if (excess >= 0 && !paused) this.#begin(slot, timeMs, excess, counted ? step : 0);
    decision.alarm = excess >= alarm && !paused && this.#state.data[slot] === OPEN;
    if (decision.alarm) this.#state.data[slot] = ALARMED;
    decision.held = this.#state.data[slot] !== CLOSED;
  }

  /** Keeps the time of a row, and the pace up to it. */
  #pass(slot: number, timeMs: EpochMs, paceMs: number): void {
    this.#pace.data[slot] = paceMs;
    this.#rowMs.data[slot] = timeMs;
    if (this.#rows.data[slot] < PACE_ROWS) this.#rows.data[slot]++;
  }

  /** Time since the newest event of the stream. */
  #streamStep(timeMs: EpochMs): number {
    const learned = this.#learned;
    const step = learned[3] === 0 ? 0 : Math.min(Math.max(timeMs - learned[5], 0), LONGEST_MS);
    learned[3] = Math.min(learned[3] + 1, PACE_ROWS);
    learned[4] += (step - learned[4]) / learned[3];
    learned[5] = Math.max(learned[5], timeMs);
    return step;
  }

  #step(slot: number, timeMs: EpochMs): number {
    return this.#rows.data[slot] > 0 ? Math.min(Math.max(timeMs - this.#rowMs.data[slot], 0), LONGEST_MS) : 0;
  }

  #begin(slot: number, timeMs: EpochMs, excess: number, step: number): void {
    if (this.#state.data[slot] === CLOSED) {
      this.#state.data[slot] = OPEN;
      this.#peak.data[slot] = excess;
      this.#abnormalMs.data[slot] = timeMs;
      if (step > 0) this.#learned[0]++;
      this.#learned[1] += step;
    } else if (excess > this.#peak.data[slot]) this.#peak.data[slot] = excess;
  }

  #hold(slot: number, timeMs: EpochMs, abnormal: boolean, calmMs: number): void {
    if (this.#state.data[slot] === CLOSED) return;
    if (abnormal) this.#abnormalMs.data[slot] = timeMs;
    else if (timeMs - this.#abnormalMs.data[slot] >= calmMs) this.#end(slot);
  }

  #end(slot: number): void {
    this.#state.data[slot] = CLOSED;
    this.#peaks[Math.min(BINS - 1, Math.floor(this.#peak.data[slot] / BIN))]++;
    let total = 0;
    for (let i = 0; i < BINS; i++) total += this.#peaks[i];
    if (total > MEMORY) for (let i = 0; i < BINS; i++) this.#peaks[i] *= MEMORY / total;
    this.#learned[2] = meanExcess(this.#peaks);
  }
}

/**
 * Where candidates may begin at the lowest: `asked`, what the budget asks of a block, nats; `calmBlocks` that have to
 * be calm before one ends.
 */
function floorOf(asked: number, calmBlocks: number): number {
  const least = Math.max(LEAST_LEVEL, Math.min(USUAL_LEVEL, asked / 2));
  return calmBlocks > MOST_HELD ? Math.max(least, HOLD + Math.log(calmBlocks / MOST_HELD)) : least;
}

/** s: the maximum of the posterior over a grid of s and of the share of faults. */
function meanExcess(peaks: Float64Array): number {
  let best = Number.POSITIVE_INFINITY;
  let found = 1;
  for (let m = 0; m < MEANS.length; m++) {
    const mean = MEANS[m];
    const normal = NORMAL[m];
    for (const part of FAULTS) {
      const even = part * MOST_FAULTS;
      let loss = PRIOR_PEAKS * (Math.log(mean) + 1 / mean) + part;
      for (let bin = 0; bin < BINS - 1; bin++) {
        if (peaks[bin] === 0) continue;
        loss -= peaks[bin] * Math.log((1 - even * (BINS - 1)) * normal[bin] + even + 1e-9);
      }
      if (loss >= best) continue;
      best = loss;
      found = mean;
    }
  }
  return found;
}

import type { Verdict } from '../alert/lifecycle.ts';
import { alarmLevel, toScore } from '../calibrate/budget.ts';
import { Calibration, rowChance } from '../calibrate/calibration.ts';
import { ChannelGates } from '../calibrate/channel-gates.ts';
import { Tails } from '../calibrate/tails.ts';
import { Candidates } from '../calibrate/candidates.ts';
import { blockPrior } from '../calibrate/prior.ts';
import { Gate } from '../calibrate/gate.ts';
import { HoldOff } from '../calibrate/hold-off.ts';
import type { Channel } from '../event/channel.ts';
import type { Row } from '../event/observation.ts';
import { type EpochMs, WEEK_MS } from '../event/time.ts';
import type { Features } from '../feature/features.ts';
import { restored, transformed } from '../feature/transform.ts';
import { QUANTILE_97_5 } from '../math/student-t.ts';
import { attribute } from '../score/attribution.ts';
import { type Novelty, noveltyMemory } from '../score/novelty.ts';
import { Refractory } from '../score/refractory.ts';
import { surprisalBits } from '../score/surprisal.ts';
import { statistics } from '../statistic/statistics.ts';
import type { Sight, Statistic } from '../statistic/statistic.ts';
import { LocalClock, timeOfDay, dayOfWeek } from '../feature/local-clock.ts';
import type { Columns } from '../series/columns.ts';
import type { DetectorOptions } from './options.ts';
import { rowsNeeded } from './warm-up.ts';

/** The head's least σ: no cell of probability is narrower. */
const LEAST_CELL = 0.02;
/** A deviation of one step of the sensor says nothing; half a step more, for rounding. */
const SILENT_STEPS = 1.5;
/** Below this share of what is expected, and below this, a deviation is rounding, whatever the series did before. */
const ROUNDING = 1e-9;
const LEAST_STEP = 1e-12;
/** S at which a row is unusual by itself: V and E are measured in units of their thresholds. */
const UNUSUAL = 1;

type Real = Float64Array | Float32Array;

/** What the network said of a row before it came: [D] each, from `at` on, in innovation units. */
export interface Prediction {
  readonly location: Real;
  readonly scale: Real;
  readonly at: number;
}

/**
 * Scores a row against its prediction and its series' memories, and calibrates the result. The findings of the row judged last stand in
 * the fields, so that nothing is allocated; arrays are [D].
 */
export class Judge implements Verdict {
  readonly xs: Float64Array;
  readonly targets: Float64Array;
  readonly expected: Float64Array;
  /** These four once `describe` was called. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly bits: Float64Array;
  readonly attribution: Float64Array;
  /** The channel to blame; −1 where nothing is unusual, until `describe` was called. */
  lead = 0;
  reason: Verdict['reason'] = 'unusual_value';
  timeMs: EpochMs = 0;
  intervalMs = 0;
  pValue = 1;
  score = 0;
  alarm = false;
  unusual = false;
  severe = false;
  warming = true;
  /** How much of the row is to be learned (DETECTION H). */
  weight = 1;

  readonly stats: Statistic[];
  readonly lines: number;
  readonly tails: Tails;
  readonly candidates: Candidates;
  readonly gates: ChannelGates;
  readonly channelMost: Float64Array;
  readonly sight: Sight;
  readonly s: Float64Array;
  readonly #clock: LocalClock;
  readonly #channels: readonly Channel[];
  readonly #scored: readonly boolean[];
  readonly #options: DetectorOptions;
  readonly #features: Features;
  readonly #novelty: Novelty;
  readonly #refractory: Refractory;
  readonly #calibration: Calibration;
  readonly #holdOff: HoldOff;
  readonly #gate: Gate;
  /** By channel: what its transform compares with; NaN = nothing. */
  readonly #previous: Float64Array;
  /** By channel: the prediction as the network sees it, and its unit; NaN before the first value. */
  readonly #middle: Float64Array;
  readonly #unit: Float64Array;

  constructor(columns: Columns, features: Features, options: DetectorOptions) {
    const channels = options.channels.length;
    this.#channels = options.channels;
    this.#scored = options.channels.map(({ score }) => score);
    this.#options = options;
    this.#features = features;
    this.#novelty = noveltyMemory(columns, channels, options.novelty);
    this.#refractory = new Refractory(columns);
    this.#calibration = new Calibration(columns);
    this.#holdOff = new HoldOff(columns);
    this.#gate = new Gate(columns);
    this.xs = new Float64Array(channels);
    this.targets = new Float64Array(channels);
    this.expected = new Float64Array(channels);
    this.lower = new Float64Array(channels);
    this.upper = new Float64Array(channels);
    this.bits = new Float64Array(channels);
    this.attribution = new Float64Array(channels);
    this.#previous = new Float64Array(channels);
    this.#middle = new Float64Array(channels);
    this.#unit = new Float64Array(channels);
    this.#clock = new LocalClock(options.features.zone);
    const calendar = options.features.calendar.includes('time_of_day');
    this.stats = statistics.flatMap((k) => k.make(columns, { channels, calendar }) ?? []);
    this.sight = { slot: 0, xs: this.xs, centre: this.#middle, spread: new Float64Array(channels), minimum: new Float64Array(channels), weight: new Float64Array(channels).fill(1), day: 0, weekend: 0, rows: 0 };
    this.s = new Float64Array(channels);
    this.lines = 1 + this.stats.reduce((sum, { values }) => sum + values.length, 0);
    this.tails = new Tails(columns, this.lines, [true, ...this.stats.flatMap(({ values }) => Array.from(values, (_, i) => options.channels[i % channels].min_deviation.absolute < 50))], rivals(this.stats, channels));
    this.candidates = new Candidates(columns);
    this.gates = new ChannelGates(columns, channels);
    this.channelMost = new Float64Array(channels);
  }

  /** Each row once, in order, before the features or the network learn it. `population`: series that share the stream's budget. */
  judge(slot: number, row: Row, prediction: Prediction, population: number): void {
    let worst = 0;
    this.lead = -1;
    this.reason = 'unusual_value';
    for (let d = 0; d < this.#channels.length; d++) {
      const s = this.#judgeChannel(slot, d, row, prediction);
      this.s[d] = s;
      this.sight.spread[d] = prediction.scale[prediction.at + d] * this.#unit[d];
      this.sight.minimum[d] = Number.isFinite(this.expected[d]) ? this.#minimum(d) : 0;
      if (s > worst && this.#channels[d].score) {
        worst = s;
        this.lead = d;
        this.reason = this.#novelty.valueScore >= this.#novelty.errorScore ? 'unusual_value' : 'unusual_change';
      }
    }
    this.timeMs = row.endMs;
    const local = this.#clock.local(row.endMs);
    this.sight.slot = slot;
    this.sight.day = timeOfDay(local);
    const dow = Math.floor(dayOfWeek(local) * 7);
    this.sight.weekend = dow === 2 || dow === 3 ? 1 : 0;
    this.sight.rows = this.#features.interval.rows(slot);
    for (let d = 0; d < this.#channels.length; d++) this.sight.weight[d] = this.gates.weight(slot, d);
    for (const statistic of this.stats) statistic.observe(this.sight);
    (globalThis as any).__trace?.(slot, row, this);
    this.#decide(slot, worst, population);
  }

  #decide(slot: number, s: number, population: number): void {
    const { budget, after_rows, keep_firing } = this.#options.alert;
    const share = budget === undefined || budget.per === 'series' ? 1 : population;
    const perWeek = (budget?.perWeek ?? 1) / share;
    const interval = this.#features.interval.median(slot);
    const rows = this.#features.interval.rows(slot);
    this.intervalMs = interval;
    this.warming = rows < WARM_ROWS;
    this.weight = this.#gate.observe(slot, s);
    const pace = this.candidates.pace(slot, this.timeMs);
    const rowsPerWeek = pace > 0 ? WEEK_MS / pace : 2016;
    const block = Math.min(64, Math.max(1, Math.round(rowsPerWeek / 32)));
    const counted = rows >= Math.min(1000, 8 * block + 20) ;
    const shares = this.lines - 1;
    let most = 0;
    let lead = -1;
    let reason = this.reason;
    const known = this.tails.blocks;
    if (s > 0) {
      const prior = -Math.log(Math.min(0.94, blockPrior(s) * block / 100));
      most = (known < 48 || s < 1 ? prior : this.tails.surprise(0, s)) + Math.log(0.3);
      lead = this.lead;
    }
    this.tails.observe(slot, 0, s);
    this.channelMost.fill(0);
    if (lead >= 0) this.channelMost[lead] = most;
    let line = 1;
    const each = Math.log(0.6 / shares);
    for (const statistic of this.stats) {
      const D = this.#channels.length;
      for (let i = 0; i < statistic.values.length; i++, line++) {
        const d = i % D;
        const u = this.#directed(d, statistic.values[i], statistic.deviations[i]);
        if (u <= 0) continue;
        this.tails.observe(slot, line, u);
        if (known < 48 || !this.#counted(d, statistic.deviations[i])) continue;
        const e = this.tails.surprise(line, u) + this.tails.share(line);
        if (e > this.channelMost[d]) this.channelMost[d] = e;
        if (e > most) {
          most = e;
          lead = d;
          reason = `${statistic.constructor.name}${Math.floor(i / D)}` as any;
        }
      }
    }
    this.tails.endRow(slot, counted, block);
    this.lead = lead;
    this.reason = reason;
    const { decision } = this.candidates;
    this.candidates.observe(slot, this.timeMs, rows >= after_rows ? most : 0, perWeek, block / rowsPerWeek, keep_firing ?? 10 * interval, counted);
    for (let d = 0; d < this.#channels.length; d++) this.gates.observe(slot, d, this.channelMost[d] > decision.begin);
    if (decision.held && this.weight === 1 && !process.env.NOW) this.weight = 0.1;
    (globalThis as any).__decide?.(slot, this, most, lead, reason, decision);
    this.score = 1 / (1 + Math.exp(-decision.margin));
    this.pValue = Math.min(1, (perWeek / rowsPerWeek) * Math.exp(-decision.margin));
    this.alarm = decision.alarm;
    this.unusual = decision.held;
    this.severe = decision.margin > 2.3;
  }

  #directed(d: number, value: number, deviation: number): number {
    const { direction, min_deviation: m } = this.#channels[d];
    if (m.absolute >= 50) return 0;
    if (deviation !== 0 && direction !== 'both' && (direction === 'up' ? deviation < 0 : deviation > 0)) return 0;
    return value;
  }

  #counted(d: number, deviation: number): boolean {
    return deviation === 0 || Math.abs(deviation) >= this.#user(d);
  }

  #user(d: number): number {
    const { absolute, relative } = this.#channels[d].min_deviation;
    if (absolute === 0 && relative === 0) return 0;
    const level = Number.isFinite(this.expected[d]) ? Math.abs(this.expected[d]) : 0;
    return this.#step(d, Math.max(absolute, relative * level));
  }

  /** What is only shown of the row judged last: `lower`, `upper`, `bits`, `attribution` and, where nothing is unusual, `lead`. */
  describe({ location, scale, at }: Prediction): void {
    for (let d = 0; d < this.#channels.length; d++) {
      const { transform, resolution } = this.#channels[d];
      const previous = this.#previous[d];
      const unit = this.#unit[d];
      const reach = QUANTILE_97_5 * scale[at + d] * unit;
      this.lower[d] = restored(transform, this.#middle[d] - reach, previous);
      this.upper[d] = restored(transform, this.#middle[d] + reach, previous);
      const cell = resolution === undefined ? LEAST_CELL : Math.max(this.#step(d, resolution) / unit, LEAST_CELL);
      const target = this.targets[d];
      this.bits[d] = Number.isFinite(target) ? surprisalBits(target, location[at + d], scale[at + d], cell) : 0;
    }
    attribute(this.bits, this.#scored, this.attribution);
    if (this.lead < 0) this.lead = mostBits(this.bits, this.#scored);
  }

  #calibrate(slot: number, s: number, population: number): void {
    const { budget, critical_below, after_rows } = this.#options.alert;
    const share = budget?.per === 'stream' ? population : 1;
    const interval = this.#features.interval.median(slot);
    this.intervalMs = interval;
    const level = alarmLevel(budget && budget.perWeek / share, interval > 0 ? WEEK_MS / interval : 0);
    const rows = this.#features.interval.rows(slot);
    this.warming = rows < rowsNeeded(this.#options, interval);
    this.unusual = s > UNUSUAL;
    this.weight = this.#gate.observe(slot, s);
    const p = this.#calibration.observe(slot, this.#refractory.emit(slot, s));
    this.pValue = rowChance(p);
    this.score = toScore(p, level);
    this.alarm = this.#holdOff.observe(slot, rows >= after_rows && p <= level);
    this.severe = p <= critical_below * level;
  }

  /** The channel's S; fills its expected value and its target. */
  #judgeChannel(slot: number, d: number, row: Row, { location, at }: Prediction): number {
    const { scaler } = this.#features;
    const { transform } = this.#channels[d];
    const previous = this.#features.previous(slot, d, row.endMs);
    const x = transformed(transform, row.values[d], previous);
    this.xs[d] = x;
    if (scaler.rows(slot, d) === 0) return this.#unknown(slot, d, x);
    const unit = scaler.unit(slot, d);
    const base = scaler.last(slot, d);
    const middle = base + location[at + d] * unit;
    this.#previous[d] = previous;
    this.#unit[d] = unit;
    this.#middle[d] = middle;
    this.expected[d] = restored(transform, middle, previous);
    this.targets[d] = (x - base) / unit;
    this.#novelty.observe(slot, d, x, x - middle, this.#minimum(d));
    return this.#counts(d, x - middle) ? Math.max(this.#novelty.valueScore, this.#novelty.errorScore) : 0;
  }

  #unknown(slot: number, d: number, x: number): number {
    this.#middle[d] = Number.NaN;
    this.expected[d] = Number.NaN;
    this.targets[d] = Number.NaN;
    this.#novelty.observe(slot, d, x, Number.NaN, 0);
    return 0;
  }

  /** Smallest deviation that counts, as the network sees it. */
  #minimum(d: number): number {
    const { resolution = 0, min_deviation } = this.#channels[d];
    const { absolute, relative } = min_deviation;
    const level = Number.isFinite(this.expected[d]) ? Math.abs(this.expected[d]) : 0;
    const share = Math.max(relative, ROUNDING) * level;
    return this.#step(d, Math.max(SILENT_STEPS * resolution, absolute, share, LEAST_STEP));
  }

  /** A step of `size` in the channel's unit, near what is expected, as the network sees it. */
  #step(d: number, size: number): number {
    const { transform } = this.#channels[d];
    if (transform === 'none' || transform === 'difference') return size;
    const from = this.expected[d];
    const previous = this.#previous[d];
    const step = Math.abs(transformed(transform, from + size, previous) - transformed(transform, from, previous));
    return Number.isFinite(step) ? step : 0;
  }

  #counts(d: number, deviation: number): boolean {
    const { direction } = this.#channels[d];
    return direction === 'both' || (direction === 'up' ? deviation > 0 : deviation < 0);
  }
}

function rivals(stats: readonly Statistic[], channels: number): number[] {
  const all = [-1];
  for (const stat of stats) {
    const first = all.length;
    for (let i = 0; i < stat.values.length; i++) {
      const line = Math.floor(i / channels);
      const other = stat.rivals?.[line];
      all.push(other === undefined ? -1 : first + other * channels + (i % channels));
    }
  }
  return all;
}

function mostBits(bits: Float64Array, scored: readonly boolean[]): number {
  let most = Math.max(scored.indexOf(true), 0);
  for (let d = most + 1; d < bits.length; d++) if (scored[d] && bits[d] > bits[most]) most = d;
  return most;
}

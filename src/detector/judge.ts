import type { Evidence, WordEvidence } from '../alert/evidence.ts';
import { Gate } from '../calibrate/gate.ts';
import type { Channel } from '../event/channel.ts';
import { type Row, sentValue } from '../event/observation.ts';
import type { AlertReason } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import type { Features } from '../feature/features.ts';
import { restored, stepNear, transformed } from '../feature/transform.ts';
import { type Heads, headsOf } from '../lstm/heads/heads.ts';
import { attribute, mostBits } from '../score/attribution.ts';
import { type Novelty, noveltyMemory } from '../score/novelty.ts';
import type { Columns } from '../series/columns.ts';
import type { Sight } from '../statistic/statistic.ts';
import { boundsOf, clipped } from './bounds.ts';
import { Decider } from './decider.ts';
import type { DecisionTerms } from './decision.ts';
import { DiscreteChannels } from './discrete.ts';
import { evidenceOf } from './facts.ts';
import { JudgedRow } from './judged-row.ts';
import { askedDeviation, leastDeviation } from './least-deviation.ts';
import { type DetectorOptions, shapeOf } from './options.ts';
import type { Prediction } from './prediction.ts';
import { rowsNeeded } from './warm-up.ts';

/** The head's least σ: no cell of probability is narrower. */
const LEAST_CELL = 0.02;
/** How much is learned of a row while an incident lasts. */
const DAMPED = 0.1;
/** An incident ends after so many sampling intervals where the configuration says nothing. */
const CALM_INTERVALS = 10;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A score shows the band of 95 %. */
const BAND_END = 0.975;

/** Scores a row against its prediction and its series' memories, and calibrates the result. */
export class Judge {
  /** What was found of the row judged last; the same object each time. */
  readonly found: JudgedRow;
  readonly #channels: readonly Channel[];
  readonly #scored: readonly boolean[];
  readonly #options: DetectorOptions;
  readonly #features: Features;
  readonly #heads: Heads;
  readonly #novelty: Novelty;
  readonly #gate: Gate;
  readonly #decider: Decider;
  /** The same object each row. */
  readonly #terms: Writable<DecisionTerms>;
  readonly #sight: Sight;
  /** By channel: the deviation that the configuration asks for at least. */
  readonly #wanted: Float64Array;
  /** S of the real channels of a row: the gate is made for novelty alone. */
  #abnormal = 0;
  readonly #point = { value: 0, channel: -1, reason: 'unusual_value' as AlertReason };
  /** By channel: what its transform compares with; NaN = nothing. */
  readonly #previous: Float64Array;
  /** By channel: what its number can be at all. */
  readonly #bounds: readonly (readonly [number, number])[];
  readonly #discrete: DiscreteChannels;
  /** By channel: the values as the statistics see them, which look at real numbers alone. */
  readonly #numbers: Float64Array;
  /** By channel: mean of its last forecast errors. */
  readonly #errors: Float64Array;
  /** Rows judged of all series: part of the task's snapshot. */
  readonly #allRows = new Float64Array(1);
  /** By channel: the prediction as the network sees it, and its unit; NaN before the first value. */
  readonly #middle: Float64Array;
  readonly #unit: Float64Array;

  constructor(columns: Columns, features: Features, options: DetectorOptions) {
    const channels = options.channels.length;
    this.#channels = options.channels;
    this.#scored = options.channels.map(({ score }) => score);
    this.#options = options;
    this.#features = features;
    this.#heads = headsOf(shapeOf(options));
    this.#novelty = noveltyMemory(columns, channels, options.novelty);
    this.#gate = new Gate(columns);
    this.#decider = new Decider(
      columns,
      options.channels,
      options.features.calendar.includes('time_of_day'),
      options.alert.statistics,
    );
    this.found = new JudgedRow(channels);
    this.#previous = new Float64Array(channels);
    this.#middle = new Float64Array(channels);
    this.#unit = new Float64Array(channels);
    this.#wanted = new Float64Array(channels);
    this.#terms = {
      ...{ timeMs: 0, seriesCount: 1, perWeek: 0, calmMs: 0, ready: false, paused: false },
      minimum: this.#wanted,
    };
    this.#errors = new Float64Array(channels);
    this.#bounds = options.channels.map(boundsOf);
    this.#discrete = new DiscreteChannels(options.channels, this.#heads);
    this.#numbers = this.#discrete.any ? new Float64Array(channels).fill(Number.NaN) : this.found.xs;
    this.#sight = {
      ...{ slot: 0, day: 0, weekend: 0, rows: 0, paceMs: 0, sparse: false },
      ...{
        xs: this.#numbers,
        centre: this.#middle,
        spread: new Float64Array(channels),
        weight: new Float64Array(channels),
      },
    };
  }

  /** What the series of the stream share: part of the task's snapshot. */
  get shared(): readonly Float64Array[] {
    return [...this.#decider.shared, this.#allRows, ...this.#discrete.shared, ...this.#features.vocabulary.shared];
  }

  /**
   * Each row once, in order, before the features or the network learn it. `seriesCount`: series that share the stream's
   * budget.
   */
  judge(slot: number, row: Row, prediction: Prediction, seriesCount: number): void {
    const { found } = this;
    const point = this.#point;
    point.value = 0;
    point.channel = -1;
    found.judged = false;
    this.#abnormal = 0;
    for (let d = 0; d < this.#channels.length; d++) {
      const discrete = this.#discrete.has(d);
      const s = discrete ? this.#judgeDiscrete(slot, d, row, prediction) : this.#judgeChannel(slot, d, row, prediction);
      if (this.#scored[d] && !Number.isNaN(sentValue(row, d))) found.judged = true;
      this.#sight.spread[d] = this.#spread(d, prediction) * this.#unit[d];
      if (!discrete && this.#scored[d]) this.#abnormal = Math.max(this.#abnormal, s);
      if (s <= point.value || !this.#scored[d]) continue;
      point.value = s;
      point.channel = d;
      const { valueScore, errorScore } = this.#novelty;
      point.reason = discrete || valueScore >= errorScore ? 'unusual_value' : 'unusual_change';
    }
    found.timeMs = row.endMs;
    this.#look(slot, row.endMs);
    found.intervalMs = this.#features.interval.median(slot);
    found.warming = this.#sight.rows < rowsNeeded(this.#options, found.intervalMs);
    if (found.judged) {
      this.#allRows[0]++;
      this.#decide(slot, seriesCount);
    } else found.nothingFound();
    found.pooled = this.#sight.sparse;
    found.rowsSeen = Math.max(1, found.pooled ? this.#allRows[0] : this.#sight.rows);
  }

  /** Fills in what the statistics see beside the values. */
  #look(slot: number, timeMs: EpochMs): void {
    const { day, weekend } = this.#features.calendar.at(timeMs);
    this.#sight.slot = slot;
    this.#sight.day = day;
    this.#sight.weekend = weekend;
    this.#sight.rows = this.#features.interval.rows(slot);
  }

  #decide(slot: number, seriesCount: number): void {
    const { found } = this;
    const { budget, critical_below, after_rows, keep_firing } = this.#options.alert;
    const { rows } = this.#sight;
    const perWeek = budget.perWeek / (budget.per === 'series' ? 1 : seriesCount);
    const terms = this.#terms;
    terms.timeMs = found.timeMs;
    terms.seriesCount = seriesCount;
    terms.perWeek = perWeek;
    terms.calmMs = keep_firing ?? CALM_INTERVALS * found.intervalMs;
    terms.ready = rows >= after_rows;
    terms.paused = this.#features.calendar.at(found.timeMs).clockChanged;
    this.#decider.decide(this.#sight, this.#point, terms);
    const { lead, reason, deviation, span, alarm, held, margin, scoreMargin, rowsPerWeek } = this.#decider.found;
    found.lead = lead;
    found.reason = reason;
    found.deviation = deviation;
    found.spanMs = span * found.intervalMs;
    found.alarm = alarm;
    found.unusual = held;
    found.severe = margin >= -Math.log(critical_below);
    found.score = 1 / (1 + Math.exp(-scoreMargin));
    found.pValue = lead < 0 ? 1 : Math.min(1, (perWeek / rowsPerWeek) * Math.exp(-margin));
    found.weight = Math.min(this.#gate.observe(slot, this.#abnormal), held ? DAMPED : 1);
  }

  /**
   * What is only shown of the row judged last: `lower`, `upper`, `bits`, `attribution` and, where nothing is unusual,
   * `lead`.
   */
  describe(prediction: Prediction): void {
    const { found } = this;
    const { heads, offsets } = this.#heads;
    const { distribution, at } = prediction;
    for (let d = 0; d < this.#channels.length; d++) {
      const { transform, resolution } = this.#channels[d];
      const previous = this.#previous[d];
      const unit = this.#unit[d];
      const reach = heads[d].deviation(distribution, at + offsets[d], BAND_END) * unit;
      const bounds = this.#bounds[d];
      found.lower[d] = clipped(restored(transform, this.#middle[d] - reach, previous), bounds);
      found.upper[d] = clipped(restored(transform, this.#middle[d] + reach, previous), bounds);
      const cell =
        resolution === undefined
          ? LEAST_CELL
          : Math.max(stepNear(transform, resolution, found.expected[d], previous) / unit, LEAST_CELL);
      // Last, for the step above is taken near it.
      found.expected[d] = clipped(found.expected[d], bounds);
      const target = found.targets[d];
      found.bits[d] = Number.isFinite(target) ? heads[d].bits(distribution, at + offsets[d], target, cell) : 0;
    }
    attribute(found.bits, this.#scored, found.attribution);
    if (found.lead < 0) found.lead = mostBits(found.bits, this.#scored);
  }

  /** Surprise of each statistic that found something, by its reason. O(statistics · channels) */
  surprises(): ReadonlyMap<AlertReason, number> {
    return this.#decider.surprises(this.#sight, this.#point, this.#wanted);
  }

  /**
   * What the statistic that leads expects of the leading channel, in the channel's unit; NaN where it expects no value.
   */
  implied(): number {
    const { lead, deviation, xs } = this.found;
    if (deviation === 0) return Number.NaN;
    const { transform } = this.#channels[lead];
    return clipped(restored(transform, xs[lead] - deviation, this.#previous[lead]), this.#bounds[lead]);
  }

  /**
   * The number that the statistic that leads judged, in the leading channel's unit; null where the value alone is
   * judged.
   */
  evidence(): Evidence | null {
    const { lead, reason } = this.found;
    return evidenceOf(this.#decider.judged(this.#sight.slot), this.#errors[lead], reason, this.#channels[lead]);
  }

  /** S of a word or a count; fills its expected value and its target. */
  #judgeDiscrete(slot: number, d: number, row: Row, prediction: Prediction): number {
    const { found } = this;
    found.xs[d] = sentValue(row, d);
    if (this.#features.scaler.rows(slot, d) === 0) return this.#unknown(slot, d, found.xs[d]);
    this.#previous[d] = Number.NaN;
    this.#unit[d] = 1;
    const s = this.#discrete.judge(d, this.#features.newest(slot, d), prediction, found);
    this.#middle[d] = found.expected[d];
    return s;
  }

  /** What a row says of a channel in words, where it is one of words. */
  words(row: Row, d: number): WordEvidence | undefined {
    return this.#discrete.words(row, d, this.#features.vocabulary);
  }

  /** The channel's S; fills its expected value and its target. */
  #judgeChannel(slot: number, d: number, row: Row, { distribution, at }: Prediction): number {
    const { found } = this;
    const { scaler } = this.#features;
    const channel = this.#channels[d];
    const { transform } = channel;
    const previous = this.#features.previous(slot, d, row.endMs);
    const x = transformed(transform, sentValue(row, d), previous);
    found.xs[d] = x;
    this.#numbers[d] = x;
    if (scaler.rows(slot, d) === 0) return this.#unknown(slot, d, x);
    const unit = scaler.unit(slot, d);
    const base = scaler.last(slot, d);
    const { heads, offsets } = this.#heads;
    const middle = base + heads[d].expected(distribution, at + offsets[d]) * unit;
    this.#previous[d] = previous;
    this.#unit[d] = unit;
    this.#middle[d] = middle;
    found.expected[d] = restored(transform, middle, previous);
    found.targets[d] = (x - base) / unit;
    const asked = askedDeviation(channel, found.expected[d], previous);
    this.#wanted[d] = asked;
    this.#novelty.observe(slot, d, x, x - middle, leastDeviation(channel, asked, found.expected[d], previous));
    this.#errors[d] = this.#novelty.smoothedError;
    return this.#counts(d, x - middle) ? Math.max(this.#novelty.valueScore, this.#novelty.errorScore) : 0;
  }

  /** Scale of the channel's distribution, in the unit that the network learns. */
  #spread(d: number, { distribution, at }: Prediction): number {
    return distribution[at + this.#heads.offsets[d] + 1];
  }

  #unknown(slot: number, d: number, x: number): number {
    this.#middle[d] = Number.NaN;
    this.found.expected[d] = Number.NaN;
    this.found.targets[d] = Number.NaN;
    this.#novelty.observe(slot, d, x, Number.NaN, 0);
    return 0;
  }

  #counts(d: number, deviation: number): boolean {
    const { direction } = this.#channels[d];
    return direction === 'both' || (direction === 'up' ? deviation > 0 : deviation < 0);
  }
}

import type { Channel } from '../event/channel.ts';
import type { Row } from '../event/observation.ts';
import type { EpochMs } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';
import { Calendar, type CalendarMoment } from './calendar.ts';
import { Counters } from './counters.ts';
import { Interval } from './interval.ts';
import type { FeatureOptions } from './options.ts';
import { clip, Scaler } from './scaler.ts';
import { Season } from './season.ts';
import { Vocabulary, wordsOf } from './vocabulary.ts';

const SEASON_LIMIT = 20;
const SEASON_SHARE = 4;
/** z, d, missing, age. */
const PER_CHANNEL = 4;

/** I: how many inputs so many channels make. */
export function inputCount(channels: readonly Channel[], { season, calendar }: FeatureOptions): number {
  const perNumber = PER_CHANNEL + (season === null ? 0 : 1);
  const own = channels.reduce((sum, each) => sum + (each.kind === 'category' ? wordsOf(each) : perNumber), 0);
  return own + calendar.reduce((sum, cycle) => sum + (cycle === 'day_of_week' ? 2 : 4), 0);
}

/**
 * Turns what a series did so far, and the time of the row about to come, into the network's inputs; and a row into its
 * targets. Per channel: z and sign(d)·ln(1 + |d|) of the newest value, whether the newest row lacked it, ln of its age
 * in sampling intervals, and with a season the step that one season ago would make. For all: the local clock at the row
 * to come. See docs/detection.md#inputs.
 */
export class Features {
  /** I: how many inputs. */
  readonly inputs: number;
  readonly calendar: Calendar;
  readonly interval: Interval;
  readonly scaler: Scaler;
  readonly vocabulary: Vocabulary;
  readonly #channels: readonly Channel[];
  readonly #options: FeatureOptions;
  #cyclesAt = Number.NaN;
  /** The clock's inputs of that time. */
  readonly #cycles: Float64Array;
  /** Of the row about to come: its time and the median sampling interval, ms. */
  #comingMs: EpochMs = 0;
  #interval = 0;
  readonly #season: Season | undefined;
  readonly #counters: Counters | undefined;
  readonly #raw: Column<Float64Array>;
  readonly #seenAt: Column<Float64Array>;
  readonly #isSeen: Column<Uint8Array>;

  constructor(
    columns: Columns,
    channels: readonly Channel[],
    options: FeatureOptions,
    attributes: readonly string[] = [],
  ) {
    const count = channels.length;
    this.#channels = channels;
    this.#options = options;
    this.calendar = new Calendar(options);
    this.interval = new Interval(columns);
    this.scaler = new Scaler(columns, count);
    this.vocabulary = new Vocabulary(channels, attributes);
    this.#season = options.season === null ? undefined : new Season(columns, count, options.season);
    this.#raw = columns.f64('feature.raw', count);
    this.#seenAt = columns.f64('feature.seen_at', count);
    this.#isSeen = columns.u8('feature.is_seen', count);
    this.#counters = Counters.of(columns, channels);
    this.inputs = inputCount(channels, options);
    this.#cycles = new Float64Array(inputCount([], options));
  }

  /** The row as all that follows sees it: rates for counters, indices for words. Once for each row, in its turn. */
  counted(slot: number, row: Row): Row {
    return this.vocabulary.indexed(this.#counters?.rates(slot, row) ?? row);
  }

  /** Writes the inputs [I] for the row at `timeMs`, before anything is known of its values, to `out` from `at` on. */
  write(slot: number, timeMs: EpochMs, out: Float32Array | Float64Array, at: number): void {
    const { calendar } = this;
    const moment = calendar.at(timeMs);
    this.#comingMs = timeMs;
    this.#interval = this.interval.median(slot);
    this.#season?.look(moment.seasonMs, this.#interval * calendar.seasonPace, calendar.seasons(timeMs));
    let next = at;
    for (let d = 0; d < this.#channels.length; d++) next = this.#writeChannel(slot, d, out, next);
    if (timeMs !== this.#cyclesAt) this.#readCycles(timeMs, moment);
    for (let i = 0; i < this.#cycles.length; i++) out[next + i] = this.#cycles[i];
  }

  /**
   * The channel's newest value as it came, which a value at `timeMs` is compared with; NaN before the first, and across
   * a session break.
   */
  previous(slot: number, channel: number, timeMs: EpochMs): number {
    const at = slot * this.#channels.length + channel;
    if (this.#isSeen.data[at] === 0) return Number.NaN;
    const gap = this.#options.session_gap;
    const seenAt = this.#seenAt.data[at];
    const broken = (gap !== undefined && timeMs - seenAt > gap) || this.calendar.isBroken(seenAt, timeMs);
    return broken ? Number.NaN : this.#raw.data[at];
  }

  /** The channel's newest value as it came; meaningless before the first. */
  newest(slot: number, channel: number): number {
    return this.#raw.data[slot * this.#channels.length + channel];
  }

  /** Which way the channel went with its newest value: 1 up, −1 down, 0 where it moved no more than it usually does. */
  trend(slot: number, channel: number): number {
    const change = this.scaler.lastD(slot, channel);
    return Math.abs(change) < 1 ? 0 : Math.sign(change);
  }

  /** Takes the row in: `values` [D] as they came, `xs` [D] as the network sees them. */
  update(slot: number, timeMs: EpochMs, values: Float64Array, xs: Float64Array): void {
    const { calendar, interval } = this;
    interval.update(slot, timeMs, interval.rows(slot) > 0 ? calendar.elapsed(interval.last(slot), timeMs) : 0);
    this.#take(slot, timeMs, values, xs);
  }

  /** Takes a row in that had no value to judge: it is not counted as one of the series' rows. */
  pass(slot: number, timeMs: EpochMs, values: Float64Array, xs: Float64Array): void {
    this.interval.skip(slot, timeMs);
    this.#take(slot, timeMs, values, xs);
  }

  /** Takes in a row that was forecast, not seen: what is newest changes, the scaling and the interval do not. */
  follow(slot: number, timeMs: EpochMs, values: Float64Array, xs: Float64Array): void {
    this.interval.skip(slot, timeMs);
    this.#see(slot, timeMs, values);
    for (let d = 0; d < xs.length; d++) if (Number.isFinite(xs[d])) this.scaler.follow(slot, d, xs[d]);
    this.#remember(slot, timeMs, xs);
  }

  #take(slot: number, timeMs: EpochMs, values: Float64Array, xs: Float64Array): void {
    this.#see(slot, timeMs, values);
    for (let d = 0; d < xs.length; d++) if (Number.isFinite(xs[d])) this.scaler.update(slot, d, xs[d]);
    this.#remember(slot, timeMs, xs);
  }

  #see(slot: number, timeMs: EpochMs, values: Float64Array): void {
    for (let d = 0; d < values.length; d++) {
      if (Number.isNaN(values[d])) continue;
      const at = slot * values.length + d;
      this.#raw.data[at] = values[d];
      this.#seenAt.data[at] = timeMs;
      this.#isSeen.data[at] = 1;
    }
  }

  #remember(slot: number, timeMs: EpochMs, xs: Float64Array): void {
    const { seasonMs, remembered } = this.calendar.at(timeMs);
    if (!remembered) return;
    for (let d = 0; d < xs.length; d++) if (Number.isFinite(xs[d])) this.#season?.remember(slot, d, seasonMs, xs[d]);
  }

  /** Once for all series that have a row at this time. */
  #readCycles(timeMs: EpochMs, { day, week, session }: CalendarMoment): void {
    const { calendar } = this.#options;
    const cycles = this.#cycles;
    this.#cyclesAt = timeMs;
    let at = 0;
    if (calendar.includes('time_of_day')) at = writeCycle(cycles, at, day, 2);
    if (calendar.includes('day_of_week')) at = writeCycle(cycles, at, week, 1);
    // Half a circle: the close is not followed by the open.
    if (calendar.includes('session')) writeCycle(cycles, at, session / 2, 2);
  }

  /** One of the words is 1: the newest, if there is one. */
  #writeWord(slot: number, d: number, out: Float32Array | Float64Array, at: number): number {
    const next = at + wordsOf(this.#channels[d]);
    out.fill(0, at, next);
    if (this.scaler.rows(slot, d) > 0) out[at + this.newest(slot, d)] = 1;
    return next;
  }

  #writeChannel(slot: number, d: number, out: Float32Array | Float64Array, at: number): number {
    const { scaler } = this;
    const { kind } = this.#channels[d];
    if (kind === 'category') return this.#writeWord(slot, d, out, at);
    const interval = this.#interval;
    const known = scaler.rows(slot, d) > 0;
    const seenAt = this.#seenAt.data[slot * this.#channels.length + d];
    const change = scaler.lastD(slot, d);
    let next = at;
    if (kind === 'count') {
      out[next++] = known ? Math.log1p(Math.max(0, scaler.last(slot, d))) : 0;
      out[next++] = known ? Math.log1p(Math.max(0, scaler.mean(slot, d))) : 0;
    } else {
      out[next++] = scaler.lastZ(slot, d);
      out[next++] = Math.sign(change) * Math.log1p(Math.abs(change));
    }
    out[next++] = known && seenAt < this.interval.last(slot) ? 1 : 0;
    const age = known && interval > 0 ? this.calendar.elapsed(seenAt, this.#comingMs) / interval : 1;
    out[next++] = age > 1 ? Math.log(Math.min(age, 1e6)) : 0;
    if (this.#season) {
      const then = known ? this.#season.recall(slot, d) : Number.NaN;
      const step = (then - scaler.last(slot, d)) / scaler.unit(slot, d);
      out[next++] = Number.isNaN(step) ? 0 : clip(step, SEASON_LIMIT) / SEASON_SHARE;
    }
    return next;
  }
}

/** Sine and cosine of a share of a cycle, and of its harmonics, from `at` on. Where the next belongs. */
function writeCycle(out: Float64Array, at: number, share: number, harmonics: number): number {
  const angle = 2 * Math.PI * share;
  for (let n = 1; n <= harmonics; n++) {
    out[at++] = Math.sin(n * angle);
    out[at++] = Math.cos(n * angle);
  }
  return at;
}

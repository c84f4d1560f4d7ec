import { type Candidate, Candidates } from '../calibrate/candidates.ts';
import { ChannelGates } from '../calibrate/channel-gates.ts';
import { CommonCause } from '../calibrate/common-cause.ts';
import { type EndedRow, Tails } from '../calibrate/tails.ts';
import type { Channel } from '../event/channel.ts';
import type { AlertReason } from '../event/output.ts';
import { WEEK_MS } from '../event/time.ts';
import { Refractory } from '../score/refractory.ts';
import type { Columns } from '../series/columns.ts';
import type { Judged, Sight, Statistic } from '../statistic/statistic.ts';
import { statistics } from '../statistic/statistics.ts';
import type { DecisionTerms, Found, Point } from './decision.ts';
import { entryOf, type StatisticEntry } from './entry.ts';
import { eventMargin } from './event-margin.ts';
import { stateMargin } from './state-margin.ts';

const KINDS: readonly string[] = statistics.map(({ kind }) => kind);

/** Rows in a block: so that a series has about 32 of them a week, and 64 at most. */
const BLOCKS_A_WEEK = 32;
const LONGEST_BLOCK = 64;
/**
 * Alerts that a large budget allows in a block at most: blocks are shorter then, for of two in one block only the
 * larger is seen.
 */
const MOST_A_BLOCK = 0.05;
/** What is supposed of a series' pace before its second row. */
const USUAL_ROWS_A_WEEK = 2016;
/**
 * A series with fewer rows a week, one of so many, is a sequence of events, and its peers say what is usual until its
 * own history counts.
 */
const SPARSE_ROWS = 168;
const PEERS = 20;
/** Rows of a series before they take part in the calibration. */
const LEARNED_ROWS = 1_000;

/** Events of a sparse series come in no order from which a point could stand out. */
const NO_POINT: Point = { value: 0, channel: -1, reason: 'unusual_value' };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** All statistics of a row, by one budget: each by its own tail, then the most surprising of them by the budget. */
export class Decider {
  readonly found: Found = {
    ...{ lead: -1, entry: -1, reason: 'unusual_value', deviation: 0, span: 0, alarm: false, held: false },
    ...{ margin: 0, scoreMargin: 0, rowsPerWeek: USUAL_ROWS_A_WEEK },
  };
  /** What the series of the stream share: part of the task's snapshot. */
  readonly shared: readonly Float64Array[];
  readonly #channels: readonly Channel[];
  readonly #statistics: readonly Statistic[];
  readonly #entries: readonly StatisticEntry[];
  readonly #tails: Tails;
  readonly #candidates: Candidates;
  readonly #gates: ChannelGates;
  readonly #refractory: Refractory;
  readonly #commonCause: CommonCause;
  /** By channel: the most surprising of its entries. */
  readonly #most: Float64Array;
  /** Blocks of the series before the row decided on last. */
  #blocks = 0;
  /** The row for the tails, and for the candidates; the same objects each time. */
  readonly #row: Writable<EndedRow> = { rows: 0, block: 1, candidate: false, series: 1, events: false };
  readonly #candidate: Writable<Candidate> = {
    ...{ timeMs: 0, paceMs: 0, surprise: 0, perWeek: 0, events: false },
    ...{ block: 1, calmMs: 0, counted: false, paused: false },
  };

  /** `calendar`: the values may follow the local clock. `kinds`: names of the statistics that take part. */
  constructor(columns: Columns, channels: readonly Channel[], calendar: boolean, kinds: readonly string[] = KINDS) {
    this.#channels = channels;
    const scored = channels.map(({ score }) => score);
    const made = statistics
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap((kind) => kind.make(columns, { channels: channels.length, calendar, scored }) ?? []);
    this.#statistics = made;
    // Groups of the common cause: first those of the point, one a channel, then those of each statistic.
    this.#entries = made.flatMap((statistic, nth) =>
      [...statistic.channelOf.keys()]
        .filter((index) => scored[statistic.channelOf[index]])
        .map((index) => entryOf(statistic, index, (nth + 1) * channels.length + statistic.channelOf[index])),
    );
    this.#tails = new Tails(columns, [
      { rival: -1, warm: 0, silent: false },
      ...this.#entries.map(({ statistic, index }) => ({
        rival: this.#rival(statistic, index),
        warm: statistic.warm,
        silent: statistic.silent ?? false,
      })),
    ]);
    this.#candidates = new Candidates(columns);
    this.#gates = new ChannelGates(columns, channels.length);
    this.#refractory = new Refractory(columns);
    this.#most = new Float64Array(channels.length);
    this.#commonCause = new CommonCause(columns, (1 + made.length) * channels.length);
    const parts = made.flatMap(({ shared }) => shared ?? []);
    this.shared = [...this.#tails.shared, ...this.#candidates.shared, ...this.#commonCause.shared, ...parts];
  }

  /**
   * What the statistic that leads judged of the row decided on last, of this slot; undefined where it says nothing, or
   * the point leads.
   */
  judged(slot: number): Judged | undefined {
    if (this.found.entry < 0) return undefined;
    const { statistic, index } = this.#entries[this.found.entry];
    return statistic.judged?.(slot, index);
  }

  /**
   * Each row once, in order, before anything learns it: fills `found`. `weight`, `paceMs` and `sparse` of the sight are
   * filled in here.
   */
  decide(sight: Sight, point: Point, terms: DecisionTerms): void {
    const { found } = this;
    const { slot } = sight;
    const pace = this.#candidates.pace(slot, terms.timeMs);
    found.rowsPerWeek = pace > 0 ? WEEK_MS / pace : USUAL_ROWS_A_WEEK;
    sight.paceMs = pace;
    sight.sparse = found.rowsPerWeek < SPARSE_ROWS && terms.seriesCount >= PEERS;
    const rows = Math.round(found.rowsPerWeek / Math.max(BLOCKS_A_WEEK, terms.perWeek / MOST_A_BLOCK));
    const block = sight.sparse ? 1 : Math.min(LONGEST_BLOCK, Math.max(1, rows));
    const settles = this.#tails.settles(slot, block * pace);
    for (let d = 0; d < this.#channels.length; d++) sight.weight[d] = this.#gates.weight(slot, d, settles);
    for (const statistic of this.#statistics) statistic.observe(sight);
    const counted = sight.rows >= Math.min(LEARNED_ROWS, 8 * block + 20);
    this.#commonCause.advance(terms.timeMs);
    // Whole blocks: within one, the same value stays as surprising.
    this.#blocks = Math.floor(sight.rows / block);
    const pointed = this.#blame(slot, sight.sparse ? NO_POINT : point);
    const state = this.#compare(sight, terms.minimum);
    if (counted) this.#endRow(sight, block, terms.seriesCount);
    this.#observe(sight, terms, block, counted);
    const { alarm, held, margin, abnormal } = this.#candidates.decision;
    for (let d = 0; d < this.#most.length; d++) this.#gates.observe(slot, d, this.#most[d] > abnormal);
    if (alarm) this.#commonCause.alarm(slot, found.entry < 0 ? found.lead : this.#entries[found.entry].group);
    found.alarm = alarm;
    found.held = held;
    found.margin = margin;
    found.scoreMargin = this.#shown(sight, pointed, state, block);
  }

  /** The row as one that may be worth an alert. */
  #observe({ slot, sparse, paceMs }: Sight, terms: DecisionTerms, block: number, counted: boolean): void {
    const candidate = this.#candidate;
    candidate.timeMs = terms.timeMs;
    candidate.paceMs = paceMs;
    candidate.surprise = this.found.lead >= 0 ? this.#most[this.found.lead] : 0;
    candidate.perWeek = terms.perWeek * (sparse ? terms.seriesCount : 1);
    candidate.events = sparse;
    candidate.block = block;
    candidate.calmMs = terms.calmMs;
    candidate.counted = counted;
    // An event is judged from the first one on; a new series is scored, and raises nothing yet.
    candidate.paused = terms.paused || !(terms.ready || sparse);
    this.#candidates.observe(slot, candidate);
  }

  /**
   * Surprise of each statistic that found something in the row decided on last, by its reason; `point` as it was given.
   * For alerts alone. O(entries)
   */
  surprises({ slot, sparse }: Sight, point: Point, minimum: Float64Array): ReadonlyMap<AlertReason, number> {
    const found = new Map<AlertReason, number>();
    const note = (reason: AlertReason, surprise: number) => {
      if (surprise > (found.get(reason) ?? 0)) found.set(reason, surprise);
    };
    if (!sparse && point.channel >= 0) note(point.reason, this.#tails.surprise(0, point.value, this.#blocks));
    for (const [n, { values, deviations, channelOf, index, events, reason, sustained }] of this.#entries.entries()) {
      const [value, deviation, channel] = [values[index], deviations[index], channelOf[index]];
      if (value <= 0 || sparse !== events || this.#isOtherWay(channel, deviation)) continue;
      if (isSmall(deviation, minimum[channel]) || !this.#isKnown(n, sustained)) continue;
      note(reason, this.#tails.surprise(n + 1, this.#tails.measured(slot, n + 1, value), this.#blocks));
    }
    return found;
  }

  /**
   * What the score shows. Events are scored one by one. Elsewhere a point is shown when it is the worst for a while,
   * what other statistics find when it raises an alert, and a state as long as it lasts.
   */
  #shown({ slot, sparse, rows }: Sight, pointed: number, state: number, block: number): number {
    const { margin, alarm, rowsPerWeek } = this.found;
    const pulse = this.#refractory.emit(slot, pointed);
    if (sparse) return eventMargin(margin, this.#candidates.decision.rarity);
    if (alarm) return margin;
    const { surprise, perWeek } = this.#candidate;
    const point = margin - (surprise - pulse) / this.#candidates.scale;
    if (state === 0) return point;
    const perBlock = (perWeek * block) / rowsPerWeek;
    const lasting = stateMargin(state, { perBlock, blocks: rows / block, entries: 1 + this.#entries.length });
    return pulse === 0 ? lasting : Math.max(point, lasting);
  }

  /** Begins with the point; its surprise. */
  #blame(slot: number, { value, channel, reason }: Point): number {
    this.#most.fill(0);
    this.#tails.observe(slot, 0, value);
    const { found } = this;
    found.lead = -1;
    found.entry = -1;
    found.reason = reason;
    found.deviation = 0;
    found.span = 0;
    if (channel < 0) return 0;
    this.#most[channel] = Math.max(0, this.#tails.surprise(0, value, this.#blocks) - this.#commonNats(slot, channel));
    if (this.#most[channel] > 0) found.lead = channel;
    return this.#most[channel];
  }

  /** Compares the entries of all statistics with what is usual for them. The largest value of those that last. */
  #compare({ slot, sparse }: Sight, minimum: Float64Array): number {
    const { found } = this;
    let most = found.lead < 0 ? 0 : this.#most[found.lead];
    let state = 0;
    for (let n = 0; n < this.#entries.length; n++) {
      const entry = this.#entries[n];
      const { index } = entry;
      const value = entry.values[index];
      if (value <= 0 || sparse !== entry.events) continue;
      const channel = entry.channelOf[index];
      const deviation = entry.deviations[index];
      if (this.#isOtherWay(channel, deviation)) continue;
      const measured = this.#tails.measured(slot, n + 1, value);
      this.#tails.observe(slot, n + 1, measured);
      if (isSmall(deviation, minimum[channel]) || !this.#isKnown(n, entry.sustained)) continue;
      if (entry.sustained && value > state) state = value;
      const alone = this.#tails.surprise(n + 1, measured, this.#blocks);
      if (alone <= 0) continue;
      // Events of many series at once are many events.
      const surprise = sparse ? alone : alone - this.#commonNats(slot, entry.group);
      if (surprise > this.#most[channel]) this.#most[channel] = surprise;
      if (surprise <= most) continue;
      most = surprise;
      found.lead = channel;
      found.entry = n;
      found.reason = entry.reason;
      found.deviation = deviation;
      found.span = entry.spans?.[index] ?? 0;
    }
    return state;
  }

  /**
   * What other series take off a surprise, nats: as many e-folds of the rate of alarms as they raise alarms more often
   * than usual.
   */
  #commonNats(slot: number, group: number): number {
    return this.#candidates.scale * this.#commonCause.excess(slot, group);
  }

  #endRow({ slot, rows, sparse }: Sight, block: number, series: number): void {
    const row = this.#row;
    row.rows = rows;
    row.block = block;
    row.candidate = this.#candidates.isOpen(slot);
    row.series = series;
    row.events = sparse;
    this.#tails.endRow(slot, row);
  }

  #isKnown(entry: number, sustained: boolean): boolean {
    return sustained || this.#tails.isFitted(entry + 1);
  }

  #isOtherWay(channel: number, deviation: number): boolean {
    const { direction } = this.#channels[channel];
    return deviation !== 0 && direction !== 'both' && (direction === 'up' ? deviation < 0 : deviation > 0);
  }

  /** StatisticEntry of the tails that rivals one of a statistic's, or −1. */
  #rival(statistic: Statistic, index: number): number {
    const rival = statistic.rivals?.[index] ?? -1;
    return rival < 0
      ? -1
      : 1 + this.#entries.findIndex((other) => other.statistic === statistic && other.index === rival);
  }
}

function isSmall(deviation: number, least: number): boolean {
  return deviation !== 0 && Math.abs(deviation) < least;
}

import { type Candidate, Candidates } from '../calibrate/candidates.ts';
import { ChannelGates } from '../calibrate/channel-gates.ts';
import { Tails } from '../calibrate/tails.ts';
import type { Channel } from '../event/channel.ts';
import type { AlertReason } from '../event/output.ts';
import { type EpochMs, WEEK_MS } from '../event/time.ts';
import { Refractory } from '../score/refractory.ts';
import type { Columns } from '../series/columns.ts';
import type { Judged, Sight, Statistic } from '../statistic/statistic.ts';
import { statistics } from '../statistic/statistics.ts';
import { stateMargin } from './state-margin.ts';

const KINDS: readonly string[] = statistics.map(({ kind }) => kind);

/** Rows in a block: so that a series has about 32 of them a week, and 64 at most. */
const BLOCKS_A_WEEK = 32;
const LONGEST_BLOCK = 64;
/** What is supposed of a series' pace before its second row. */
const USUAL_ROWS_A_WEEK = 2016;
/** A series with fewer rows a week, one of so many, is a sequence of events, and its peers say what is usual until its own history counts. */
const SPARSE_ROWS = 168;
const PEERS = 20;
/** Rows of a series before they take part in the calibration. */
const LEARNED_ROWS = 1_000;

/** What the novelty of the row's points says: S of DETECTION F, and of which channel and why. */
export interface Point {
  readonly value: number;
  readonly channel: number;
  readonly reason: AlertReason;
}

/** Events of a sparse series come in no order that a point could stand out of. */
const NO_POINT: Point = { value: 0, channel: -1, reason: 'unusual_value' };

/** How a row is to be decided on. */
export interface Terms {
  readonly timeMs: EpochMs;
  /** Series of the stream. */
  readonly population: number;
  /** Alerts a week that normal data of this series may raise. */
  readonly perWeek: number;
  /** An incident ends after so long without an abnormal row. */
  readonly calmMs: number;
  /** The series may raise alerts by now. */
  readonly ready: boolean;
  /** Nothing is raised and nothing ends at this row: the wall clock has just changed, and the values follow it. */
  readonly paused: boolean;
  /** By channel: the least deviation that counts, in the unit that the network sees. */
  readonly minimum: Float64Array;
}

/** What was decided of the row observed last. */
export interface Found {
  /** The most surprising channel, −1 where nothing is unusual; what it did, and how far that is from what was expected (0 = no distance). */
  lead: number;
  /** Which entry of the statistics leads; −1 where it is the point. */
  entry: number;
  reason: AlertReason;
  deviation: number;
  /** Rows that the statistic looked over, where its alert says so; else 0. */
  span: number;
  alarm: boolean;
  held: boolean;
  /** ln of the budget's rate over the rate of rows as surprising: ≥ 0 = the alarm. */
  margin: number;
  /** The same for the score, which a surprise that lasts does not repeat, unless it is the state of the whole system that lasts. */
  scoreMargin: number;
  rowsPerWeek: number;
}

/** An entry of a statistic whose channel may be blamed. It keeps the statistic's arrays, for all are read at each row. */
interface Entry
  extends Pick<Statistic, 'values' | 'deviations' | 'channelOf' | 'reason'>,
    Required<Pick<Statistic, 'events' | 'sustained'>> {
  readonly statistic: Statistic;
  /** In its statistic. */
  readonly index: number;
  readonly spans: Statistic['spans'];
}

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
  readonly #entries: readonly Entry[];
  readonly #tails: Tails;
  readonly #candidates: Candidates;
  readonly #gates: ChannelGates;
  readonly #refractory: Refractory;
  /** By channel: the most surprising of its entries. */
  readonly #most: Float64Array;
  /** The row for the candidates; the same object each time. */
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
    this.#entries = made.flatMap((statistic) =>
      [...statistic.channelOf.keys()]
        .filter((index) => scored[statistic.channelOf[index]])
        .map((index) => entryOf(statistic, index)),
    );
    this.#tails = new Tails(columns, [
      -1,
      ...this.#entries.map(({ statistic, index }) => this.#rival(statistic, index)),
    ]);
    this.#candidates = new Candidates(columns);
    this.#gates = new ChannelGates(columns, channels.length);
    this.#refractory = new Refractory(columns);
    this.#most = new Float64Array(channels.length);
    const parts = made.flatMap(({ shared }) => shared ?? []);
    this.shared = [...this.#tails.shared, ...this.#candidates.shared, ...parts];
  }

  /** What the statistic that leads judged of the row decided on last, of this slot; undefined where it says nothing, or the point leads. */
  judged(slot: number): Judged | undefined {
    if (this.found.entry < 0) return undefined;
    const { statistic, index } = this.#entries[this.found.entry];
    return statistic.judged?.(slot, index);
  }

  /** Each row once, in order, before anything learns it: fills `found`. `weight`, `paceMs` and `sparse` of the sight are filled in here. */
  decide(sight: Sight, point: Point, terms: Terms): void {
    const { found } = this;
    const { slot } = sight;
    const pace = this.#candidates.pace(slot, terms.timeMs);
    found.rowsPerWeek = pace > 0 ? WEEK_MS / pace : USUAL_ROWS_A_WEEK;
    sight.paceMs = pace;
    sight.sparse = found.rowsPerWeek < SPARSE_ROWS && terms.population >= PEERS;
    const rows = Math.round(found.rowsPerWeek / BLOCKS_A_WEEK);
    const block = sight.sparse ? 1 : Math.min(LONGEST_BLOCK, Math.max(1, rows));
    for (let d = 0; d < this.#channels.length; d++) sight.weight[d] = this.#gates.weight(slot, d);
    for (const statistic of this.#statistics) statistic.observe(sight);
    const counted = sight.rows >= Math.min(LEARNED_ROWS, 8 * block + 20);
    const pointed = this.#blame(slot, sight.sparse ? NO_POINT : point);
    const state = this.#compare(sight, terms.minimum);
    if (counted) this.#tails.endRow(slot, block, this.#candidates.isOpen(slot), terms.population);
    const surprise = found.lead >= 0 ? this.#most[found.lead] : 0;
    const candidate = this.#candidate;
    candidate.timeMs = terms.timeMs;
    candidate.paceMs = pace;
    candidate.surprise = surprise;
    candidate.perWeek = terms.perWeek * (sight.sparse ? terms.population : 1);
    candidate.events = sight.sparse;
    candidate.block = block;
    candidate.calmMs = terms.calmMs;
    candidate.counted = counted;
    // An event is judged from the first one on; a new series is scored, and raises nothing yet.
    candidate.paused = terms.paused || !(terms.ready || sight.sparse);
    this.#candidates.observe(slot, candidate);
    const { alarm, held, margin, abnormal } = this.#candidates.decision;
    for (let d = 0; d < this.#most.length; d++) this.#gates.observe(slot, d, this.#most[d] > abnormal);
    found.alarm = alarm;
    found.held = held;
    found.margin = margin;
    found.scoreMargin = this.#shown(sight, pointed, state, block);
  }

  /** Surprise of each statistic that found something in the row decided on last, by its reason; `point` as it was given. For alerts alone. O(entries) */
  surprises({ sparse }: Sight, point: Point, minimum: Float64Array): ReadonlyMap<AlertReason, number> {
    const found = new Map<AlertReason, number>();
    const note = (reason: AlertReason, surprise: number) => {
      if (surprise > (found.get(reason) ?? 0)) found.set(reason, surprise);
    };
    if (!sparse && point.channel >= 0) note(point.reason, this.#tails.surprise(0, point.value));
    for (const [n, { values, deviations, channelOf, index, events, reason, sustained }] of this.#entries.entries()) {
      const [value, deviation, channel] = [values[index], deviations[index], channelOf[index]];
      if (value <= 0 || sparse !== events || this.#isOtherWay(channel, deviation)) continue;
      if ((deviation !== 0 && Math.abs(deviation) < minimum[channel]) || !(this.#tails.fitted || sustained)) continue;
      note(reason, this.#tails.surprise(n + 1, value));
    }
    return found;
  }

  /**
   * What the score shows. Events are scored one by one. Elsewhere a point is shown when it is the worst for a while, what other statistics find
   * when it raises an alert, and a state as long as it lasts.
   */
  #shown({ slot, sparse, rows }: Sight, pointed: number, state: number, block: number): number {
    const { margin, alarm, rowsPerWeek } = this.found;
    const pulse = this.#refractory.emit(slot, pointed);
    if (sparse || alarm) return margin;
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
    this.#most[channel] = Math.max(0, this.#tails.surprise(0, value));
    if (this.#most[channel] > 0) found.lead = channel;
    return this.#most[channel];
  }

  /** Compares the entries of all statistics with what is usual for them. The largest value of those that last. */
  #compare({ slot, sparse }: Sight, minimum: Float64Array): number {
    const { found } = this;
    let most = found.lead < 0 ? 0 : this.#most[found.lead];
    const { fitted } = this.#tails;
    let state = 0;
    for (let n = 0; n < this.#entries.length; n++) {
      const entry = this.#entries[n];
      const { index } = entry;
      const value = entry.values[index];
      if (value <= 0 || sparse !== entry.events) continue;
      const channel = entry.channelOf[index];
      const deviation = entry.deviations[index];
      if (this.#isOtherWay(channel, deviation)) continue;
      this.#tails.observe(slot, n + 1, value);
      if ((deviation !== 0 && Math.abs(deviation) < minimum[channel]) || !(fitted || entry.sustained)) continue;
      const surprise = this.#tails.surprise(n + 1, value);
      if (surprise > this.#most[channel]) this.#most[channel] = surprise;
      if (entry.sustained && value > state) state = value;
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

  #isOtherWay(channel: number, deviation: number): boolean {
    const { direction } = this.#channels[channel];
    return deviation !== 0 && direction !== 'both' && (direction === 'up' ? deviation < 0 : deviation > 0);
  }

  /** Entry of the tails that rivals one of a statistic's, or −1. */
  #rival(statistic: Statistic, index: number): number {
    const rival = statistic.rivals?.[index] ?? -1;
    return rival < 0
      ? -1
      : 1 + this.#entries.findIndex((other) => other.statistic === statistic && other.index === rival);
  }
}

function entryOf(statistic: Statistic, index: number): Entry {
  const { values, deviations, channelOf, reason, spans, events = false, sustained = false } = statistic;
  return { statistic, index, values, deviations, channelOf, reason, spans, events, sustained };
}

import { DAY_MS, type EpochMs, HOUR_MS } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';

/* A cold spell or the end of daylight saving moves many series of a stream alike: one cause, and not as many faults. What rises in one series
 * is less surprising where it has just raised alarms in others:
 *   excess = ln((1 + k)/(1 + λ))      k: alarms of the last day in other series      λ: alarms a day in the last month                    */

/** Alarms are counted over so long, and what is usual over so long; both with an exponential window. */
const WINDOW_MS = DAY_MS;
const USUAL_MS = 30 * DAY_MS;
/** The windows move on so often. */
const STEP_MS = HOUR_MS;

/** By group (a statistic's view of a channel): how much more often than usual the series of a stream raise alarms now. 32 bytes a group, 4 a series. */
export class CommonCause {
  /** Part of the task's snapshot. */
  readonly shared: readonly Float64Array[];
  readonly #recent: Float64Array;
  readonly #usual: Float64Array;
  /** Number of the newest alarm. */
  readonly #newest: Float64Array;
  /**
   * By series: number of its newest alarm, in whichever group, for a series does not make its own alarms less
   * surprising. Not its slot: a restored state has its series in other slots.
   */
  readonly #own: Column<Uint32Array>;
  readonly #alarms = new Float64Array(1);
  readonly #excess: Float64Array;
  readonly #movedMs = new Float64Array(1);

  constructor(columns: Columns, groups: number) {
    this.#own = columns.u32('calibrate.newest_alarm');
    this.#recent = new Float64Array(groups);
    this.#usual = new Float64Array(groups);
    this.#newest = new Float64Array(groups);
    this.#excess = new Float64Array(groups);
    this.shared = [this.#recent, this.#usual, this.#newest, this.#excess, this.#movedMs, this.#alarms];
  }

  /** Moves the windows to the time of a row. O(groups) once an hour of event time, else O(1). */
  advance(timeMs: EpochMs): void {
    const elapsedMs = timeMs - this.#movedMs[0];
    if (elapsedMs < STEP_MS) return;
    this.#movedMs[0] = timeMs;
    for (let group = 0; group < this.#recent.length; group++) {
      if (this.#usual[group] === 0) continue;
      this.#recent[group] *= Math.exp(-elapsedMs / WINDOW_MS);
      this.#usual[group] *= Math.exp(-elapsedMs / USUAL_MS);
      this.#update(group);
    }
  }

  /** Counts an alarm. Several in a row of one series count once. */
  alarm(slot: number, group: number): void {
    if (!this.#isOwn(slot, group)) {
      this.#recent[group]++;
      this.#usual[group]++;
    }
    this.#newest[group] = ++this.#alarms[0];
    this.#own.data[slot] = this.#alarms[0];
    this.#update(group);
  }

  /** ln of how many times as often as usual the other series raise alarms; 0 where not more often. */
  excess(slot: number, group: number): number {
    return this.#isOwn(slot, group) ? 0 : this.#excess[group];
  }

  #isOwn(slot: number, group: number): boolean {
    return this.#newest[group] > 0 && this.#newest[group] === this.#own.data[slot];
  }

  #update(group: number): void {
    const usual = (this.#usual[group] * WINDOW_MS) / USUAL_MS;
    this.#excess[group] = Math.max(0, Math.log((1 + this.#recent[group]) / (1 + usual)));
  }
}

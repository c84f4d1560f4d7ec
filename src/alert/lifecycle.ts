import { type AlertReason, MODEL_REASONS } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';
import type { LifecycleOptions } from './options.ts';

const IDLE = 0;
const PENDING = 1;
const FIRING = 2;
const CALM_INTERVALS = 10;

/**
 * Marks of an incident: rows without a value of its channel since the last; its alert says so; it was a warning first.
 */
const MISSED = 1;
const STOPPED = 2;
const WORSENED = 4;

/** What a row means for its series' alert. */
export interface Judgement {
  readonly timeMs: EpochMs;
  /** The budget allows an alert for this row. */
  readonly alarm: boolean;
  /** The row is unusual on its own: an incident that began continues. */
  readonly unusual: boolean;
  /** Which channel is to blame for it, and for what; where it is neither alarming nor unusual, any. */
  readonly lead: number;
  readonly reason: AlertReason;
  /** Worth `critical`. */
  readonly severe: boolean;
  /** Median sampling interval, ms. */
  readonly intervalMs: number;
  /** How rarely normal rows are like it, in (0, 1]. */
  readonly pValue: number;
  /** Whether the row has a value of this channel. */
  seen(channel: number): boolean;
}

/** The current state of an incident: see the accessors of `Lifecycle`. */
export interface IncidentState {
  readonly startMs: EpochMs;
  readonly revision: number;
  readonly severe: boolean;
  readonly channel: number;
  readonly reason: Judgement['reason'];
  /** p-value of its rarest row. */
  readonly rarest: number;
  /** It was a warning first. */
  readonly worsened: boolean;
  /** Time of the last row with a value of the channel, and for how long of the incident it had none. */
  readonly valueMs: EpochMs;
  readonly missingMs: number;
}

/**
 * A step in an alert's life; `none` changes nothing for anybody. `stop`: its channel has no value any more, so nobody
 * knows whether the incident lasts;
 * `resume`: it has values again.
 */
export type Step = 'none' | 'raise' | 'worsen' | 'stop' | 'resume' | 'resolve';

/**
 * Raise, hold, resolve: at most one incident a series. Time is event time. A row without a value of the incident's
 * channel is neither calm nor unusual: for the incident the time until the next value does not pass. 46 bytes a series.
 */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #reasons: readonly AlertReason[];
  readonly #phase: Column<Uint8Array>;
  readonly #severe: Column<Uint8Array>;
  readonly #revision: Column<Uint32Array>;
  readonly #channel: Column<Uint16Array>;
  readonly #reason: Column<Uint8Array>;
  readonly #start: Column<Float64Array>;
  readonly #unusualAt: Column<Float64Array>;
  /** Last row with a value of the incident's channel. */
  readonly #valueAt: Column<Float64Array>;
  /**
   * For how long of the incident its channel had no value, ms: from the value before rows without one to the value
   * after them.
   */
  readonly #missing: Column<Float64Array>;
  readonly #rarest: Column<Float32Array>;
  readonly #marks: Column<Uint8Array>;
  #gapMs = 0;

  /** `rules`: names of the rules, which are reasons too. */
  constructor(columns: Columns, options: LifecycleOptions, rules: readonly string[] = []) {
    this.#options = options;
    this.#reasons = [...MODEL_REASONS, ...rules];
    this.#phase = columns.u8('alert.phase');
    this.#severe = columns.u8('alert.severe');
    this.#revision = columns.u32('alert.revision');
    this.#channel = columns.u16('alert.channel');
    this.#reason = columns.u8('alert.reason');
    this.#start = columns.f64('alert.start');
    this.#unusualAt = columns.f64('alert.unusual_at');
    this.#valueAt = columns.f64('alert.value_at');
    this.#missing = columns.f64('alert.missing');
    this.#rarest = columns.f32('alert.rarest');
    this.#marks = columns.u8('alert.marks');
  }

  /** From the last value but one of an incident's channel to its last, as the row observed last had it. */
  get gapMs(): number {
    return this.#gapMs;
  }

  /** Each row once, in order. O(1). */
  observe(slot: number, verdict: Judgement): Step {
    if (this.#phase.data[slot] === IDLE) {
      if (!verdict.alarm) return 'none';
      this.#begin(slot, verdict);
    }
    const misses = this.#isOfModel(slot) && !verdict.seen(this.channel(slot));
    if (misses && !verdict.alarm) return this.#miss(slot, verdict);
    // The alarm of another channel takes the incident over: it would be lost otherwise.
    if (misses) this.#blame(slot, verdict, 'worsen');
    this.#take(slot, verdict);
    const worse = verdict.severe && this.#severe.data[slot] === 0;
    if (worse) this.#severe.data[slot] = 1;
    if (this.#isOver(slot, verdict)) return this.#end(slot);
    if (this.#phase.data[slot] === FIRING) return this.#hold(slot, verdict, { worse, moved: misses });
    // From its first to its newest unusual row: calm in which it has not yet ended does not make it last, nor does time
    // without a value.
    const lasted = this.#unusualAt.data[slot] - this.#start.data[slot] - this.#missing.data[slot];
    if (lasted < this.#options.for) return 'none';
    this.#phase.data[slot] = FIRING;
    return verdict.lead < 0 ? 'raise' : this.#blame(slot, verdict, 'raise');
  }

  /**
   * No more values come, of the channel or of the whole series: true where an alert fires about that, and does not say
   * so yet.
   */
  stop(slot: number, channel?: number): boolean {
    if (!this.firing(slot) || this.#has(slot, STOPPED) || !this.#isOfModel(slot)) return false;
    if (channel !== undefined && channel !== this.channel(slot)) return false;
    this.#marks.data[slot] |= STOPPED;
    this.#revision.data[slot]++;
    return true;
  }

  /** The alert that fires has been kept from everybody so far: its steps are counted from here. */
  begin(slot: number): void {
    this.#revision.data[slot] = 0;
    this.#marks.data[slot] &= ~WORSENED;
  }

  firing(slot: number): boolean {
    return this.#phase.data[slot] === FIRING;
  }

  severe(slot: number): boolean {
    return this.#severe.data[slot] === 1;
  }

  /** Steps of the alert so far, from 0. */
  revision(slot: number): number {
    return this.#revision.data[slot];
  }

  /** The channel to blame, as reported last. */
  channel(slot: number): number {
    return this.#channel.data[slot];
  }

  /** What for, as reported last. */
  reason(slot: number): Judgement['reason'] {
    return this.#reasons[this.#reason.data[slot]];
  }

  /** First row of the incident; kept until the next begins. */
  startMs(slot: number): EpochMs {
    return this.#start.data[slot];
  }

  /** All of that at once. */
  incident(slot: number): IncidentState {
    return {
      startMs: this.startMs(slot),
      revision: this.revision(slot),
      severe: this.severe(slot),
      channel: this.channel(slot),
      reason: this.reason(slot),
      rarest: this.#rarest.data[slot],
      worsened: this.#has(slot, WORSENED),
      valueMs: this.#valueAt.data[slot],
      missingMs: this.#missing.data[slot],
    };
  }

  #begin(slot: number, verdict: Judgement): void {
    this.#phase.data[slot] = PENDING;
    this.#start.data[slot] = verdict.timeMs;
    this.#valueAt.data[slot] = verdict.timeMs;
    this.#unusualAt.data[slot] = verdict.timeMs;
    this.#missing.data[slot] = 0;
    this.#marks.data[slot] = 0;
    this.#rarest.data[slot] = 1;
    this.#severe.data[slot] = 0;
    this.#revision.data[slot] = 0;
    this.#blame(slot, verdict, 'raise');
  }

  #has(slot: number, mark: number): boolean {
    return (this.#marks.data[slot] & mark) !== 0;
  }

  /** What a rule raised needs no value of a channel. */
  #isOfModel(slot: number): boolean {
    return this.#reason.data[slot] < MODEL_REASONS.length;
  }

  /** The row says nothing of the incident. */
  #miss(slot: number, { timeMs, intervalMs }: Judgement): Step {
    this.#marks.data[slot] |= MISSED;
    const isLong = timeMs - this.#valueAt.data[slot] >= this.#calmNeeded(intervalMs);
    return isLong && this.stop(slot) ? 'stop' : 'none';
  }

  /** Takes a row with a value in. */
  #take(slot: number, { timeMs, alarm, unusual, pValue }: Judgement): void {
    this.#rarest.data[slot] = Math.min(this.#rarest.data[slot], pValue);
    const gap = timeMs - this.#valueAt.data[slot];
    if (this.#has(slot, MISSED)) {
      this.#missing.data[slot] += gap;
      // Calm is counted from the last unusual row: this time is none.
      this.#unusualAt.data[slot] += gap;
      this.#marks.data[slot] &= ~MISSED;
    }
    this.#gapMs = gap;
    this.#valueAt.data[slot] = timeMs;
    if (alarm || unusual) this.#unusualAt.data[slot] = timeMs;
  }

  #isOver(slot: number, { timeMs, intervalMs }: Judgement): boolean {
    const calm = timeMs - this.#unusualAt.data[slot];
    return calm > 0 && calm >= this.#calmNeeded(intervalMs);
  }

  #calmNeeded(intervalMs: number): number {
    return this.#options.keep_firing ?? CALM_INTERVALS * intervalMs;
  }

  #hold(
    slot: number,
    verdict: Judgement,
    { worse, moved }: { readonly worse: boolean; readonly moved: boolean },
  ): Step {
    const resumes = this.#has(slot, STOPPED);
    this.#marks.data[slot] &= ~STOPPED;
    if (worse) return this.#worsen(slot, verdict);
    if (!moved && !resumes) return 'none';
    this.#revision.data[slot]++;
    return moved ? 'worsen' : 'resume';
  }

  #end(slot: number): Step {
    const fired = this.#phase.data[slot] === FIRING;
    this.#phase.data[slot] = IDLE;
    if (!fired) return 'none';
    this.#revision.data[slot]++;
    return 'resolve';
  }

  #worsen(slot: number, verdict: Judgement): Step {
    this.#revision.data[slot]++;
    this.#marks.data[slot] |= WORSENED;
    return verdict.lead < 0 ? 'worsen' : this.#blame(slot, verdict, 'worsen');
  }

  #blame(slot: number, { lead, reason }: Judgement, step: Step): Step {
    this.#channel.data[slot] = lead;
    this.#reason.data[slot] = this.#reasons.indexOf(reason);
    return step;
  }
}

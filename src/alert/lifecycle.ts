import { type AlertReason, MODEL_REASONS } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import type { Column, Columns } from '../series/columns.ts';
import type { LifecycleOptions } from './options.ts';

const IDLE = 0;
const PENDING = 1;
const FIRING = 2;
const CALM_INTERVALS = 10;

/** What a row means for its series' alert. */
export interface Verdict {
  readonly timeMs: EpochMs;
  /** The budget allows an alert for this row. */
  readonly alarm: boolean;
  /** The row is unusual by itself: an incident that began goes on. */
  readonly unusual: boolean;
  /** Which channel is to blame for it, and for what; where it is neither alarming nor unusual, any. */
  readonly lead: number;
  readonly reason: AlertReason;
  /** Worth `critical`. */
  readonly severe: boolean;
  /** Median sampling interval, ms. */
  readonly intervalMs: number;
}

/** An incident as it stands: see the accessors of `Lifecycle`. */
export interface IncidentState {
  readonly startMs: EpochMs;
  readonly revision: number;
  readonly severe: boolean;
  readonly channel: number;
  readonly reason: Verdict['reason'];
}

/** A step in an alert's life; `none` changes nothing for anybody. */
export type Step = 'none' | 'raise' | 'worsen' | 'resolve';

/** Raise, hold, resolve: at most one incident a series. Time is event time; 28 bytes a series. */
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
  }

  /** Each row once, in order. O(1). */
  observe(slot: number, verdict: Verdict): Step {
    if (verdict.alarm || verdict.unusual) this.#unusualAt.data[slot] = verdict.timeMs;
    if (this.#phase.data[slot] === IDLE) {
      if (!verdict.alarm) return 'none';
      this.#phase.data[slot] = PENDING;
      this.#start.data[slot] = verdict.timeMs;
      this.#severe.data[slot] = 0;
      this.#revision.data[slot] = 0;
      this.#blame(slot, verdict, 'raise');
    }
    const worse = verdict.severe && this.#severe.data[slot] === 0;
    if (worse) this.#severe.data[slot] = 1;
    if (this.#isOver(slot, verdict)) return this.#end(slot);
    if (this.#phase.data[slot] === FIRING) return worse ? this.#worsen(slot, verdict) : 'none';
    // From its first to its newest unusual row: calm in which it has not yet ended does not make it last.
    if (this.#unusualAt.data[slot] - this.#start.data[slot] < this.#options.for) return 'none';
    this.#phase.data[slot] = FIRING;
    return verdict.lead < 0 ? 'raise' : this.#blame(slot, verdict, 'raise');
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

  /** The channel to blame, as it was told last. */
  channel(slot: number): number {
    return this.#channel.data[slot];
  }

  /** What for, as it was told last. */
  reason(slot: number): Verdict['reason'] {
    return this.#reasons[this.#reason.data[slot]];
  }

  /** First row of the incident; stands until the next begins. */
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
    };
  }

  #isOver(slot: number, { timeMs, intervalMs }: Verdict): boolean {
    const calm = timeMs - this.#unusualAt.data[slot];
    return calm > 0 && calm >= (this.#options.keep_firing ?? CALM_INTERVALS * intervalMs);
  }

  #end(slot: number): Step {
    const fired = this.#phase.data[slot] === FIRING;
    this.#phase.data[slot] = IDLE;
    if (!fired) return 'none';
    this.#revision.data[slot]++;
    return 'resolve';
  }

  #worsen(slot: number, verdict: Verdict): Step {
    this.#revision.data[slot]++;
    return verdict.lead < 0 ? 'worsen' : this.#blame(slot, verdict, 'worsen');
  }

  #blame(slot: number, { lead, reason }: Verdict, step: Step): Step {
    this.#channel.data[slot] = lead;
    this.#reason.data[slot] = this.#reasons.indexOf(reason);
    return step;
  }
}

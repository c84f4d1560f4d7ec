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
  /** Which channel is to blame for it. */
  readonly channel: number;
  /** Worth `critical`. */
  readonly severe: boolean;
  /** Median sampling interval, ms. */
  readonly intervalMs: number;
}

/** A step in an alert's life; `none` changes nothing for anybody. */
export type Step = 'none' | 'raise' | 'worsen' | 'resolve';

/** Raise, hold, resolve: at most one incident a series. Time is event time; 24 bytes a series. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #phase: Column<Uint8Array>;
  readonly #severe: Column<Uint8Array>;
  readonly #revision: Column<Uint32Array>;
  readonly #channel: Column<Uint16Array>;
  readonly #start: Column<Float64Array>;
  readonly #unusualAt: Column<Float64Array>;

  constructor(columns: Columns, options: LifecycleOptions) {
    this.#options = options;
    this.#phase = columns.u8('alert.phase');
    this.#severe = columns.u8('alert.severe');
    this.#revision = columns.u32('alert.revision');
    this.#channel = columns.u16('alert.channel');
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
      this.#channel.data[slot] = verdict.channel;
      this.#severe.data[slot] = 0;
      this.#revision.data[slot] = 0;
    }
    const worse = verdict.severe && this.#severe.data[slot] === 0;
    if (worse) this.#severe.data[slot] = 1;
    if (this.#isOver(slot, verdict)) return this.#end(slot);
    if (this.#phase.data[slot] === FIRING) return worse ? this.#step(slot, 'worsen') : 'none';
    if (verdict.timeMs - this.#start.data[slot] < this.#options.for) return 'none';
    this.#phase.data[slot] = FIRING;
    return 'raise';
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

  /** The channel that was to blame when it began. */
  channel(slot: number): number {
    return this.#channel.data[slot];
  }

  /** First row of the incident; stands until the next begins. */
  startMs(slot: number): EpochMs {
    return this.#start.data[slot];
  }

  #isOver(slot: number, { timeMs, intervalMs }: Verdict): boolean {
    const calm = timeMs - this.#unusualAt.data[slot];
    return calm > 0 && calm >= (this.#options.keep_firing ?? CALM_INTERVALS * intervalMs);
  }

  #end(slot: number): Step {
    const fired = this.#phase.data[slot] === FIRING;
    this.#phase.data[slot] = IDLE;
    return fired ? this.#step(slot, 'resolve') : 'none';
  }

  #step(slot: number, step: Step): Step {
    this.#revision.data[slot]++;
    return step;
  }
}

import type { EpochMs } from '../../event/time.ts';
import type { Answer } from './arrival.ts';

/** A source that kept us waiting for longer could not look: a broker was away, a disk hung. */
const LISTENS_MS = 5_000;
/**
 * After that, and after a start, whoever was cut off as we were has so long to come back, if `silent_after` is not
 * shorter.
 */
const GRACE_MS = 60_000;
/**
 * Ticks are at least so far apart, if a tenth of `silent_after` is not shorter: many series of one stream fall silent
 * in few of them.
 */
const APART_MS = 10_000;

/** What is silence to a stream. */
export interface IdleOptions {
  readonly silent_after?: number | undefined;
  readonly live_within: number;
}

/** Both in ms: the wall clock may jump, the steady one says only how long something took. */
export interface Clocks {
  readonly wall: () => EpochMs;
  readonly steady: () => number;
}

const machineClocks: Clocks = { wall: Date.now, steady: () => performance.now() };

/**
 * Measures how long a task has taken in no observation, by the wall clock, while it listened: it is not silence while
 * records wait to be read, while the source cannot be asked, or just after that. Counts on over a restart from when the
 * newest observation was taken. Decides nothing that is not written down: what it says becomes a tick.
 */
export class IdleDetector {
  readonly #options: IdleOptions;
  readonly #clocks: Clocks;
  /** Steady times. */
  #listeningSince: number;
  #answeredAt: number;
  #tickedAt = Number.NEGATIVE_INFINITY;
  #lastSeenAt: number;
  #lastSeenMs: EpochMs | undefined;

  /** `lastSeenMs`: wall clock when an earlier life took the newest observation in. */
  constructor(options: IdleOptions, lastSeenMs: EpochMs | undefined, clocks = machineClocks) {
    this.#options = options;
    this.#clocks = clocks;
    const now = clocks.steady();
    this.#listeningSince = now;
    this.#answeredAt = now;
    // A wall clock that was set back in between has not run backwards.
    this.#lastSeenAt = now - Math.max(0, clocks.wall() - (lastSeenMs ?? Number.POSITIVE_INFINITY));
    this.#lastSeenMs = lastSeenMs;
  }

  /** Wall clock when the newest observation was taken in; undefined while none ever was. */
  get lastSeenMs(): EpochMs | undefined {
    return this.#lastSeenMs;
  }

  /** An observation was taken in. */
  seen(): void {
    this.#lastSeenAt = this.#clocks.steady();
    this.#lastSeenMs = this.#clocks.wall();
  }

  /** The source was asked, and has answered: what had come until then is read once its answer is. */
  answered({ askedAt, answeredAt }: Pick<Answer, 'askedAt' | 'answeredAt'>): void {
    if (answeredAt - askedAt > LISTENS_MS) this.#listeningSince = answeredAt;
    this.#answeredAt = answeredAt;
  }

  /**
   * The source had nothing more in its answer: what event time was then, had it continued with the wall clock since the
   * newest observation. Undefined where nothing is to be concluded from that, or not yet.
   */
  silentMs(watermark: EpochMs): EpochMs | undefined {
    const { silent_after, live_within } = this.#options;
    if (silent_after === undefined || this.#lastSeenMs === undefined) return undefined;
    const now = this.#answeredAt;
    if (now - this.#listeningSince < Math.min(silent_after, GRACE_MS)) return undefined;
    if (now - this.#tickedAt < Math.min(silent_after / 10, APART_MS)) return undefined;
    const isLive = Math.abs(this.#lastSeenMs - watermark) < live_within;
    return isLive ? Math.floor(watermark + now - this.#lastSeenAt) : undefined;
  }

  /** A tick was made of it. */
  ticked(): void {
    this.#tickedAt = this.#answeredAt;
  }
}

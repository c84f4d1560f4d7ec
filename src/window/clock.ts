import { z } from 'zod';
import type { Plain } from '../event/plain.ts';
import type { EpochMs } from '../event/time.ts';
import { foreign } from './foreign.ts';

const AGREEING = 3;

const snapshot = z.strictObject({
  newest: z.number().nullable(),
  leap: z.strictObject({ at: z.number(), count: z.int() }).nullable(),
});

/**
 * Event time of a task. The watermark is the newest event time − out of orderness, and never goes back; −∞ before the first.
 *
 * One clock gone wrong must not move it: a time more than `maxLeapMs` ahead of the watermark is refused. But a feed may really have
 * slept that long, so the third such time in a row is believed, if the three are within `maxLeapMs` of the first of them. Any time
 * that does not leap starts the count anew. The first time of all is believed; only `valid` of the decoder guards it.
 */
export class Clock {
  readonly #outOfOrdernessMs: number;
  readonly #maxLeapMs: number;
  #newestMs: EpochMs = Number.NEGATIVE_INFINITY;
  #watermark: EpochMs = Number.NEGATIVE_INFINITY;
  #leap: { readonly at: EpochMs; readonly count: number } | null = null;

  constructor(outOfOrdernessMs: number, maxLeapMs: number) {
    this.#outOfOrdernessMs = outOfOrdernessMs;
    this.#maxLeapMs = maxLeapMs;
  }

  get watermark(): EpochMs {
    return this.#watermark;
  }

  /** Whether to believe this time. O(1). */
  admit(timeMs: EpochMs): boolean {
    if (timeMs <= this.#watermark + this.#maxLeapMs || this.#watermark === Number.NEGATIVE_INFINITY) {
      this.#leap = null;
      return true;
    }
    const run = this.#leap;
    const agrees = run !== null && Math.abs(timeMs - run.at) <= this.#maxLeapMs;
    if (agrees && run.count + 1 === AGREEING) {
      this.#leap = null;
      return true;
    }
    this.#leap = agrees ? { at: run.at, count: run.count + 1 } : { at: timeMs, count: 1 };
    return false;
  }

  /** True where this moved the watermark. O(1). */
  advance(timeMs: EpochMs): boolean {
    if (timeMs <= this.#newestMs) return false;
    this.#newestMs = timeMs;
    this.#watermark = timeMs - this.#outOfOrdernessMs;
    return true;
  }

  snapshot(): Plain {
    return { newest: Number.isFinite(this.#newestMs) ? this.#newestMs : null, leap: this.#leap };
  }

  /** @throws Failure state/foreign */
  restore(plain: Plain | undefined): void {
    const read = snapshot.safeParse(plain);
    if (!read.success) throw foreign('clock', read.error);
    this.#newestMs = read.data.newest ?? Number.NEGATIVE_INFINITY;
    this.#watermark = this.#newestMs - this.#outOfOrdernessMs;
    this.#leap = read.data.leap;
  }
}

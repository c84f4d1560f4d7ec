import type { EpochMs } from '../event/time.ts';
import { Heap } from './heap.ts';
import { signsOf, type Track } from './track.ts';

/**
 * A series that fell silent, or one channel of a series that still sends: by `nowMs` nothing had come of it since
 * `sinceMs`.
 */
export interface Silence {
  readonly series: string;
  /** Index of the channel; absent where it is the whole series. */
  readonly channel?: number;
  /** The channel's last value. */
  readonly value?: number;
  readonly sinceMs: EpochMs;
  readonly nowMs: EpochMs;
}

/**
 * The end of a silence, by an observation of `resumedMs`. `nowMs` is that time too, or when the silence was reported: a
 * delayed observation is older.
 */
export interface SilenceEnd extends Silence {
  readonly resumedMs: EpochMs;
}

interface Watch<Open> {
  readonly track: Track<Open>;
  readonly lastSeenMs: EpochMs;
}

/**
 * Reports once each series of which nothing came for too long until a time: the watermark, or what a tick says. What
 * counts is when something came, in event time of the task: data that are late are no silence. Again only after it
 * resumed. One entry a series, looked at again at most once each such time: O(log series) amortised.
 */
export class SilenceWatch<Open> {
  readonly #until: (sinceMs: EpochMs) => EpochMs;
  readonly #watched = new Heap<Watch<Open>>((a, b) => a.lastSeenMs < b.lastSeenMs);

  /** `until`: how long a series may send nothing after a time; never decreases as that increases. */
  constructor(until: (sinceMs: EpochMs) => EpochMs) {
    this.#until = until;
  }

  /** From now on, or again since it spoke. */
  watch(track: Track<Open>): void {
    this.#watched.push({ track, lastSeenMs: signsOf(track).lastSeenMs });
  }

  /** True where the series was silent and has resumed: `watch` it again. */
  spoke(track: Track<Open>): boolean {
    const { lastSeenMs, silentSinceMs } = signsOf(track);
    return silentSinceMs !== undefined && lastSeenMs > silentSinceMs;
  }

  /** Those newly silent at this time, by time and then name. `known` says whether a track is still of this task. */
  due(timeMs: EpochMs, known: (track: Track<Open>) => boolean): readonly Track<Open>[] {
    const found: Track<Open>[] = [];
    for (let next = this.#next(timeMs, known); next !== undefined; next = this.#next(timeMs, known)) {
      this.#watched.pop();
      found.push(next);
    }
    return found.sort((a, b) => signsOf(a).lastSeenMs - signsOf(b).lastSeenMs || (a.series < b.series ? -1 : 1));
  }

  /** Whether `due` would find any; changes nothing that can be seen. */
  isDue(timeMs: EpochMs, known: (track: Track<Open>) => boolean): boolean {
    return this.#next(timeMs, known) !== undefined;
  }

  /**
   * The first of the entries if it is newly silent at this time; those before it that have spoken since are put off.
   */
  #next(timeMs: EpochMs, known: (track: Track<Open>) => boolean): Track<Open> | undefined {
    for (let next = this.#watched.first; next !== undefined; next = this.#watched.first) {
      if (this.#until(next.lastSeenMs) >= timeMs) return undefined;
      const { track } = next;
      const { lastSeenMs, silentSinceMs } = signsOf(track);
      const watched = known(track) && silentSinceMs === undefined;
      if (watched && this.#until(lastSeenMs) < timeMs) return track;
      this.#watched.pop();
      if (watched) this.watch(track);
    }
    return undefined;
  }
}

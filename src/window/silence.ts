import type { EpochMs } from '../event/time.ts';
import { Heap } from './heap.ts';
import type { Track } from './track.ts';

/** A series that fell silent, or one channel of a series that still sends: by `nowMs` nothing newer than `sinceMs` had come of it. */
export interface Silence {
  readonly series: string;
  /** Index of the channel; absent where it is the whole series. */
  readonly channel?: number;
  /** The channel's last value. */
  readonly value?: number;
  readonly sinceMs: EpochMs;
  readonly nowMs: EpochMs;
}

/** The end of a silence: an observation of `heardMs`. `nowMs` is that time too, or when the silence was told: a delayed observation is older. */
export interface Heard extends Silence {
  readonly heardMs: EpochMs;
}

interface Watch<Open> {
  readonly track: Track<Open>;
  readonly sinceMs: EpochMs;
}

/**
 * Tells once of each series whose newest observation is too far behind a time: the watermark, or what a tick says. Again only
 * after a newer observation that is not itself that old. One entry a series, looked at again at most once each such time: O(log series) amortised.
 */
export class SilenceWatch<Open> {
  readonly #until: (sinceMs: EpochMs) => EpochMs;
  readonly #watched = new Heap<Watch<Open>>((a, b) => a.sinceMs < b.sinceMs);

  /** `until`: how long a series may be quiet that was heard last at a time; never decreases as that increases. */
  constructor(until: (sinceMs: EpochMs) => EpochMs) {
    this.#until = until;
  }

  /** From now on, or again since it spoke. */
  watch(track: Track<Open>): void {
    this.#watched.push({ track, sinceMs: track.latestMs });
  }

  /** True where the series was silent and no longer is: `watch` it again. */
  spoke({ latestMs, silentSinceMs }: Track<Open>, watermark: EpochMs): boolean {
    return silentSinceMs !== undefined && latestMs > silentSinceMs && this.#until(latestMs) >= watermark;
  }

  /** Those newly silent at this time, by time and then name. `known` says whether a track is still of this task. */
  due(timeMs: EpochMs, known: (track: Track<Open>) => boolean): readonly Track<Open>[] {
    const found: Track<Open>[] = [];
    for (let next = this.#next(timeMs, known); next !== undefined; next = this.#next(timeMs, known)) {
      this.#watched.pop();
      found.push(next);
    }
    return found.sort((a, b) => a.latestMs - b.latestMs || (a.series < b.series ? -1 : 1));
  }

  /** Whether `due` would find any; changes nothing that can be seen. */
  isDue(timeMs: EpochMs, known: (track: Track<Open>) => boolean): boolean {
    return this.#next(timeMs, known) !== undefined;
  }

  /** The first of the entries if it is newly silent at this time; those before it that have spoken since are put off. */
  #next(timeMs: EpochMs, known: (track: Track<Open>) => boolean): Track<Open> | undefined {
    for (let next = this.#watched.first; next !== undefined; next = this.#watched.first) {
      if (this.#until(next.sinceMs) >= timeMs) return undefined;
      const { track } = next;
      const watched = known(track) && track.silentSinceMs === undefined;
      if (watched && this.#until(track.latestMs) < timeMs) return track;
      this.#watched.pop();
      if (watched) this.watch(track);
    }
    return undefined;
  }
}

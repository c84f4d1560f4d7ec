import type { EpochMs } from '../event/time.ts';
import { Heap } from './heap.ts';
import type { Track } from './track.ts';

/** A series that fell silent: nothing newer than `sinceMs` has come of it. */
export interface Silence {
  readonly series: string;
  readonly sinceMs: EpochMs;
}

/** The end of a silence: an observation of `timeMs`. */
export interface Heard extends Silence {
  readonly timeMs: EpochMs;
}

interface Watch<Open> {
  readonly track: Track<Open>;
  readonly sinceMs: EpochMs;
}

/**
 * Tells once of each series whose newest observation is more than `afterMs` behind the watermark; again only after an observation that is
 * not itself that old. One entry a series, looked at again at most once each `afterMs`: O(log series) amortised.
 */
export class SilenceWatch<Open> {
  readonly #afterMs: number;
  readonly #watched = new Heap<Watch<Open>>((a, b) => a.sinceMs < b.sinceMs);

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** From now on, or again since it spoke. */
  watch(track: Track<Open>): void {
    this.#watched.push({ track, sinceMs: track.latestMs });
  }

  /** True where the series was silent and no longer is: `watch` it again. */
  spoke(track: Track<Open>, watermark: EpochMs): boolean {
    return track.silentSinceMs !== undefined && track.latestMs + this.#afterMs >= watermark;
  }

  /** Those newly silent, by time and then name. `known` says whether a track is still of this task. */
  due(watermark: EpochMs, known: (track: Track<Open>) => boolean): readonly Track<Open>[] {
    const found: Track<Open>[] = [];
    for (let next = this.#watched.first; next !== undefined; next = this.#watched.first) {
      if (next.sinceMs + this.#afterMs >= watermark) break;
      this.#watched.pop();
      const { track } = next;
      if (!known(track) || track.silentSinceMs !== undefined) continue;
      if (track.latestMs + this.#afterMs >= watermark) this.watch(track);
      else found.push(track);
    }
    return found.sort((a, b) => a.latestMs - b.latestMs || (a.series < b.series ? -1 : 1));
  }
}

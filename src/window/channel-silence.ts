import { z } from 'zod';
import type { Channel } from '../event/channel.ts';
import type { Observation } from '../event/observation.ts';
import type { Plain } from '../event/plain.ts';
import type { EpochMs } from '../event/time.ts';
import { Heap } from './heap.ts';
import type { Silence, SilenceEnd } from './silence.ts';
import { foreign, plainValues, toBytes } from './snapshot.ts';
import { type ChannelsSeen, signsOf, type Track } from './track.ts';

/**
 * What is known of a channel: newest event time with a value (−∞ before), that value, of its silence since when and
 * when it was reported (NaN = none), and the time of the task when the value came.
 */
const CELLS = 5;
const LATEST = 0;
const VALUE = 1;
const SINCE = 2;
const REPORTED = 3;
const LAST_SEEN = 4;

const seenPlain = z.strictObject({ cells: plainValues, resumed: z.number().nullable() });

interface Watch {
  readonly track: Track<unknown>;
  readonly dueMs: EpochMs;
}

/** Whether a track is still of this task. */
type Known = (track: Track<unknown>) => boolean;

/**
 * Finds the channels that have no value any more though their series sends: a probe came loose, and its device sends
 * null. A channel that never had a value is not missed, nor is any while its whole series is silent. O(D + log series)
 * amortised.
 */
export class ChannelSilence {
  /** [D]: how long each may be without a value, ms; 0 = for ever. */
  readonly #limits: readonly number[];
  readonly #until: (sinceMs: EpochMs, ms: number) => EpochMs;
  readonly #watched = new Heap<Watch>((a, b) => a.dueMs < b.dueMs);

  /**
   * `silentAfter`: of channels that say nothing else. `until`: the last moment by which no more than `ms` that count
   * have passed.
   */
  constructor(channels: readonly Channel[], silentAfter: number, until: (sinceMs: EpochMs, ms: number) => EpochMs) {
    this.#limits = channels.map(({ score, silent_after }) => (score ? (silent_after ?? silentAfter) : 0));
    this.#until = until;
  }

  /**
   * Takes an accepted observation in; the silences that its values end. `resumed`: it ended the silence of its series.
   */
  notice(track: Track<unknown>, { timeMs, values }: Observation, resumed: boolean): SilenceEnd[] {
    const { series } = track;
    const signs = signsOf(track);
    signs.seen ??= newSeen(this.#limits.length);
    const { seen, lastSeenMs } = signs;
    const { cells } = seen;
    if (resumed) seen.resumedMs = lastSeenMs;
    const ended: SilenceEnd[] = [];
    let isNew = resumed;
    for (let channel = 0, at = 0; channel < values.length; channel++, at += CELLS) {
      if (Number.isNaN(values[channel])) continue;
      isNew ||= cells[at + LATEST] === Number.NEGATIVE_INFINITY;
      cells[at + LAST_SEEN] = lastSeenMs;
      // A delayed one says that values come, and not what they are.
      if (timeMs <= cells[at + LATEST]) continue;
      cells[at + LATEST] = timeMs;
      cells[at + VALUE] = values[channel];
      const sinceMs = cells[at + SINCE];
      if (Number.isNaN(sinceMs)) continue;
      cells[at + SINCE] = Number.NaN;
      ended.push({ series, channel, sinceMs, nowMs: Math.max(timeMs, cells[at + REPORTED]), resumedMs: timeMs });
    }
    if (isNew || ended.length > 0) this.#watch(track, seen);
    return ended;
  }

  /** Whether `due` would find any; changes nothing that can be seen. */
  isDue(timeMs: EpochMs, known: Known): boolean {
    return this.#next(timeMs, known) !== undefined;
  }

  /** Those newly silent at this time, with their tracks, by time, series and channel. */
  due(timeMs: EpochMs, known: Known): readonly (readonly [Track<unknown>, Silence])[] {
    const found: (readonly [Track<unknown>, Silence])[] = [];
    for (let next = this.#next(timeMs, known); next !== undefined; next = this.#next(timeMs, known)) {
      const { track, seen } = next;
      const { series } = track;
      const { cells } = seen;
      this.#watched.pop();
      seen.dueMs = Number.POSITIVE_INFINITY;
      for (let channel = 0, at = 0; channel < this.#limits.length; channel++, at += CELLS) {
        if (this.#dueOf(seen, channel) >= timeMs) continue;
        const sinceMs = cells[at + LATEST];
        cells[at + SINCE] = sinceMs;
        cells[at + REPORTED] = timeMs;
        found.push([track, { series, channel, sinceMs, nowMs: timeMs, value: cells[at + VALUE] }]);
      }
      this.#watch(track, seen);
    }
    return found.sort(([, a], [, b]) => a.sinceMs - b.sinceMs || byName(a, b));
  }

  /** Silences of a series' channels that were reported and have not ended. */
  static open({ signs, series }: Track<unknown>): readonly Silence[] {
    const open: Silence[] = [];
    const cells = signs?.seen?.cells ?? [];
    for (let at = 0; at < cells.length; at += CELLS) {
      const sinceMs = cells[at + SINCE];
      if (!Number.isNaN(sinceMs)) open.push({ series, channel: at / CELLS, sinceMs, nowMs: cells[at + REPORTED] });
    }
    return open;
  }

  snapshot(track: Track<unknown>): Plain {
    const { seen } = signsOf(track);
    if (seen === undefined) return null;
    return { cells: toBytes(seen.cells), resumed: Number.isFinite(seen.resumedMs) ? seen.resumedMs : null };
  }

  /** @throws Failure state/foreign */
  restore(track: Track<unknown>, plain: Plain): void {
    if (plain === null) return;
    const { data, error } = seenPlain.safeParse(plain);
    if (error || data.cells.length !== CELLS * this.#limits.length) throw foreign(`series ${track.series}`, error);
    const resumedMs = data.resumed ?? Number.NEGATIVE_INFINITY;
    const seen = { cells: data.cells, resumedMs, dueMs: Number.POSITIVE_INFINITY };
    signsOf(track).seen = seen;
    this.#watch(track, seen);
  }

  /** The first series with a channel newly silent at this time; those before it that have a value since are put off. */
  #next(timeMs: EpochMs, known: Known): { readonly track: Track<unknown>; readonly seen: ChannelsSeen } | undefined {
    for (let next = this.#watched.first; next !== undefined; next = this.#watched.first) {
      if (next.dueMs >= timeMs) return undefined;
      const { track } = next;
      const { seen, silentSinceMs } = signsOf(track);
      const watched = seen?.dueMs === next.dueMs && known(track) && silentSinceMs === undefined;
      if (watched && this.#earliest(seen) < timeMs) return { track, seen };
      this.#watched.pop();
      if (seen?.dueMs === next.dueMs) seen.dueMs = Number.POSITIVE_INFINITY;
      if (watched) this.#watch(track, seen);
    }
    return undefined;
  }

  #watch(track: Track<unknown>, seen: ChannelsSeen): void {
    const dueMs = this.#earliest(seen);
    if (seen.dueMs === dueMs) return;
    seen.dueMs = dueMs;
    if (dueMs < Number.POSITIVE_INFINITY) this.#watched.push({ track, dueMs });
  }

  #earliest(seen: ChannelsSeen): EpochMs {
    let earliest = Number.POSITIVE_INFINITY;
    for (let channel = 0; channel < this.#limits.length; channel++) {
      earliest = Math.min(earliest, this.#dueOf(seen, channel));
    }
    return earliest;
  }

  /** After this the channel is silent; ∞ where it is already, was never seen, or may be. */
  #dueOf({ cells, resumedMs }: ChannelsSeen, channel: number): EpochMs {
    const limit = this.#limits[channel];
    const latest = cells[channel * CELLS + LATEST];
    const isSilent = !Number.isNaN(cells[channel * CELLS + SINCE]);
    if (limit === 0 || latest === Number.NEGATIVE_INFINITY || isSilent) return Number.POSITIVE_INFINITY;
    return this.#until(Math.max(cells[channel * CELLS + LAST_SEEN], resumedMs), limit);
  }
}

function byName(a: Silence, b: Silence): number {
  return a.series < b.series ? -1 : a.series > b.series ? 1 : 0;
}

function newSeen(channels: number): ChannelsSeen {
  const cells = Float64Array.from({ length: channels * CELLS }, (_, at) =>
    at % CELLS === LATEST ? Number.NEGATIVE_INFINITY : Number.NaN,
  );
  return { cells, resumedMs: Number.NEGATIVE_INFINITY, dueMs: Number.POSITIVE_INFINITY };
}

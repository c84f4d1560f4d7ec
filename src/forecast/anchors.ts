import { DAY_MS, type EpochMs } from '../event/time.ts';
import type { Past } from './past.ts';

/** Points that a forecast may lean on beside the network's median, in the order of `anchorsOf`. */
export const ANCHORS = ['last', 'day', 'day_step', 'week', 'week_step'] as const;

const SEASONS = [DAY_MS, 7 * DAY_MS];

/** From where to where. */
export interface Ahead {
  readonly originMs: EpochMs;
  readonly timeMs: EpochMs;
  readonly intervalMs: number;
}

/**
 * Points for a row ahead, of what was seen up to the origin, as levels: the newest; what was a day ago, and the newest
 * plus the step that was made a day ago; the same of a week. NaN where a season has less than two rows or was not seen.
 * O(log rows).
 */
export function anchorsOf(past: Past, channel: number, { originMs, timeMs, intervalMs }: Ahead): readonly number[] {
  const newest = past.newest(channel);
  const seasons = SEASONS.flatMap((seasonMs) => {
    if (intervalMs <= 0 || 2 * intervalMs > seasonMs) return [Number.NaN, Number.NaN];
    const backMs = Math.max(1, Math.ceil((timeMs - originMs) / seasonMs)) * seasonMs;
    const then = past.at(channel, timeMs - backMs, intervalMs / 2);
    return [then, newest + then - past.at(channel, originMs - backMs, intervalMs / 2)];
  });
  return [newest, ...seasons];
}

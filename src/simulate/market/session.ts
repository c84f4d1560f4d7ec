import { DAY_MS, type EpochMs, HOUR_MS } from '../../event/time.ts';
import { newYorkMoment, newYorkTime } from '../local-time.ts';

const OPEN_HOUR = 9.5;
const CLOSE_HOUR = 16;

/** How long the exchange is open on a day. */
export const SESSION_MS = (CLOSE_HOUR - OPEN_HOUR) * HOUR_MS;

/** One moment at which the exchange is open. */
export interface PriceBar {
  readonly timeMs: EpochMs;
  readonly iso: string;
  /** Share of the session gone by, in [0, 1). */
  readonly elapsed: number;
  /** Time the exchange has been open since the first session: a clock without nights. */
  readonly tradingMs: number;
  readonly first: boolean;
}

/**
 * Bars of the sessions Monday to Friday, 9:30 to 16:00 in New York, that start at or after `startMs`. Holidays are not
 * modelled.
 */
export function* bars(startMs: EpochMs, endMs: EpochMs, stepMs: number): Generator<PriceBar> {
  let sessions = 0;
  for (let { day } = newYorkTime(startMs); day * DAY_MS < endMs + DAY_MS; day++) {
    const weekday = new Date(day * DAY_MS).getUTCDay();
    const open = newYorkMoment(day, OPEN_HOUR);
    if (weekday === 0 || weekday === 6 || open < startMs) continue;
    for (let at = 0; at < SESSION_MS; at += stepMs) {
      const timeMs = open + at;
      if (timeMs >= endMs) return;
      const tradingMs = sessions * SESSION_MS + at;
      yield { timeMs, iso: new Date(timeMs).toISOString(), elapsed: at / SESSION_MS, tradingMs, first: at === 0 };
    }
    sessions++;
  }
}

/**
 * Volatility by the share of the session gone by, a reversed J as on every exchange: 1 in the quadratic mean over the
 * session.
 */
export function volatilityProfile(elapsed: number): number {
  return (0.7 + 1.3 * Math.exp(-elapsed / 0.07) + 0.5 * Math.exp(-(1 - elapsed) / 0.06)) / PROFILE_MEAN;
}

/** √∫₀¹ of the square of the bracket above, to four digits. */
const PROFILE_MEAN = 0.8521;

/** Trading by the share of the session gone by: busy at the open, busiest at the close. 1 at noon. */
export function volumeProfile(elapsed: number): number {
  return 1 + 1.8 * Math.exp(-elapsed / 0.08) + 2.6 * Math.exp(-(1 - elapsed) / 0.05);
}

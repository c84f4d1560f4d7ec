import { z } from 'zod';

const WEEKS = { hour: 1 / 168, day: 1 / 7, week: 1, month: 365.25 / 12 / 7 } as const;

type Period = keyof typeof WEEKS;

/** Realised over target was 1 with this factor: DETECTION G. */
const REALISED = 1.4;
/** Rows in a calibration block: p is the chance of a block. */
const BLOCK = 100;
/** p* without a budget. */
const DEFAULT_LEVEL = 0.08;
/** A budget so rich that normal rows would alarm asks for no calibration; one so poor that p underflows asks for none either. */
const MOST_LEVEL = 0.5;
const LEAST_LEVEL = 1e-12;

/** How many alerts a person is willing to read. */
export interface Budget {
  readonly perWeek: number;
  /** Of the whole stream, or of each series. */
  readonly per: 'stream' | 'series';
}

const pattern = /^(\d+(?:\.\d+)?)\/(hour|day|week|month)(\/series)?$/;

/** `3/week`, `1/day`, `0.5/month/series`: parsed to alerts a week. */
export const budget = z
  .string()
  .regex(pattern, 'a budget reads NUMBER/hour|day|week|month, and /series after it where each series has its own')
  .transform(parse)
  .refine(({ perWeek }) => perWeek > 0, 'a budget is more than 0 alerts')
  .describe(
    'False alarms to live with, e.g. `3/week` over the whole stream, or `1/month/series` for each of its series.',
  );

function parse(text: string): Budget {
  const [, number = '', period = '', perSeries] = pattern.exec(text) ?? [];
  return { perWeek: Number(number) / (isPeriod(period) ? WEEKS[period] : 1), per: perSeries ? 'series' : 'stream' };
}

function isPeriod(text: string): text is Period {
  return text in WEEKS;
}

/**
 * p*: alert when p(S) ≤ this. 1.4·b·100/(rows per week) for a budget of b alerts a week and series, 0.08 without one or without a known rate;
 * within [1e-12, 0.5].
 */
export function alarmLevel(perWeekPerSeries: number | undefined, rowsPerWeek: number): number {
  if (perWeekPerSeries === undefined || !(rowsPerWeek > 0)) return DEFAULT_LEVEL;
  const level = (REALISED * perWeekPerSeries * BLOCK) / rowsPerWeek;
  return Math.min(Math.max(level, LEAST_LEVEL), MOST_LEVEL);
}

/** score = alarm / (alarm + p), in (0, 1): 0.5 is the alarm. */
export function toScore(p: number, alarm: number): number {
  return alarm / (alarm + p);
}

import { z } from 'zod';

const WEEKS = { hour: 1 / 168, day: 1 / 7, week: 1, month: 365.25 / 12 / 7 } as const;

type Period = keyof typeof WEEKS;

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

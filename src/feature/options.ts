import { z } from 'zod';
import { durationMs } from '../event/duration.ts';
import { parseDate, parseDates, parseSpecialDates, parseTimeOfDay, WEEKDAYS } from './dates.ts';

const dates = z
  .string()
  .refine(
    (text) => parseDates(text) !== undefined,
    'a date such as 2026-12-25, or a range such as 2026-12-24..2027-01-01',
  );

const specialDates = z
  .string()
  .refine(
    (text) => parseSpecialDates(text) !== undefined,
    'a date such as 2026-12-25, a range such as 2026-12-24..2027-01-01, or either with a day such as `2026-12-31 as saturday`',
  );

const timeOfDay = z
  .string()
  .refine((text) => parseTimeOfDay(text) !== undefined, 'a time of day such as 9:30 or 16:00');

/** The hours in which rows count. */
export const sessionOptions = z.strictObject({
  zone: z.string().optional().describe('IANA time zone of the hours. `features.zone` if absent.'),
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
    .describe('Days of the week on which a session opens.'),
  open: timeOfDay.describe('When a session opens, such as `9:30`.'),
  close: timeOfDay.describe('When it closes, such as `16:00`; not after the open means on the next day.'),
  holidays: z.array(dates).default([]).describe('Dates, or ranges of dates, on which no session opens.'),
  half_days: z
    .record(
      z.string().refine((text) => parseDate(text) !== undefined, 'must be a date such as 2026-11-27'),
      timeOfDay,
    )
    .default({})
    .describe('Dates on which the session closes at another time, such as `{ 2026-11-27: "13:00" }`.'),
});

export type SessionOptions = z.infer<typeof sessionOptions>;

/** What the network sees beside the values. */
export const featureOptions = z.strictObject({
  zone: z
    .string()
    .default('UTC')
    .describe(
      'IANA time zone of the people or the plant behind the stream. Daylight saving is respected: no row is scored in the two hours after a change of the clocks.',
    ),
  calendar: z
    .array(z.enum(['time_of_day', 'day_of_week', 'session']))
    .default(['time_of_day', 'day_of_week'])
    .describe(
      'Cycles of the local clock that the values may follow; [] where the data has no clock. `session`: from open to close, with `sessions`.',
    ),
  season: durationMs
    .nullable()
    .prefault('1d')
    .describe(
      'The value one season ago is shown to the network; null = none. `1w` where weekdays differ: it keeps a value for each 5 minutes of the week, and takes seven times the memory of `1d`.',
    ),
  session_gap: durationMs
    .optional()
    .describe('A pause longer than this breaks `log_return` and `difference`: the first row after it has none.'),
  special_days: z
    .array(specialDates)
    .optional()
    .describe(
      'Dates in `zone` that behave like another day of the week: `2026-12-25` and `2026-12-24..2027-01-01` like a Sunday, `2026-12-31 as saturday` like that. The day-of-week input is that of this day; with a season of whole weeks the network is shown the last such day, and special days are not remembered.',
    ),
  sessions: sessionOptions
    .optional()
    .describe(
      'The hours in which rows count, such as those of an exchange. What lies outside gives no row; the time between rows is counted in sessions; `log_return` and `difference` do not cross a pause; a season of days looks at the same minute of the session so many sessions ago; nothing is silent because the session is over.',
    ),
});

export type FeatureOptions = z.infer<typeof featureOptions>;

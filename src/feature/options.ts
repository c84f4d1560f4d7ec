import { z } from 'zod';
import { durationMs } from '../event/duration.ts';

/** What the network is told beside the values. */
export const featureOptions = z.strictObject({
  zone: z
    .string()
    .default('UTC')
    .describe('IANA time zone of the people or the plant behind the stream; daylight saving is kept.'),
  calendar: z
    .array(z.enum(['time_of_day', 'day_of_week']))
    .default(['time_of_day', 'day_of_week'])
    .describe('Cycles of the local clock that the values may follow; [] where the data has no clock.'),
  season: durationMs
    .nullable()
    .prefault('1d')
    .describe('The value one season ago is shown to the network; null = none.'),
  session_gap: durationMs
    .optional()
    .describe('A pause longer than this breaks `log_return` and `difference`: the first row after it has none.'),
});

export type FeatureOptions = z.infer<typeof featureOptions>;

import { z } from 'zod';

/** What the live page keeps in memory. */
export const pageOptions = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether the server has the page at `/` and keeps what it shows.'),
  points: z.int().min(10).max(10_000).default(300).describe('Newest rows of each series that the page can draw.'),
  max_series: z
    .int()
    .min(1)
    .max(100_000)
    .default(2_000)
    .describe(
      'Most series of a stream that have a history, the first to come; a series that raises an alert takes the place of the one without an alert that has been silent longest.',
    ),
  max_alerts: z
    .int()
    .min(10)
    .max(10_000)
    .default(500)
    .describe('Alerts that the page can show; beyond it the oldest resolved one is dropped first.'),
});

export type PageOptions = z.infer<typeof pageOptions>;

/** Numbers of a channel that a row keeps: value, expected, lower, upper, bits. */
export const NUMBERS = 5;

/**
 * Objects, name, newest row, regimes and place in the maps of one history, and what each channel adds to them: measured
 * (`test/bench/page.ts`).
 */
const OBJECTS = 2_700;
const CHANNEL_OBJECTS = 330;

/**
 * Bytes of the history of one series: a time (8), a score (4), a regime (1) and its novelty (4) for each row, five
 * numbers (4 each) for each channel of it.
 */
export function historyBytes({ points }: Pick<PageOptions, 'points'>, channels: number): number {
  return OBJECTS + CHANNEL_OBJECTS * channels + points * (17 + 4 * NUMBERS * channels);
}

/** Bytes of an alert with all its steps, and what each channel adds to it: measured (`test/bench/page.ts`). */
const ALERT = 9_000;
const CHANNEL_PART = 450;

/** Bytes of the alerts of a process, where a stream has at most so many channels. */
export function alertsBytes({ max_alerts }: Pick<PageOptions, 'max_alerts'>, channels: number): number {
  return max_alerts * (ALERT + CHANNEL_PART * channels);
}

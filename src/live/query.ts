import { z } from 'zod';

const count = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);
const text = z.string().max(512);

/** Which series to list. */
export const seriesQuery = z.strictObject({
  stream: text.optional(),
  search: text.optional(),
  /** `surprise`: firing first, then the highest score now. */
  sort: z.enum(['surprise', 'name']).default('surprise'),
  limit: count(500, 100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

/** Which rows of a series. */
export const historyQuery = z.strictObject({
  stream: text,
  series: text,
  /** Event time, ms: rows after it only. */
  after: z.coerce.number().optional(),
});

/** Which alerts to list, newest first. */
export const alertsQuery = z.strictObject({
  state: z.enum(['all', 'firing', 'resolved']).default('all'),
  severity: z.enum(['all', 'warning', 'critical']).default('all'),
  stream: text.optional(),
  series: text.optional(),
  search: text.optional(),
  limit: count(500, 100),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
});

export type SeriesListQuery = z.output<typeof seriesQuery>;
export type HistoryQuery = z.output<typeof historyQuery>;
export type AlertsQuery = z.output<typeof alertsQuery>;

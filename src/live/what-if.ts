import { z } from 'zod';

const text = z.string().max(512);

/** Other settings of a stream, to be tried on the recent past of one of its series. */
export const whatIfBody = z
  .strictObject({
    stream: text,
    series: text,
    budget: text.optional(),
    /** What the settings below are of. */
    channel: text.optional(),
    /** In the channel's unit. */
    min_deviation: z.number().nonnegative().optional(),
    direction: z.enum(['both', 'up', 'down']).optional(),
  })
  .refine(
    ({ budget, min_deviation, direction }) => (budget ?? min_deviation ?? direction) !== undefined,
    'give a budget, a min_deviation or a direction to try',
  )
  .refine(
    ({ channel, min_deviation, direction }) => channel !== undefined || (min_deviation ?? direction) === undefined,
    'min_deviation and direction are of a channel: give it',
  );

/** What they would have changed. */
export const whatIfAnswer = z.strictObject({
  /** The settings as the configuration has them. */
  yaml: z.string(),
  /** What was replayed: rows, and of how many series; event time, ms. */
  rows: z.int(),
  series: z.int(),
  fromMs: z.number(),
  toMs: z.number(),
  /** Alerts of all of them as configured, and with the settings. */
  before: z.int(),
  after: z.int(),
  /** By the time at which they were raised; the first ones. */
  changes: z.array(
    z.strictObject({
      change: z.enum(['gained', 'lost', 'moved']),
      series: z.string(),
      raisedMs: z.number(),
      severity: z.enum(['warning', 'critical']),
      summary: z.string(),
    }),
  ),
});

export type WhatIfBody = z.output<typeof whatIfBody>;
export type WhatIfAnswer = z.infer<typeof whatIfAnswer>;

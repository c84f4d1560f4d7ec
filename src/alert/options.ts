import { z } from 'zod';
import { durationMs } from '../event/duration.ts';

/** When an incident is raised, held and resolved. The budget is an option of the calibration. */
export const lifecycleOptions = z.strictObject({
  for: durationMs
    .prefault('0s')
    .describe('The incident must last this long in event time before it fires; 0s = at its first row.'),
  keep_firing: durationMs
    .optional()
    .describe('It resolves after this long without an unusual row. Absent: ten sampling intervals.'),
  critical_below: z
    .number()
    .positive()
    .max(1)
    .default(0.1)
    .describe('`critical` where the p-value is below this share of the alarm level, else `warning`.'),
});

export type LifecycleOptions = z.infer<typeof lifecycleOptions>;

import { z } from 'zod';
import { durationMs } from './duration.ts';

/** How the values of a channel within one window become one number. */
export const AGGREGATES = ['mean', 'last', 'min', 'max', 'sum', 'count', 'median'] as const;

/**
 * What the network sees of a value: itself, ln(1 + x), ln(x / previous), x − previous; undone before anybody is shown a
 * number. Of a counter everybody sees its rate.
 */
export const TRANSFORMS = ['none', 'log1p', 'log_return', 'difference', 'counter'] as const;

/** One channel of a stream. */
export const channelOptions = z.strictObject({
  at: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where the value is: a JSON pointer (`/reading/temperature`) or a CSV column. The channel’s name if absent.',
    ),
  kind: z
    .enum(['real', 'count', 'category'])
    .default('real')
    .describe(
      '`real`: any number. `count`: how many, a whole number from 0 on. `category`: a word of a vocabulary learned as it comes, such as a letter, a state, a log template; where each event is a row.',
    ),
  vocabulary: z
    .int()
    .min(2)
    .max(4096)
    .optional()
    .describe('Words of a `category`, 64 if absent: the first ones that come; one is kept for all others.'),
  unit: z
    .string()
    .default('')
    .describe(
      'Shown beside every number, such as `°C`; in records it may be behind a number that is text (`20.5 °C`).',
    ),
  resolution: z
    .number()
    .positive()
    .optional()
    .describe('Smallest step the sensor can show; nothing below it is ever surprising.'),
  valid: z
    .tuple([z.number().nullable(), z.number().nullable()])
    .optional()
    .describe(
      '[lowest, highest] value that can be true; null = open. Others are missing: the rest of the record is used.',
    ),
  missing: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .describe('What stands for a missing value here, beside `decode.missing`, such as `[-127, 85]` or `[offline]`.'),
  states: z
    .record(z.string(), z.number())
    .optional()
    .describe(
      'Words that are values, in any case: `{ on: 1, off: 0 }`. With it `true` and `false` are 1 and 0 too, unless it says otherwise; without it they are missing.',
    ),
  aggregate: z.enum(AGGREGATES).default('mean').describe('How a window’s values become one number.'),
  transform: z
    .enum(TRANSFORMS)
    .default('none')
    .describe(
      'What the network sees of the value. `counter`: of a meter that only rises, its rate a second, which then is the value in scores and alerts; a wrap at 32 or 64 bits is none, and at a reset the rate is missing. In windows with a length, with `aggregate: last`.',
    ),
  silent_after: durationMs
    .optional()
    .describe(
      'The channel is reported as silent after this long without a value though its series sends; `0s` = never. Absent: `window.gap.silent_after`, without which nothing is.',
    ),
  score: z
    .boolean()
    .default(true)
    .describe('false = the channel informs the others and is never blamed: it raises no alert and holds none open.'),
  direction: z.enum(['both', 'up', 'down']).default('both').describe('Which deviations may raise an alert.'),
  min_deviation: z
    .strictObject({
      absolute: z.number().nonnegative().default(0).describe('In the channel’s unit.'),
      relative: z.number().nonnegative().default(0).describe('As a share of the expected value.'),
    })
    .default({ absolute: 0, relative: 0 })
    .describe('Deviations from what was expected that are smaller than this never raise an alert.'),
});

export type ChannelOptions = z.infer<typeof channelOptions>;

/** A channel with its name, in the order of the configuration. */
export interface Channel extends ChannelOptions {
  readonly name: string;
}

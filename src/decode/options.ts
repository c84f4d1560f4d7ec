import { z } from 'zod';
import { isTimeZone } from '../event/wall-clock.ts';
import { parseIso } from './iso.ts';
import { MISSING_TOKENS } from './missing.ts';
import { mayBeJoined, TIME_FORMATS, timeFormatFault } from './time-format.ts';
import { timeZone } from './zone.ts';

const MOST_KEY_FIELDS = 4;
const MOST_TIME_FIELDS = 3;
const utc = timeZone('UTC');

/** An ISO 8601 time; UTC where it has no offset. */
const instant = z.string().refine((text) => !Number.isNaN(parseIso(text, utc)), 'an ISO 8601 time such as 1800-01-01');

const timeOptions = z.strictObject({
  at: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(2).max(MOST_TIME_FIELDS)])
    .default('time')
    .describe(
      'Where the event time is: a JSON pointer (`/reading/time`) or a CSV column. A list, such as `[Date, Time]`, is read as one text with a space between. Unused with `format: record`.',
    ),
  format: z
    .string()
    .superRefine((format, context) => {
      const message = timeFormatFault(format);
      if (message !== undefined) context.addIssue({ code: 'custom', message, params: { known: TIME_FORMATS } });
    })
    .default('iso8601')
    .describe(
      'How it is written, unless an Avro schema says it: `iso8601`; `epoch_s`, `epoch_ms`, `epoch_us`, `epoch_ns`; `epoch`, whose unit is by the size of each number; `epoch_1904`, seconds since 1904 as LabVIEW counts them; `excel`, days since 1899-12-30; `record`, the time at which the source says the record was written; or a pattern such as `dd.MM.yyyy HH:mm` or `M/d/yy h:mm a` (yyyy yy M MM MMM MMMM d dd EEE H HH h hh m mm s ss S a X, other text between single quotes).',
    ),
  zone: z
    .string()
    .refine(isTimeZone, 'an IANA time zone such as UTC or Europe/Berlin')
    .default('UTC')
    .describe(
      'IANA time zone of times without an offset. Of a time that occurs twice, the order of the series’ records decides, and where it does not, it is the first; one that is skipped is moved on by the skip.',
    ),
  valid: z
    .tuple([instant, instant])
    .default(['1800-01-01', '2200-01-01'])
    .describe('[earliest, latest) event time that can be true. Others are refused as `decode/bad-time`.'),
});

/** The mapping of a stream: how its records become observations. */
export const decodeOptions = z
  .strictObject({
    format: z
      .enum(['json', 'csv', 'number', 'avro', 'json_schema'])
      .default('json')
      .describe(
        '`json`: one document a record. `csv`: one row a record. `number`: the record is the value of the one channel. `avro`, `json_schema`: one document a record, by the schema that it names in the `schema_registry`.',
      ),
    key: z
      .union([
        z.string().min(1),
        z
          .array(z.string().min(1))
          .min(1)
          .max(MOST_KEY_FIELDS)
          .refine((fields) => !fields.includes('record'), 'fields of the record: its own key cannot be one of several'),
      ])
      .optional()
      .describe(
        'Where the name of the series is: a JSON pointer, a CSV column, or `record` for the record’s own key. A list makes one name of several fields, joined by `|`. One series if absent.',
      ),
    series: z.string().min(1).max(512).default('all').describe('Name of the one series where there is no `key`.'),
    time: timeOptions.prefault({}).describe('When it happened.'),
    delimiter: z.string().length(1).default(',').describe('Between the columns of a CSV row.'),
    columns: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Names of the CSV columns, where the file has no header. Columns may be given by number too, from 1.'),
    decimal: z
      .enum(['.', ','])
      .default('.')
      .describe(
        'Decimal separator of numbers that are text. Where it is the `delimiter` too, such numbers are between quotes.',
      ),
    missing: z
      .array(z.union([z.string(), z.number()]))
      .default([...MISSING_TOKENS])
      .describe(
        'What stands for a missing value: texts, in any case, and numbers. `channels.NAME.missing` adds to it. Whatever else is no number is missing too, and counted as `wrong-type`.',
      ),
    thousands: z
      .enum(['.', ',', ' ', "'", '’'])
      .optional()
      .describe(
        'What groups the digits of numbers that are text. Without it groups are read where they cannot be a fraction (`3,064.46`, `1 520`), and `3,064` is refused.',
      ),
  })
  .refine(({ format, time }) => format !== 'number' || time.format === 'record', {
    path: ['time', 'format'],
    error: '`record` with `format: number`: there is no other place for a time',
  })
  .refine(({ time }) => typeof time.at === 'string' || mayBeJoined(time.format), {
    path: ['time', 'at'],
    error: 'one field with this `format`: a list is for `iso8601` or a pattern',
  })
  .refine(({ format, key }) => format !== 'number' || key === undefined || key === 'record', {
    path: ['key'],
    error: '`record` with `format: number`: there is no other place for a key',
  })
  .refine(({ thousands, decimal }) => thousands !== decimal, {
    path: ['thousands'],
    error: 'not the decimal separator',
  })
  .refine(({ delimiter }) => delimiter !== '"' && delimiter !== '\n', {
    path: ['delimiter'],
    error: 'no quote or line end',
  });

export type DecodeOptions = z.infer<typeof decodeOptions>;

/** The attributes of a stream: what a record says in words. */
export const attributeOptions = z
  .record(z.string().regex(/^[a-z0-9_-]{1,64}$/, 'at most 64 small letters, digits, _ and -'), z.string().min(1))
  .describe(
    'Fields that are words, not numbers, for the rules: a name, and a JSON pointer (`/counterparty`) or a CSV column. Missing is empty text.',
  );

/** All that a decoder reads: the mapping, and the attributes by name with their place in a record. */
export interface Mapping extends DecodeOptions {
  readonly attributes?: z.infer<typeof attributeOptions> | undefined;
}

/** Whether each record names the schema that wrote it. */
export function namesSchemas({ format }: Pick<DecodeOptions, 'format'>): boolean {
  return format === 'avro' || format === 'json_schema';
}

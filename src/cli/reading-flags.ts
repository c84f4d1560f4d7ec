import { type Command, Option } from 'commander';
import { z } from 'zod';
import { timeFormatFault } from '../decode/time-format.ts';
import { TRANSFORMS } from '../event/channel.ts';
import { ENGINE_NAMES } from '../lstm/options.ts';
import { isEncoding } from '../source/utf8.ts';

/** Flags that say how a file is read, by themselves or by a configuration; the shape of a zod object. */
export const readingFlags = {
  config: z.string().optional(),
  stream: z.string().optional(),
  timeColumn: z.string().optional(),
  timeFormat: z.string().refine((format) => format === 'auto' || timeFormatFault(format) === undefined, {
    error: ({ input }) => `${JSON.stringify(input)}: ${timeFormatFault(String(input))}`,
  }),
  timeZone: z.string(),
  valueColumns: z.array(z.string()).min(1).optional(),
  keyColumn: z.string().optional(),
  format: z.enum(['auto', 'csv', 'jsonl', 'json']),
  encoding: z.string().refine(isEncoding, 'an encoding such as utf-8, utf-16le or windows-1252').optional(),
  delimiter: z.string().length(1).optional(),
  header: z.boolean(),
  skipLines: z.coerce.number().int().nonnegative().optional(),
  comment: z.string().min(1).optional(),
  decimal: z.enum(['.', ',']).optional(),
  thousands: z.enum(['.', ',', ' ', "'", '’']).optional(),
  states: z.record(z.string().min(1), z.number('a list such as on=1,off=0')).optional(),
  missing: z.array(z.string()).optional(),
  unit: z.array(z.string()).optional(),
  clock: z.boolean(),
  sort: z.boolean().optional(),
  transform: z.enum(TRANSFORMS),
  seed: z.coerce.number().int().nonnegative(),
  engine: z.enum(ENGINE_NAMES),
};

/** Adds the flags that say how a file is read. */
export function withReading(command: Command): Command {
  const described = command
    .option('-c, --config <file>', 'a configuration: the file goes through one of its streams')
    .option('--stream <name>', 'which of its streams, where it has several')
    .option('--value-columns <a,b,…>', 'the channels: columns, or JSON keys or pointers', (text) => text.split(','))
    .option('--time-column <name>', 'where the event time is; Date,Time for two columns; guessed without it')
    .option('--time-format <format>', 'how it is written, as `decode.time.format`, such as "dd.MM.yyyy HH:mm"', 'auto')
    .option('--time-zone <zone>', 'IANA zone of the times and of the calendar', 'UTC')
    .option('--no-clock', 'rows have no time: they are taken to be a second apart')
    .option('--key-column <name>', 'which series a row belongs to; one series without it')
    .option('--sort', 'read the file in the order of its times')
    .option('--engine <name>', ENGINE_NAMES.join(', '), 'auto')
    .option('--seed <number>', 'of the first weights', '1');
  return withDialect(described);
}

/** What is guessed of the file where no flag says it. */
function withDialect(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'of the file; auto: by its name and its head')
        .choices(['auto', 'csv', 'jsonl', 'json'])
        .default('auto'),
    )
    .option('--encoding <name>', 'of the text, such as windows-1252')
    .option('--delimiter <character>', 'between CSV columns; \\t is a tab', (text) => (text === '\\t' ? '\t' : text))
    .option('--no-header', 'the first row is data: columns have numbers, from 1')
    .option('--skip-lines <number>', 'lines before the header')
    .option('--comment <mark>', 'lines that begin so are no rows')
    .option('--decimal <mark>', 'decimal separator of numbers: . or ,')
    .option('--thousands <mark>', 'what groups the digits of numbers')
    .option('--states <on=1,off=0,…>', 'words that are values, in any case', statesOf)
    .option('--missing <a,b,…>', 'what stands for a missing value, beside NaN, n/a, - and the like', (text) =>
      text.split(','),
    )
    .option(
      '--unit <a,b,…>',
      'what is behind the numbers of each channel, such as "°C"; one alone is for all',
      (text) => text.split(','),
    )
    .addOption(
      new Option('--transform <how>', 'what the network sees of the values').choices(TRANSFORMS).default('none'),
    );
}

/** What is no number becomes NaN, which is refused. */
function statesOf(text: string): Readonly<Record<string, number>> {
  const pairs = text.split(',').map((pair) => pair.split('='));
  const number = (value: string) => (value.trim() === '' ? Number.NaN : Number(value));
  return Object.fromEntries(pairs.map(([word, value = '']) => [word.trim(), number(value)]));
}

/** A flag as it is typed: `valueColumns` → `--value-columns`. */
export function flagText(flag: string): string {
  return `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

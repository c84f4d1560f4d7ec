import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { asFlags, guessReading, type Known } from '../../src/guess/guess.ts';

const nothing: Known = { clock: true, timeZone: 'UTC', valueColumns: ['v'], sorted: false };

/** What is guessed of a file with this content, as flags; or why it is refused. */
async function guessed(content: string | Buffer, known: Partial<Known> = {}): Promise<string> {
  const all = { ...nothing, ...known };
  try {
    return asFlags(await guessReading(Buffer.from(content), false, all), all);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

/** `count` rows of cells, a line each. */
const rows = (count: number, row: (n: number) => string, end = '\n') =>
  Array.from({ length: count }, (_, n) => row(n) + end).join('');
const at = (n: number) => new Date(Date.UTC(2026, 2, 1) + n * 300_000).toISOString();
const value = (n: number) => (20 + (n % 7) / 10).toFixed(2);
const two = (n: number) => String(n).padStart(2, '0');
/** 1 March 2026 and 5 minutes for each row, in its parts. */
function parts(n: number) {
  const date = new Date(Date.UTC(2026, 2, 1) + n * 300_000);
  return {
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

const german = (n: number) => {
  const { day, month, hour, minute } = parts(n);
  return `${two(day)}.${two(month)}.2026 ${two(hour)}:${two(minute)}`;
};
const comma = (n: number) => value(n).replace('.', ',');

describe('the head of a CSV file says', () => {
  test.each([
    ['plain', `t,v\n${rows(50, (n) => `${at(n)},${value(n)}`)}`, '--time-column t --time-format iso8601'],
    [
      'tabs',
      `t\tv\n${rows(50, (n) => `${at(n)}\t${value(n)}`)}`,
      '--delimiter "\\t" --time-column t --time-format iso8601',
    ],
    [
      'a German spreadsheet',
      `sep=;\r\nZeit;v;w;\r\n${rows(50, (n) => `${german(n)};${comma(n)};1.520,${n % 10};`, '\r\n')}`,
      '--delimiter ";" --decimal , --time-column Zeit --time-format "dd.MM.yyyy HH:mm"',
    ],
    [
      'a spreadsheet with thousands alone',
      `Zeit;v\n${rows(50, (n) => `${german(n)};1.${500 + n}`)}${german(50)};2.000,5\n`,
      '--delimiter ";" --decimal , --thousands . --time-column Zeit --time-format "dd.MM.yyyy HH:mm"',
    ],
    [
      'comments',
      `# v2\n# unit: C\nt,v\n${rows(50, (n) => `${at(n)},${value(n)}`)}`,
      '--comment "#" --time-column t --time-format iso8601',
    ],
    [
      'a preamble',
      `Logger 2.1\nSerial: 5\n\nt,v\n${rows(50, (n) => `${at(n)},${value(n)}`)}`,
      '--skip-lines 3 --time-column t --time-format iso8601',
    ],
    [
      'trailing delimiters',
      `t,v\n${rows(50, (n) => `${at(n)},${value(n)},`)}`,
      '--time-column t --time-format iso8601',
    ],
    [
      'quoted delimiters',
      `name,t,v\n${rows(50, (n) => `"Pump 3, north",${1_772_323_200 + n * 60},${value(n)}`)}`,
      '--time-column t --time-format epoch_s',
    ],
    [
      'periods, as ENTSO-E exports prices',
      `"MTU (CET/CEST)","Area","v"\n${rows(50, (n) => {
        const [from, to] = [parts(12 * n), parts(12 * n + 12)].map(
          ({ day, hour }) => `${two(day)}/03/2026 ${two(hour)}:00:00`,
        );
        return `"${from} - ${to}","BZN|DE-LU","${value(n)}"`;
      })}`,
      '--time-column "MTU (CET/CEST)" --time-format "dd/MM/yyyy HH:mm:ss - *"',
    ],
    ['no time', `a,v\n${rows(50, (n) => `${n % 5},${value(n)}`)}`, ''],
    [
      'a lone CR at the ends of lines',
      `t,v\r${rows(50, (n) => `${at(n)},${value(n)}`, '\r')}`,
      '--time-column t --time-format iso8601',
    ],
  ])('%s', async (_, content, flags) => {
    expect(await guessed(content)).toBe(flags);
  });

  test.each<[string, string, string, Partial<Known>]>([
    [
      'a history of Home Assistant, where a series is named',
      `entity_id,v,last_changed\n${rows(60, (n) => `sensor.${n < 30 ? 'a' : 'b'},${n % 30 === 3 ? 'unavailable' : value(n)},${at(n % 30)}`)}`,
      '--time-column last_changed --time-format iso8601',
      { keyColumn: 'entity_id' },
    ],
    [
      'a bank, newest first, below what the account is',
      `\ufeff"Girokonto";"DE001"\n"Kontostand vom 31.12.2025:";"1.234,56 €"\n""\n"Buchungsdatum";"Wertstellung";"v"\n${rows(60, (n) => `"${two((28 - (n % 60) / 2.5) | 0)}.12.25";"${two((28 - (n % 60) / 2.5) | 0)}.12.25";"-1.0${10 + n},50 €"`)}`,
      '--delimiter ";" --skip-lines 3 --decimal , --time-column Buchungsdatum --time-format dd.MM.yy',
      { sorted: true },
    ],
  ])('%s', async (_, content, flags, known) => {
    expect(await guessed(content, known)).toBe(flags);
  });

  test('Windows-1252, where it is no UTF-8', async () => {
    const content = Buffer.from(`t,Größe\n${rows(30, (n) => `${at(n)},${value(n)}`)}`, 'latin1');
    expect(await guessed(content, { valueColumns: ['Größe'] })).toBe(
      '--encoding windows-1252 --time-column t --time-format iso8601',
    );
  });

  test('that there is no header, where the first row is like the others', async () => {
    const content = rows(30, (n) => `${at(n)},${value(n)}`);
    expect(await guessed(content, { valueColumns: ['2'] })).toBe('--no-header --time-column 1 --time-format iso8601');
    expect(await guessed(content)).toBe(
      'there is no column "v": the file has no header, so its columns have numbers: 1 ("2026-03-01T00:00:00.000Z"), 2 ("20.00")',
    );
  });

  test('and what flags say is not guessed again', async () => {
    const content = `t;v\n${rows(30, (n) => `${german(n)};${comma(n)}`)}`;
    const known = { delimiter: ';', decimal: ',', timeColumn: 't', timeFormat: 'dd.MM.yyyy HH:mm' } as const;
    expect(await guessed(content, known)).toBe('');
    expect(await guessed(content, { ...known, clock: false })).toBe('');
    expect(await guessed('')).toBe('');
  });

  test('that a comma may be anything, and the guess is refused', async () => {
    const content = `t;v\n${rows(30, (n) => `${at(n)};1,${500 + n}`)}`;
    expect(await guessed(content)).toBe(
      'the comma in "1,500" may separate decimals or thousands; say --decimal , or --thousands ,',
    );
  });
});

describe('times are', () => {
  const column = (time: (n: number) => string) => `t;v\n${rows(60, (n) => `${time(n)};${value(n)}`)}`;
  const format = async (time: (n: number) => string) =>
    /--time-format (.*)$/.exec(await guessed(column(time), { timeColumn: 't' }))?.[1];
  const epoch = (n: number) => 1_772_323_200 + n * 60;

  test.each([
    ['epoch_ms', (n: number) => `${epoch(n)}000`],
    ['epoch_us', (n: number) => `${epoch(n)}000000`],
    ['epoch_ns', (n: number) => `${epoch(n)}000000000`],
    ['epoch_s', (n: number) => `${epoch(n)}.5`],
    ['epoch', (n: number) => (n < 30 ? `${epoch(n)}` : `${epoch(n)}000`)],
    ['excel', (n: number) => (46_082 + n / 288).toFixed(9)],
    [
      'yyyyMMdd',
      (n: number) =>
        at(n * 288)
          .slice(0, 10)
          .replaceAll('-', ''),
    ],
    ['yyyyMMddHHmmss', (n: number) => at(n).slice(0, 19).replace(/\D/g, '')],
    ['iso8601', (n: number) => `${at(n).slice(0, 19).replace('T', ' ')} +0200`],
    [
      '"M/d/yyyy h:mm a"',
      (n: number) => `3/${1 + Math.floor(n / 24)}/2026 ${n % 12 === 0 ? 12 : n % 12}:00 ${n % 24 < 12 ? 'AM' : 'PM'}`,
    ],
    ['d/M/yyyy', (n: number) => `${1 + (n % 28)}/${3 + Math.floor(n / 28)}/2026`],
    ['"d MMM yyyy HH:mm:ss"', (n: number) => `1 Mar 2026 00:${two(n)}:00`],
    [
      'yyyy/MM/dd',
      (n: number) =>
        at(n * 288)
          .slice(0, 10)
          .replaceAll('-', '/'),
    ],
  ])('%s', async (expected, time) => {
    expect(await format(time)).toBe(expected);
  });

  test.each([
    [
      (n: number) => String(1_000 + n * 60),
      'time column t: "1000", as seconds since 1970, lands on 1970-01-01; say how it is written with --time-format',
    ],
    [
      (n: number) => epoch(n).toExponential(5),
      'the first 60 rows have only 2 different times ("1.77232e+9", "1.77232e+9" …); name the series of each row with --key-column',
    ],
    [
      (n: number) => `1/3/2026 00:${two(n)}`,
      'the day or the month may come first in "1/3/2026 00:00"; say which: --time-format "d/M/yyyy HH:mm" or "M/d/yyyy HH:mm"',
    ],
    [(n: number) => `week ${n}`, '"week 0" is no time that is known here; say how it is written'],
    [
      (n: number) => at(-n),
      'the rows are newest first (59 of the first 60 are earlier than one before them); add --sort',
    ],
    [(n: number) => at((n * 7) % 60), 'the rows are not in the order of their times'],
  ])('refused where they are no good, with what they look like: %#', async (time, says) => {
    expect(await guessed(column(time), { timeColumn: 't' })).toContain(says);
  });

  test('of two columns, where the date and the time of day have one each', async () => {
    const content = `Date;Time;v\n${rows(600, (n) => {
      const { day, month, hour, minute } = parts(n);
      return `${day}/${month}/2026;${two(hour)}:${two(minute)}:00;${value(n)}`;
    })}`;
    expect(await guessed(content)).toBe('--delimiter ";" --time-column Date,Time --time-format "d/M/yyyy HH:mm:ss"');
    expect(await guessed(content, { timeColumn: 'Date' })).toBe(
      'time column Date: the first 600 rows have only 3 different times ("1/3/2026" …); join it with the time of day: --time-column "Date,Time"',
    );
  });

  test('of one instant for many series no fault, where the series is named', async () => {
    const content = `id,t,v\n${rows(60, (n) => `s${n % 6},${at(Math.floor(n / 6))},${value(n)}`)}`;
    expect(await guessed(content, { keyColumn: 'id' })).toBe('--time-column t --time-format iso8601');
    expect(await guessed(content)).toContain('name the series of each row with --key-column');
    const behind = `id,t,v\n${rows(60, (n) => `s${n < 30 ? 1 : 2},${at(n % 30)},${value(n)}`)}`;
    expect(await guessed(behind, { keyColumn: 'id' })).toBe('--time-column t --time-format iso8601');
    expect(await guessed(behind)).toContain(
      'in the order of their times only for each id; name the series of each row with --key-column id, or add --sort',
    );
  });
});

describe('JSON', () => {
  const document = (n: number) => `{"ts":${1_772_323_200_000 + n * 60_000},"v":${value(n)}}`;

  test.each([
    ['lines', 'lines', rows(30, document)],
    ['a list', 'json', `[${Array.from({ length: 30 }, (_, n) => document(n)).join(',\n')}]`],
    ['documents over several lines', 'json', rows(30, (n) => document(n).replace('{', '{\n '))],
  ])('as %s is found by its head', async (_, framing, content) => {
    const reading = await guessReading(Buffer.from(content), false, nothing);
    expect(reading).toMatchObject({ framing, times: { at: 'ts', format: 'epoch_ms' } });
  });

  test('has its time deeper, where a pointer says so', async () => {
    const content = rows(30, (n) => `{"at":{"t":"${at(n)}"},"v":1}`);
    expect(await guessed(content, { timeColumn: '/at/t' })).toBe('--time-format iso8601');
  });
});

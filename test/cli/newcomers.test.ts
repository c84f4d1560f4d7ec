import { expect, test } from 'vitest';
import { readFile } from './read-file.ts';

/* A newcomer's first hour, three times: from a file as a program wrote it to its rows, by what the messages say. The formats are
 * described in public: https://github.com/CapnBry/HeaterMeter/issues/47, https://github.com/glucometers-tech/glucometerutils/issues/4
 * and https://github.com/SBFspot/SBFspot/issues/74; the numbers are made up. */

const ROWS = 320;
const two = (n: number) => String(n).padStart(2, '0');
const value = (n: number) => 5 + ((n * 7) % 11) / 4;
const times = (stepMs: number) => Array.from({ length: ROWS }, (_, n) => new Date(Date.UTC(2026, 1, 1) + n * stepMs));
const expected = (stepMs: number) =>
  times(stepMs).map((time, n) => `all ${time.toISOString().replace('.000Z', 'Z')} ${value(n)}`);

test('the log of a grill has no header: the message numbers the columns, and `nan` costs the cell', async () => {
  const lines = times(60_000).map((time, n) => `${time.getTime() / 1_000},nan,${value(n)},nan,nan,nan,0\n`);
  const first = await readFile('grill.csv', lines.join(''), 'temperature');
  expect(first.refused).toMatch(
    /the file has no header, so its columns have numbers: 1 \("1769904000"\), 2 \("nan"\), 3/,
  );
  const then = await readFile('grill.csv', lines.join(''), '3');
  expect(then).toMatchObject({
    refused: '',
    guessed: '--no-header --time-column 1 --time-format epoch_s',
    rejected: 0,
  });
  expect(then.rows).toEqual(expected(60_000));
});

test('a glucose diary has a header that does not match its rows, units, and the newest first: three messages', async () => {
  const step = 3 * 3_600_000;
  const line = (time: Date, n: number) =>
    `${value(n)}mmol/L,${time.getUTCMonth() + 1}/${time.getUTCDate()}/26,${two(time.getUTCHours())}:00\n`;
  const content = `Concentration,Measured,Date,Time\n${times(step).map(line).reverse().join('')}`;
  const first = await readFile('diary.csv', content, 'Concentration');
  expect(first.refused).toMatch(
    /4 names, and no row has more than 3 cells; leave it out with --no-header --skip-lines 1/,
  );
  const flags = { header: false, skipLines: 1 };
  expect((await readFile('diary.csv', content, '1', flags)).refused).toMatch(/newest first .*; add --sort/);
  const last = await readFile('diary.csv', content, '1', { ...flags, sort: true });
  expect(last).toMatchObject({
    refused: '',
    guessed: '--unit mmol/L --time-column 2,3 --time-format "M/d/yy HH:mm"',
    rejected: 0,
  });
  expect(last.rows).toEqual(expected(step));
});

test('a solar inverter’s table begins with three lines and a row of units, and names its time by the pattern', async () => {
  const step = 300_000;
  const line = (time: Date, n: number) =>
    `${two(time.getUTCDate())}/02/2026 ${time.toISOString().slice(11, 19)};SN: 2100;${value(n).toFixed(3).replace('.', ',')};0,000;OK\r\n`;
  const head =
    'sep=;\r\nVersion CSV1|Tool SBFspot3.9.7 (Linux)|Delimiter semicolon|Decimalpoint comma|Precision 3\r\n\r\n;;Watt;Watt;Status\r\ndd/MM/yyyy HH:mm:ss;DeviceName;Pac1;Pac2;Condition\r\n';
  const read = await readFile('inverter.csv', head + times(step).map(line).join(''), 'Pac1');
  const pattern = '"dd/MM/yyyy HH:mm:ss"';
  expect(read).toMatchObject({
    refused: '',
    guessed: `--delimiter ";" --skip-lines 4 --decimal , --time-column ${pattern} --time-format ${pattern}`,
    rejected: 0,
  });
  expect(read.rows).toEqual(expected(step));
});

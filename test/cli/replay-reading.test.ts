import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Place, record, surprisal } from './program.ts';

const ROWS = 200;
const at = (n: number) => new Date(Date.UTC(2026, 2, 1) + n * 300_000);
const value = (n: number) => 20 + ((n * 7) % 11) / 4;
const two = (n: number) => String(n).padStart(2, '0');

/** The scores of a replay, and what it said. */
async function scored(place: Place, name: string, content: string | Buffer, flags: readonly string[]) {
  writeFileSync(place.at(name), content);
  const { code, err } = await surprisal([
    'replay',
    place.at(name),
    ...flags,
    '--quiet',
    '--scores',
    place.at('scores.csv'),
  ]);
  return { code, err, scores: code === 0 ? readFileSync(place.at('scores.csv'), 'utf8') : '' };
}

const rows = Array.from({ length: ROWS }, (_, n) => `${at(n).toISOString()},${value(n)}`);
const plain = `t,v\n${rows.join('\n')}\n`;
const newestFirst = `t,v\n${[...rows].reverse().join('\n')}\n`;
const flags = ['--time-column', 't', '--value-columns', 'v'];

test('a spreadsheet, a list of documents and a file newest first have the scores of the plain file', {
  timeout: 120_000,
}, async () => {
  const place = new Place();
  const expected = await scored(place, 'plain.csv', plain, flags);
  expect(expected.err).toContain(`${ROWS} rows of 1 series scored`);

  const german = Array.from({ length: ROWS }, (_, n) => {
    const time = at(n);
    const clock = `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
    return `${two(time.getUTCDate())}.03.2026 ${clock};${String(value(n)).replace('.', ',')};\r\n`;
  });
  const table = Buffer.from(`\ufeffsep=;\r\nt;v;\r\n${german.join('')}`, 'utf16le');
  const spreadsheet = await scored(place, 'spreadsheet.csv', table, flags);
  expect(spreadsheet.err).toContain('--delimiter ";" --decimal , --time-format "dd.MM.yyyy HH:mm"\n');
  expect(spreadsheet.scores).toBe(expected.scores);

  const documents = Array.from({ length: ROWS }, (_, n) => ({ t: at(n).getTime(), v: value(n) }));
  const list = await scored(place, 'list.txt', JSON.stringify(documents, null, 2), flags);
  expect(list.scores).toBe(expected.scores);

  const refused = await scored(place, 'desc.csv', newestFirst, flags);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('newest first')]);
  expect((await scored(place, 'desc.csv', newestFirst, [...flags, '--sort'])).scores).toBe(expected.scores);
});

test('a file that is unsorted further down says how many records came late, and what to do', {
  timeout: 60_000,
}, async () => {
  const place = new Place();
  const content = [...Array(3_500).keys(), ...Array(50).keys()].map((n) => `${at(n).toISOString()},${value(n)}`);
  const { code, err } = await scored(place, 'late.csv', `t,v\n${content.join('\n')}`, flags);
  expect(code).toBe(0);
  expect(err).toContain(
    '50 of the rejected records are earlier than a record before them; --sort reads the file in the order of its times\n',
  );
});

test('the file of a configured stream is sorted too', { timeout: 60_000 }, async () => {
  const place = new Place();
  const lines = Array.from({ length: ROWS }, (_, n) => record(n));
  const config = ['-c', place.configure({})];
  const expected = await scored(place, 'plain.jsonl', lines.join('\n'), config);
  const { err, scores } = await scored(place, 'desc.jsonl', [...lines].reverse().join('\n'), [...config, '--sort']);
  expect(err).toContain(`${ROWS} rows of 1 series scored, `);
  expect(scores).toBe(expected.scores);
});

test('a time format that is none is refused by name', { timeout: 30_000 }, async () => {
  const place = new Place();
  const { code, err } = await scored(place, 'plain.csv', plain, [...flags, '--time-format', 'YYYY-MM-DD']);
  expect([code, err]).toEqual([2, expect.stringContaining('YYYY is no field; the year is y and the day d')]);
});

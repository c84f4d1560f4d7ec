import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Place, record, surprisal } from './program.ts';

const csv = (rows: number) =>
  ['t, v', ...Array.from({ length: rows }, (_, i) => `${new Date(1.7e12 + i * 60_000).toISOString()}, ${i % 7}`)].join(
    '\n',
  );

describe('records that cannot be used', { timeout: 90_000 }, () => {
  test('are grouped at the end of a replay, which fails if there are no others', async () => {
    const place = new Place();
    const file = place.at('in.csv');
    writeFileSync(file, csv(60));
    const { code, out, err } = await surprisal([
      'replay',
      file,
      '--time-column',
      't',
      '--time-format',
      'epoch_s',
      '--value-columns',
      'v',
    ]);
    expect([code, out]).toEqual([1, '']);
    expect(err.split('\n').slice(1)).toEqual([
      `${file}: 0 rows of 0 series scored, 0 alerts, 60 records rejected`,
      `  60 × decode/bad-time, first ${file}:2: time t: "2023-11-14T22:13:20.000Z" is not a number of seconds`,
      '    Correct `decode.time`, or send the time in its format and within its valid range.',
      expect.stringMatching(/^surprisal: .*: none of 60 records could be used \[source\/unusable\] /),
      '',
    ]);
  });

  test('are grouped by reason, the most frequent first, and a replay of the rest succeeds', async () => {
    const place = new Place();
    const good = Array.from({ length: 200 }, (_, i) => record(i));
    writeFileSync(place.source, [...good, '{"id":"a"}', good[10], '{', good[12]].join('\n'));
    const { code, err } = await surprisal(['replay', place.source, '-c', place.configure({}), '--quiet']);
    expect(code).toBe(0);
    expect(err).toMatch(
      /200 rows of 1 series scored, .* 4 records rejected\n {2}2 × late, first .*:202: .*\n .*\n {2}1 × decode\/missing-field, first .*:201: .*\n .*The record has \/id\.\n {2}1 × decode\/syntax, /,
    );
  });

  test('are in the log of a run: the first of each reason, and what to change', async () => {
    const place = new Place();
    writeFileSync(place.source, Array.from({ length: 100 }, (_, i) => record(i).replace('time', 'when')).join('\n'));
    const { code, err } = await surprisal(['run', '-c', place.configure({})]);
    expect(code).toBe(0);
    const said = err
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter(({ level }) => level > 30);
    expect(said.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(
        /^record of room rejected: .*:1: time time: there is none .* The record has \/id, \/when, \/value\.$/,
      ),
      '99 more records of room rejected: 99 decode/missing-field',
    ]);
  });

  test.each([
    ['tumbling, size: 5m', 80],
    ['event', 400],
  ])('because one clock is a day ahead harm no other series: windows of kind %s', async (kind, rows) => {
    const place = new Place();
    const minutes = Array.from({ length: 400 }, (_, i) => ['a', 'b', 'c', 'd'].map((id) => record(i, id))).flat();
    minutes[4 * 180 + 3] = record(180 + 1440, 'd');
    writeFileSync(place.source, minutes.join('\n'));
    const config = place.configure({ stream: [`window: { kind: ${kind}, gap: { silent_after: 2h } }`] });
    const { code, err } = await surprisal(['run', '-c', config]);
    expect([code, err]).toEqual([0, expect.stringContaining('[time-leap] Correct the clock of the sender')]);
    expect(place.outputs('reject')).toMatchObject([{ reason: 'time-leap', series: 'd' }]);
    const scores = place.outputs('score');
    expect(['a', 'b', 'c'].map((id) => scores.filter(({ series }) => series === id).length)).toEqual([
      rows,
      rows,
      rows,
    ]);
  });
});

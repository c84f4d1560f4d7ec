import { describe, expect, test } from 'vitest';
import { fixtureStreams } from './fixture-streams.ts';
import { replay, replayWithRestores } from './replays.ts';
import { TICKS_AT, withTicks } from './tick-steps.ts';

const isSilence = (line: string): boolean => line.includes('"reason":"silent"');
/** Not about values that stop or come again. */
const isOfRows = (line: string): boolean => !isSilence(line) && !/ has (?:no value|values again) since /.test(line);
/** Without what counts those too. */
const unnumbered = (line: string): string => line.replace(/"revision":\d+|"raisedAs":"\w+"/g, '');

describe.each(Object.keys(fixtureStreams))('%s, with ticks among its records', (name) => {
  const { records, steps, fresh } = withTicks(name);
  const whole = replay(fresh(), name, steps, steps.length);
  const lines = whole.trimEnd().split('\n');

  test('series fall silent by a tick, and resume, in step', () => {
    const silences = lines.filter(isSilence);
    const raised = silences.filter((line) => line.includes('"state":"firing"'));
    expect(raised.length).toBeGreaterThanOrEqual(TICKS_AT.length - 2);
    const ids = raised.map((line) => JSON.parse(line).id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(silences.some((line) => line.includes('arrived late'))).toBe(true);
  });

  test('nothing else is changed by them, but that an alert that fires says so: no row, no other alert, and nothing is late', () => {
    const without = replay(fresh(), name, records, records.length).trimEnd().split('\n');
    expect(lines.filter(isOfRows).map(unnumbered)).toEqual(without.filter(isOfRows).map(unnumbered));
  });

  test.each([1, 7, 100])('the same bytes in batches of %i as in one', (batch) => {
    expect(replay(fresh(), name, steps, batch)).toBe(whole);
  });

  test('the same bytes with a snapshot and a restore between every 19 steps', { timeout: 120_000 }, () => {
    expect(replayWithRestores(fresh, name, steps, 19)).toBe(whole);
  });
});

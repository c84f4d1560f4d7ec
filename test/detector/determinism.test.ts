import { describe, expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import { answeredDetector, answersOf } from './answered-fixture.ts';
import { fixtureDetector, fixtureLines, fixtureRecords, fixtureStreams } from './fixture-streams.ts';
import { replay, replayWithRestores, type Step } from './replays.ts';

const ROWS = 1200;

describe.each(Object.keys(fixtureStreams))('%s', (name) => {
  const records = fixtureRecords(name, ROWS);
  const fresh = (changed = {}) => new Detector({ ...fixtureDetector(name), ...changed });
  const whole = replay(fresh(), name, records, records.length);

  test('scores, and sets spoilt records aside in their turn', () => {
    expect(whole.match(/"kind":"score"/g)?.length).toBeGreaterThan(ROWS / 4);
    expect(whole.match(/"reason":"decode\/syntax"/g)?.length).toBe(ROWS / 50);
  });

  test.each([1, 7, 1000])('gives the same bytes in batches of %i as in one', (batch) => {
    expect(replay(fresh(), name, records, batch)).toBe(whole);
  });

  test('raises the same alerts where nobody asks for scores', () => {
    const few = { alert: { ...fixtureDetector(name).alert, budget: { perWeek: 1e3, per: 'series' as const } } };
    const all = replay(fresh(few), name, records, records.length).split('\n');
    const alerts = all.filter((line) => !line.includes('"kind":"score"'));
    expect(alerts.filter((line) => line.includes('"kind":"alert"')).length).toBeGreaterThan(0);
    expect(replay(fresh({ ...few, scores: false }), name, records, records.length)).toBe(alerts.join('\n'));
  });

  test('gives the same bytes with a snapshot and a restore between every 19 records', { timeout: 120_000 }, () => {
    expect(replayWithRestores(fresh, name, records, 19)).toBe(whole);
  });

  test.each([1, 7])('gives the same bytes in batches of %i where series are forgotten all the time', (batch) => {
    const few = { series: { max: 2, idle_after: 7_200_000 } };
    expect(replay(fresh(few), name, records, batch)).toBe(replay(fresh(few), name, records, records.length));
  });

  test('gives the same bytes with verdicts in it: whole, in batches, and through 50 kills', {
    timeout: 120_000,
  }, () => {
    const answers = answersOf(name);
    const lines = fixtureLines(name);
    const steps = lines.flatMap((record, line): Step[] => [
      ...answers.filter((each) => each.line === line).map(({ answer }) => ({ answer })),
      record,
    ]);
    const answered = () => new Detector(answeredDetector(name));
    const all = replay(answered(), name, steps, steps.length);
    // Where there are answers, they matter.
    if (answers.length > 0) expect(all).not.toBe(replay(answered(), name, lines, lines.length));
    for (const batch of [1, 7, 1000]) expect(replay(answered(), name, steps, batch)).toBe(all);
    expect(replayWithRestores(answered, name, steps, Math.ceil(steps.length / 50))).toBe(all);
  });
});

import { describe, expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import { HOUR_MS } from '../../src/event/time.ts';
import { windowOptions } from '../../src/window/options.ts';
import { fixtureDetector, fixtureRecords, fixtureStreams } from './fixture-streams.ts';
import { replay, replayWithRestores, type Step } from './replays.ts';

const ROWS = 600;
/** Before so many records nothing comes, by the wall clock, for longer and longer. */
const TICKS_AT = [90, 91, 200, 333, 334, 520];

const isSilence = (line: string): boolean => line.includes('"reason":"silent"');
/** Not about values that stop or come again. */
const isOfRows = (line: string): boolean => !isSilence(line) && !/ has (?:no value|values again) since /.test(line);
/** Without what counts those too. */
const unnumbered = (line: string): string => line.replace(/"revision":\d+|"raisedAs":"\w+"/g, '');

describe.each(Object.keys(fixtureStreams))('%s, with ticks among its records', (name) => {
  const records = fixtureRecords(name, ROWS);
  const window = { kind: 'event', ...fixtureStreams[name].window };
  const gap = { ...Object(fixtureStreams[name].window).gap, silent_after: '6h' };
  const fresh = () => new Detector({ ...fixtureDetector(name), window: windowOptions.parse({ ...window, gap }) });
  const timeOf = (at: number) => Date.parse(JSON.parse(String(records[at].value)).time);
  const steps = records.flatMap((record, at): Step[] => {
    const nth = TICKS_AT.indexOf(at);
    return nth < 0 ? [record] : [{ silentMs: timeOf(at - 1) + (7 + nth) * HOUR_MS }, record];
  });
  const whole = replay(fresh(), name, steps, steps.length);
  const lines = whole.trimEnd().split('\n');

  test('series fall silent by a tick, and are heard again, in step', () => {
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

  test('the same bytes with a snapshot and a restore between every two steps', { timeout: 120_000 }, () => {
    expect(replayWithRestores(fresh, name, steps)).toBe(whole);
  });
});

import { describe, expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import { fixtureDetector, fixtureRecords, fixtureStreams } from './fixture-streams.ts';
import { replay, replayWithRestores } from './replays.ts';
import { withTicks } from './tick-steps.ts';

describe.each(Object.keys(fixtureStreams))('%s', (name) => {
  test('gives the same bytes with a snapshot and a restore between every two records', () => {
    const records = fixtureRecords(name, 1200);
    const fresh = () => new Detector(fixtureDetector(name));
    expect(replayWithRestores(fresh, name, records)).toBe(replay(fresh(), name, records, records.length));
  });

  test('gives the same bytes with a snapshot and a restore between every two steps, some of them ticks', () => {
    const { steps, fresh } = withTicks(name);
    expect(replayWithRestores(fresh, name, steps)).toBe(replay(fresh(), name, steps, steps.length));
  });
});

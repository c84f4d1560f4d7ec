import { expect, test } from 'vitest';
import { differences } from '../../src/compare/differences.ts';
import { type ComparedIncident, Incidents } from '../../src/compare/incidents.ts';
import { alert } from '../sink/outputs.ts';

function incident(startMs: number, endMs: number | null, more: Partial<ComparedIncident> = {}): ComparedIncident {
  const usual = { id: `${startMs}`, series: 'a', reason: 'unusual_value', channel: 'x', summary: '' } as const;
  return { ...usual, startMs, raisedMs: startMs, endMs, severity: 'warning', ...more };
}

const changes = (before: readonly ComparedIncident[], after: readonly ComparedIncident[]) =>
  differences(before, after).map(({ change }) => change);

test('an alert that only one side has is gained or lost; one that both have alike is the same', () => {
  const [both, old, fresh] = [incident(0, 5), incident(10, 15), incident(20, null)];
  expect(changes([both, old], [both, fresh])).toEqual(['same', 'lost', 'gained']);
});

test('an incident that is raised later, ends later or is worse has moved, and it says how', () => {
  const old = incident(10, 20);
  const moved = (more: Partial<ComparedIncident>) => {
    const [difference] = differences([old], [{ ...old, ...more }]);
    return 'moved' in difference ? [difference.change, ...difference.moved] : [];
  };
  expect(moved({ raisedMs: 12 })).toEqual(['moved', 'raised']);
  expect(moved({ endMs: null })).toEqual(['moved', 'ended']);
  expect(moved({ severity: 'critical' })).toEqual(['moved', 'severity']);
  expect(moved({ summary: 'other words' })).toEqual(['same']);
});

test('alerts of different series, or about rows and about silence, are never the same incident', () => {
  expect(changes([incident(0, 9)], [incident(0, 9, { series: 'b' })])).toEqual(['lost', 'gained']);
  expect(changes([incident(0, 9)], [incident(0, 9, { reason: 'silent' })])).toEqual(['lost', 'gained']);
});

test('alerts that do not overlap are different incidents; one that still fires overlaps all after it', () => {
  expect(changes([incident(0, 9)], [incident(10, 12)])).toEqual(['lost', 'gained']);
  expect(changes([incident(0, null)], [incident(10, 12)])).toEqual(['moved']);
});

test('of several that overlap, the one that begins with the same row is paired first', () => {
  const long = incident(10, 50);
  const [early, same, late] = [incident(8, 11), incident(10, 20), incident(30, 40)];
  const found = differences([long], [early, same, late]);
  expect(found.map(({ change }) => change)).toEqual(['gained', 'moved', 'gained']);
  expect(found[1]).toMatchObject({ old: long, new: same, moved: ['ended'] });
});

test('an incident is made of its steps: when it began, was raised and ended, and the worst of its severities', () => {
  const incidents = new Incidents();
  const step = { id: '1', startMs: 5, severity: 'warning' } as const;
  incidents.add(alert({ ...step, timeMs: 7, revision: 0 }));
  incidents.add(alert({ ...step, timeMs: 8, revision: 1, severity: 'critical', summary: 'worse' }));
  incidents.add(alert({ ...step, timeMs: 9, revision: 2, state: 'resolved', endMs: 9 }));
  expect(incidents.all).toMatchObject([
    { id: '1', startMs: 5, raisedMs: 7, endMs: 9, severity: 'critical', summary: alert().summary },
  ]);
});

import { expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/event/time.ts';
import { Calendar } from '../../src/feature/calendar.ts';
import { ClockChanges } from '../../src/feature/clock-changes.ts';
import { featureOptions } from '../../src/feature/options.ts';

const CHANGES = [
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['Europe/Berlin', '2026-03-29T01:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
] as const;

test.each(CHANGES)('in %s the change at %s is recent for two hours', (zone, at) => {
  const changes = new ClockChanges(zone);
  const recent = (minute: number) => changes.isRecent(Date.parse(at) + minute * MINUTE_MS);
  const found = [-1440, -120, -1, 0, 60, 120, 121, 1440, 2880].map(recent);
  expect(found).toEqual([false, false, false, true, true, true, false, false, false]);
});

test.each([
  ['America/New_York', '2026-03-08T02:00Z', '2026-03-08T02:59Z', '2026-03-08T03:00Z'],
  ['Europe/Berlin', '2026-03-29T02:00Z', '2026-03-29T02:59Z', '2026-03-29T03:00Z'],
  ['Australia/Lord_Howe', '2026-10-04T02:00Z', '2026-10-04T02:29Z', '2026-10-04T02:30Z'],
])('in %s the clock never shows %s … %s, and does show %s', (zone, first, last, next) => {
  const changes = new ClockChanges(zone);
  const skipped = [Date.parse(first) - 1, ...[first, last, next].map(Date.parse)].map((local) =>
    changes.skipped(local),
  );
  expect(skipped).toEqual([false, true, true, false]);
});

test('a clock that is set back skips nothing, and one that is never set has no changes', () => {
  expect(new ClockChanges('Europe/Berlin').skipped(Date.parse('2026-10-25T02:30Z'))).toBe(false);
  const changes = new ClockChanges('UTC');
  for (let day = 0; day < 366; day++) expect(changes.isRecent(Date.UTC(2026, 0, 1) + day * DAY_MS)).toBe(false);
});

test('a stream without a clock in its data has none either', () => {
  const at = Date.parse('2026-03-29T01:00Z');
  const changed = (options: object) =>
    new Calendar(featureOptions.parse({ zone: 'Europe/Berlin', ...options })).at(at).clockChanged;
  expect([changed({}), changed({ calendar: [] }), changed({ calendar: [], season: null })]).toEqual([
    true,
    true,
    false,
  ]);
});

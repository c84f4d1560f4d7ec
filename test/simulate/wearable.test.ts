import { describe, expect, test } from 'vitest';
import { newYorkTime } from '../../src/simulate/local-time.ts';
import { feverDegrees, feverShape } from '../../src/simulate/wearable/body.ts';
import { wearable } from '../../src/simulate/wearable/world.ts';
import type { SimulatedEvent } from '../../src/simulate/world.ts';
import { bySeries, correlation, deviation, episodes, eventsOf, mean, numbers } from './sampling.ts';

const people = bySeries(eventsOf(wearable, { people: 6, days: 14, faults: [] }));

function worn(events: readonly SimulatedEvent[]): SimulatedEvent[] {
  return events.filter(({ fields }) => fields.heart_rate !== null);
}

describe.each([...people.keys()])('a healthy person, %s', (name) => {
  const events = people.get(name) ?? [];

  test('takes the watch off for 1 to 15 % of the time, and then everything is missing', () => {
    const off = events.filter(({ fields }) => fields.heart_rate === null);
    expect(off.length / events.length).toBeGreaterThan(0.01);
    expect(off.length / events.length).toBeLessThan(0.15);
    for (const { fields } of off) expect([fields.steps, fields.skin_temperature]).toEqual([null, null]);
  });

  test('has a heart rate of a human, lower at night', () => {
    const rates = numbers(worn(events), 'heart_rate');
    expect(Math.min(...rates)).toBeGreaterThan(35);
    expect(Math.max(...rates)).toBeLessThanOrEqual(196);
    const resting = worn(events).filter(({ fields }) => fields.steps === 0);
    const at = (from: number, to: number) =>
      mean(
        numbers(
          resting.filter(({ timeMs }) => newYorkTime(timeMs).hour >= from && newYorkTime(timeMs).hour < to),
          'heart_rate',
        ),
      );
    expect(at(2, 5)).toBeLessThan(at(11, 19) - 6);
  });

  test('has a heart that follows the steps of this minute and the last ones', () => {
    const awake = worn(events).filter(({ timeMs }) => newYorkTime(timeMs).hour > 10 && newYorkTime(timeMs).hour < 20);
    expect(correlation(numbers(awake, 'heart_rate'), numbers(awake, 'steps'))).toBeGreaterThan(0.6);
  });

  test('walks a plausible number of steps a day and none in bed', () => {
    const steps = numbers(worn(events), 'steps').reduce((sum, value) => sum + value, 0) / 14;
    expect(steps).toBeGreaterThan(2_000);
    expect(steps).toBeLessThan(25_000);
    const night = worn(events).filter(({ timeMs }) => newYorkTime(timeMs).hour > 2 && newYorkTime(timeMs).hour < 4);
    expect(Math.max(...numbers(night, 'steps'))).toBe(0);
  });
});

describe('faults', () => {
  const options = { people: 6, days: 30, fault_rate: 0.2, seed: 4 };

  test('arrhythmia is fast and irregular from minute to minute, though nobody moves', () => {
    const found = episodes(eventsOf(wearable, { ...options, faults: ['arrhythmia'] })).filter(
      ({ length }) => length > 30,
    );
    expect(found.length).toBeGreaterThan(5);
    for (const events of found) {
      const resting = events.filter(({ fields }) => fields.steps === 0);
      const rates = numbers(resting, 'heart_rate');
      const before = people.get(events[0].series) ?? [];
      expect(mean(rates)).toBeGreaterThan(70);
      const jumps = (series: readonly number[]) => deviation(series.slice(1).map((rate, at) => rate - series[at]));
      const calm = numbers(worn(before), 'heart_rate').slice(60, 180);
      expect(jumps(rates)).toBeGreaterThan(3 * jumps(calm));
    }
  });

  test('fever lifts the skin by its degrees at its height, and the heart by about 8.5 beats for each', () => {
    const found = episodes(eventsOf(wearable, { ...options, faults: ['fever'] }));
    expect(found.length).toBeGreaterThan(5);
    const baseline = (field: string, name: string) => {
      const night = worn(people.get(name) ?? []).filter(({ timeMs }) => Math.abs(newYorkTime(timeMs).hour - 3) < 1);
      return mean(numbers(night, field));
    };
    const lifts = found.flatMap((events) => {
      const height = events.filter(
        ({ timeMs, fault }) =>
          fault !== undefined && feverShape(fault, timeMs) === 1 && Math.abs(newYorkTime(timeMs).hour - 3) < 1,
      );
      const fault = events[0].fault;
      if (height.length < 60 || fault === undefined) return [];
      const name = fault.series;
      const skin = mean(numbers(height, 'skin_temperature')) - baseline('skin_temperature', name);
      const heart = mean(numbers(height, 'heart_rate')) - baseline('heart_rate', name);
      return [{ skin: skin - feverDegrees(fault), heart: heart / feverDegrees(fault) }];
    });
    expect(lifts.length).toBeGreaterThan(3);
    expect(Math.abs(mean(lifts.map(({ skin }) => skin)))).toBeLessThan(0.2);
    expect(Math.abs(mean(lifts.map(({ heart }) => heart)) - 8.5)).toBeLessThan(1.5);
  });
});

import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../src/simulate/machine/rotor.ts';
import { machine } from '../../src/simulate/machine/world.ts';
import { bySeries, correlation, deviation, episodes, eventsOf, mean, numbers } from './sampling.ts';

const healthy = eventsOf(machine, { machines: 1, days: 1, faults: [] });

describe('a healthy machine', () => {
  test('has coupled channels: current follows load, vibration and pressure follow speed', () => {
    const of = (channel: string) => numbers(healthy, channel);
    expect(correlation(of('current'), of('load'))).toBeGreaterThan(0.95);
    expect(correlation(of('vibration'), of('speed'))).toBeGreaterThan(0.9);
    expect(correlation(of('pressure'), of('speed'))).toBeGreaterThan(0.9);
  });

  test('warms its bearing with a lag: today’s temperature follows the load of minutes ago better than that of now', () => {
    const temperature = numbers(healthy, 'bearing_temperature');
    const load = numbers(healthy, 'load');
    const lagged = (steps: number) => correlation(temperature.slice(steps), load.slice(0, load.length - steps));
    expect(lagged(30)).toBeGreaterThan(lagged(0) + 0.1);
  });

  test('repeats its cycle: speed resembles itself one cycle later more than half a cycle later', () => {
    const speed = numbers(healthy, 'speed').slice(0, 1_500);
    const itself = (steps: number) => correlation(speed.slice(steps), speed.slice(0, speed.length - steps));
    const lags = Array.from({ length: 150 }, (_, at) => at + 80);
    const best = lags.reduce((a, b) => (itself(b) > itself(a) ? b : a));
    expect(itself(best)).toBeGreaterThan(0.6);
    expect(itself(Math.round(best / 2))).toBeLessThan(0.3);
  });
});

/** Pairs of the same reading with the fault and without it, in one channel: faults leave the machine as it is. */
function twins(fault: string) {
  const options = { machines: 4, days: 1.5, fault_rate: 12, calm: '1h', seed: 3 };
  const plain = new Map(
    eventsOf(machine, { ...options, faults: [] }).map((event) => [event.series + event.timeMs, event]),
  );
  return episodes(eventsOf(machine, { ...options, faults: [fault] })).map((events) => {
    const channel = events[0].fault?.channel ?? '';
    const truth = events.flatMap((event) => plain.get(event.series + event.timeMs) ?? []);
    return { channel, shown: numbers(events, channel), truth: numbers(truth, channel), events, others: truth };
  });
}

function spec(channel: string) {
  return CHANNELS.find(({ name }) => name === channel) ?? expect.fail(channel);
}

describe('faults', () => {
  test.each(['spike', 'drift', 'noise', 'stuck'])('%s changes one channel and no other', (fault) => {
    const found = twins(fault);
    expect(found.length).toBeGreaterThan(15);
    for (const { channel, events, others } of found) {
      for (const { name } of CHANNELS) {
        if (name !== channel) expect(numbers(events, name)).toEqual(numbers(others, name));
      }
    }
  });

  test('a spike is one to three samples far off', () => {
    for (const { channel, shown, truth } of twins('spike')) {
      expect(shown.length).toBeGreaterThanOrEqual(1);
      expect(shown.length).toBeLessThanOrEqual(4);
      const far = Math.abs(shown[0] - truth[0]) >= 0.79 * spec(channel).span;
      expect(far || shown[0] === 0).toBe(true);
    }
  });

  test('drift grows from nothing to at least a seventh of the span', () => {
    for (const { channel, shown, truth } of twins('drift').filter(({ shown: { length } }) => length > 200)) {
      const off = shown.map((value, at) => Math.abs(value - truth[at]) / spec(channel).span);
      expect(mean(off.slice(0, 5))).toBeLessThan(0.05);
      const floored = shown.slice(-5).some((value) => value === 0);
      expect(floored || mean(off.slice(-5)) > 0.14).toBe(true);
    }
  });

  test('noise widens the readings and keeps their mean', () => {
    for (const { channel, shown, truth } of twins('noise').filter(({ shown: { length } }) => length > 100)) {
      const added = shown.flatMap((value, at) => (value > 0 ? [value - truth[at]] : []));
      expect(deviation(added)).toBeGreaterThan(5 * spec(channel).noise);
      if (added.length < shown.length) continue;
      expect(Math.abs(mean(added))).toBeLessThan((5 * deviation(added)) / Math.sqrt(added.length));
    }
  });

  test('a stuck sensor repeats its first value', () => {
    for (const { shown } of twins('stuck')) expect(new Set(shown).size).toBe(1);
  });
});

test('the interval changes the rate of samples, not the length of the day', () => {
  const [slow] = bySeries(eventsOf(machine, { machines: 1, days: 0.1, interval: '1m' })).values();
  expect(slow.length).toBe(144);
});

import { describe, expect, test } from 'vitest';
import { Dice } from '../../src/simulate/dice.ts';
import { newYorkTime } from '../../src/simulate/local-time.ts';
import { Garch } from '../../src/simulate/market/garch.ts';
import { bars, volatilityProfile } from '../../src/simulate/market/session.ts';
import { market } from '../../src/simulate/market/world.ts';
import type { SimulatedEvent } from '../../src/simulate/world.ts';
import { bySeries, correlation, deviation, episodes, eventsOf, grouped, mean, numbers } from './sampling.ts';

function kurtosis(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 4)) / deviation(values) ** 4;
}

describe('GARCH shocks', () => {
  const garch = new Garch(new Dice(7, 'garch'));
  const shocks = Array.from({ length: 200_000 }, () => garch.next());

  test('have mean 0 and a long-run variance near 1', () => {
    expect(Math.abs(mean(shocks))).toBeLessThan(0.02);
    expect(deviation(shocks) ** 2).toBeGreaterThan(0.8);
    expect(deviation(shocks) ** 2).toBeLessThan(1.25);
  });

  test('have fat tails: kurtosis well above the 3 of a normal', () => {
    expect(kurtosis(shocks)).toBeGreaterThan(5);
  });

  test('cluster: their sizes are correlated over many steps, they themselves are not', () => {
    const sizes = shocks.map(Math.abs);
    for (const lag of [1, 10, 30]) {
      expect(correlation(sizes.slice(lag), sizes.slice(0, -lag))).toBeGreaterThan(0.03);
      expect(Math.abs(correlation(shocks.slice(lag), shocks.slice(0, -lag)))).toBeLessThan(0.03);
    }
  });
});

test('the volatility profile has a quadratic mean of 1, its peak at the open and its trough in the middle', () => {
  const profile = Array.from({ length: 10_000 }, (_, at) => volatilityProfile((at + 0.5) / 10_000));
  expect(mean(profile.map((value) => value * value))).toBeCloseTo(1, 3);
  expect(profile[0]).toBeGreaterThan(profile[9_999]);
  expect(profile[9_999]).toBeGreaterThan(profile[5_000]);
});

describe('sessions', () => {
  const year = [...bars(Date.parse('2026-01-01T05:00:00Z'), Date.parse('2027-01-01T05:00:00Z'), 1_800_000)];

  test('run Monday to Friday from 9:30 to 16:00 in New York, in winter and in summer', () => {
    for (const { timeMs } of year) {
      const { weekday, hour } = newYorkTime(timeMs);
      expect(weekday % 6).not.toBe(0);
      expect(hour).toBeGreaterThanOrEqual(9.5);
      expect(hour).toBeLessThan(16);
    }
    expect(new Set(year.map(({ iso }) => iso.slice(11, 16)))).toContain('13:30');
    expect(year.length).toBe(261 * 13);
  });

  test('have a trading clock that stands still at night', () => {
    expect(year.map(({ tradingMs }) => tradingMs)).toEqual(year.map((_, at) => at * 1_800_000));
  });
});

function returns(events: readonly SimulatedEvent[]): number[] {
  const days = [...grouped(events, ({ timeMs }) => newYorkTime(timeMs).day).values()];
  return days.flatMap((day) => {
    const prices = numbers(day, 'price').map(Math.log);
    return prices.slice(1).map((price, at) => price - prices[at]);
  });
}

describe('healthy shares', () => {
  const shares = bySeries(eventsOf(market, { symbols: 3, days: 56, faults: [] }));
  const [first, second] = [...shares.values()];

  test('have returns with fat tails within the session', () => {
    for (const events of shares.values()) expect(kurtosis(returns(events))).toBeGreaterThan(4.5);
  });

  test('move together: a common factor', () => {
    expect(correlation(returns(first), returns(second))).toBeGreaterThan(0.2);
    expect(correlation(returns(first), returns(second))).toBeLessThan(0.8);
  });

  test('have a day of 0.7 to 3 % and trade more when they move more', () => {
    const daily = deviation(returns(first)) * Math.sqrt(390);
    expect(daily).toBeGreaterThan(0.007);
    expect(daily).toBeLessThan(0.03);
    const sizes = returns(first).map(Math.abs);
    const volumes = [...grouped(first, ({ timeMs }) => newYorkTime(timeMs).day).values()].flatMap((day) =>
      numbers(day, 'volume').slice(1),
    );
    expect(correlation(sizes, volumes)).toBeGreaterThan(0.15);
  });

  test('trade most at the close and least around noon', () => {
    const at = (from: number, to: number) =>
      mean(
        numbers(
          first.filter(({ timeMs }) => newYorkTime(timeMs).hour >= from && newYorkTime(timeMs).hour < to),
          'volume',
        ),
      );
    expect(at(15.9, 16)).toBeGreaterThan(2 * at(12, 13));
    expect(at(9.5, 9.6)).toBeGreaterThan(1.5 * at(12, 13));
  });
});

describe('faults', () => {
  const options = { symbols: 4, days: 28, fault_rate: 1.5, seed: 2 };
  const plain = new Map(
    eventsOf(market, { ...options, faults: [] }).map((event) => [event.series + event.timeMs, event]),
  );

  function twins(fault: string) {
    const found = episodes(eventsOf(market, { ...options, faults: [fault] })).map((events) => {
      return { events, truth: events.flatMap((event) => plain.get(event.series + event.timeMs) ?? []) };
    });
    expect(found.length).toBeGreaterThan(20);
    return found;
  }

  function ratios(field: string, { events, truth }: ReturnType<typeof twins>[number]): number[] {
    const fair = numbers(truth, field);
    return numbers(events, field).map((value, at) => value / fair[at]);
  }

  test('a bad tick is one bar, at least 3 % off, and the next one is right', () => {
    for (const twin of twins('bad_tick')) {
      expect(twin.events.length).toBe(1);
      expect(Math.abs(ratios('price', twin)[0] - 1)).toBeGreaterThan(0.029);
    }
  });

  test('a flash crash falls by 3 to 10 %, mostly recovers, and is traded heavily', () => {
    for (const twin of twins('flash_crash').filter(({ events }) => events.length >= 15)) {
      const price = ratios('price', twin);
      expect(Math.min(...price)).toBeGreaterThan(0.895);
      expect(Math.min(...price)).toBeLessThan(0.97);
      expect(price.indexOf(Math.min(...price))).toBeLessThan(price.length / 2);
      expect(Math.max(...ratios('volume', twin))).toBeGreaterThan(4);
    }
  });

  test('a stale quote repeats price and spread while the volume continues', () => {
    for (const { events } of twins('stale_quote')) {
      expect(new Set(numbers(events, 'price')).size).toBe(1);
      expect(new Set(numbers(events, 'spread')).size).toBe(1);
      if (events.length > 5) expect(new Set(numbers(events, 'volume')).size).toBeGreaterThan(3);
    }
  });

  test('a volume burst multiplies the volume by 6 or more and leaves the price', () => {
    for (const twin of twins('volume_burst')) {
      expect(Math.min(...ratios('volume', twin))).toBeGreaterThan(5.9);
      expect(ratios('price', twin).every((ratio) => ratio === 1)).toBe(true);
    }
  });

  test('no fault continues overnight', () => {
    for (const fault of ['stale_quote', 'flash_crash', 'volume_burst']) {
      for (const { events } of twins(fault)) {
        expect(new Set(events.map(({ timeMs }) => newYorkTime(timeMs).day)).size).toBe(1);
      }
    }
  });
});

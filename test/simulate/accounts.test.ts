import { describe, expect, test } from 'vitest';
import { accounts } from '../../src/simulate/accounts/world.ts';
import { newYorkTime } from '../../src/simulate/local-time.ts';
import type { SimulatedEvent } from '../../src/simulate/world.ts';
import { bySeries, deviation, episodes, eventsOf, mean, numbers } from './sampling.ts';

const OPTIONS = { accounts: 40, days: 90, calm: '10d', fault_rate: 0.05, seed: 3 };
const honest = eventsOf(accounts, { ...OPTIONS, faults: [] });
const purchases = honest.filter(({ fields }) => fields.kind === 'purchase');

describe('honest customers', () => {
  test('buy about as often as asked, each at a rate of their own', () => {
    const rates = [...bySeries(purchases).values()].map(({ length }) => length / 90);
    expect(mean(rates)).toBeGreaterThan(3);
    expect(mean(rates)).toBeLessThan(5.2);
    expect(deviation(rates)).toBeGreaterThan(0.8);
  });

  test('spend log-normally: the logarithm of the amounts is near symmetric, the amounts are skewed', () => {
    const [one] = bySeries(purchases).values();
    const amounts = numbers(one, 'amount').sort((a, b) => a - b);
    const logs = amounts.map(Math.log);
    expect(mean(amounts)).toBeGreaterThan(1.15 * amounts[Math.floor(amounts.length / 2)]);
    expect(Math.abs(mean(logs) - logs[Math.floor(logs.length / 2)])).toBeLessThan(0.3);
  });

  test('have amounts of their own: they differ between customers more than chance allows', () => {
    const medians = [...bySeries(purchases).values()].map((events) => mean(numbers(events, 'amount').map(Math.log)));
    expect(deviation(medians)).toBeGreaterThan(0.3);
  });

  test('stay within reach, at few terminals, by day', () => {
    for (const events of bySeries(purchases).values()) {
      expect(new Set(events.map(({ fields }) => fields.counterparty)).size).toBeLessThanOrEqual(25);
      expect(mean(numbers(events, 'distance_km'))).toBeLessThan(25);
    }
    const night = purchases.filter(({ timeMs }) => newYorkTime(timeMs).hour < 5);
    expect(night.length).toBe(0);
  });

  test('pay with few devices of their own, and seldom abroad', () => {
    for (const events of bySeries(purchases).values()) {
      expect(new Set(events.map(({ fields }) => fields.device)).size).toBeLessThanOrEqual(8);
    }
    const abroad = purchases.filter(({ fields }) => fields.country !== 'US').length / purchases.length;
    expect(abroad).toBeGreaterThan(0.005);
    expect(abroad).toBeLessThan(0.05);
  });

  test('get wages and pay rent once a month', () => {
    for (const events of bySeries(honest).values()) {
      expect(events.filter(({ fields }) => fields.category === 'wages').length).toBeGreaterThanOrEqual(2);
      expect(events.filter(({ fields }) => fields.category === 'rent').length).toBeGreaterThanOrEqual(2);
    }
  });
});

function fraud(fault: string): readonly SimulatedEvent[][] {
  const found = episodes(eventsOf(accounts, { ...OPTIONS, faults: [fault] }));
  expect(found.length).toBeGreaterThan(10);
  return found;
}

describe('fraud', () => {
  test('by card comes mostly from a device that the customer never used, and often from abroad', () => {
    const known = new Set(purchases.map(({ series, fields }) => `${series} ${fields.device}`));
    const loot = fraud('stolen_card');
    const isNew = loot.filter(([{ series, fields }]) => !known.has(`${series} ${fields.device}`));
    const isAbroad = loot.filter(([{ fields }]) => fields.country !== 'US');
    expect(isNew.length / loot.length).toBeGreaterThan(0.55);
    expect(isNew.length).toBeLessThan(loot.length);
    expect(isAbroad.length / loot.length).toBeGreaterThan(0.2);
    for (const payments of loot) expect(new Set(payments.map(({ fields }) => fields.device)).size).toBe(1);
  });

  test('adds payments and leaves the honest ones as they are', () => {
    const all = eventsOf(accounts, OPTIONS);
    expect(all.length).toBeGreaterThan(honest.length);
    expect(all.filter(({ fault }) => fault === undefined)).toEqual(honest);
  });

  test('with a stolen card is a quick series of purchases far above the usual amount', () => {
    for (const events of fraud('stolen_card')) {
      const usual = mean(numbers(bySeries(purchases).get(events[0].series) ?? [], 'amount'));
      expect(mean(numbers(events, 'amount'))).toBeGreaterThan(2 * usual);
      expect(events[events.length - 1].timeMs - events[0].timeMs).toBeLessThanOrEqual(12 * 3_600_000);
    }
  });

  test('through a terminal befalls only customers who paid there, within two days', () => {
    const found = fraud('compromised_terminal');
    expect(new Set(found.map(([{ series }]) => series)).size).toBeGreaterThan(3);
    for (const [{ series, fault, timeMs }] of found) {
      const skimmed = purchases.find((event) => event.series === series && event.timeMs === fault?.startMs);
      expect(skimmed).toBeDefined();
      expect(timeMs).toBeGreaterThan(skimmed?.timeMs ?? Infinity);
      expect(timeMs - (skimmed?.timeMs ?? 0)).toBeLessThanOrEqual(2 * 86_400_000);
    }
  });

  test('by structuring is cash just below the threshold, over days', () => {
    const found = fraud('structuring');
    for (const events of found) {
      for (const { fields } of events) {
        expect(fields.kind).toBe('cash_deposit');
        expect(fields.amount).toBeGreaterThanOrEqual(8_490);
        expect(fields.amount).toBeLessThan(10_000);
      }
    }
    const whole = found.filter(([{ fault }]) => (fault?.endMs ?? Infinity) < Date.parse('2026-04-01T00:00:00Z'));
    expect(Math.min(...whole.map(({ length }) => length))).toBeGreaterThanOrEqual(2);
    const other = eventsOf(accounts, { ...OPTIONS, faults: ['structuring'], threshold: 3_000 });
    for (const { fields, fault } of other) if (fault !== undefined) expect(fields.amount).toBeLessThan(3_000);
  });

  test('by fan-in is many different senders of like amounts within two days', () => {
    for (const events of fraud('fan_in').filter(({ length }) => length > 7)) {
      expect(new Set(events.map(({ fields }) => fields.counterparty)).size).toBe(events.length);
      const amounts = numbers(events, 'amount');
      expect(deviation(amounts) / mean(amounts)).toBeLessThan(0.3);
      expect(events[events.length - 1].timeMs - events[0].timeMs).toBeLessThanOrEqual(2 * 86_400_000);
    }
  });

  test('by pass-through sends on 90 to 98 % of what came, within three hours', () => {
    const ended = Date.parse('2026-04-04T00:00:00Z');
    for (const events of fraud('pass_through').filter((episode) => (episode[0].fault?.endMs ?? Infinity) < ended)) {
      const sum = (kind: string) =>
        numbers(
          events.filter(({ fields }) => fields.kind === kind),
          'amount',
        ).reduce((total, amount) => total + amount, 0);
      expect(sum('transfer_out') / sum('transfer_in')).toBeGreaterThan(0.899);
      expect(sum('transfer_out') / sum('transfer_in')).toBeLessThan(0.981);
      expect(events[0].fields.kind).toBe('transfer_in');
    }
  });
});

import { describe, expect, test } from 'vitest';
import { TruthLedger } from '../../src/simulate/truth.ts';
import type { World } from '../../src/simulate/world.ts';
import { worlds } from '../../src/simulate/worlds.ts';
import { episodes, eventsOf } from './sampling.ts';

/** Enough days, and faults often enough, that each world shows several. */
const BRIEF: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  thermostat: { homes: 3, days: 8, calm: '1d', fault_rate: 1 },
  machine: { machines: 3, days: 0.5, calm: '1h', fault_rate: 20 },
  wearable: { people: 3, days: 6, calm: '1d', fault_rate: 1 },
  market: { symbols: 3, days: 5, calm: '1d', fault_rate: 3 },
  accounts: { accounts: 20, days: 40, calm: '5d', fault_rate: 0.1 },
};

function bytes(world: World, options: Readonly<Record<string, unknown>>): string {
  return eventsOf(world, options)
    .map(({ fields }) => JSON.stringify(fields))
    .join('\n');
}

describe.each(worlds.map((world) => ({ name: world.name, world })))('the world $name', ({ name, world }) => {
  const brief = BRIEF[name];

  test('is the same byte for byte with the same seed, and another with another', () => {
    const first = bytes(world, { ...brief, seed: 5 });
    expect(bytes(world, { ...brief, seed: 5 })).toBe(first);
    expect(bytes(world, { ...brief, seed: 6 })).not.toBe(first);
  });

  test('continues where a shorter one ended', () => {
    const long = bytes(world, { ...brief, days: 5 });
    const short = bytes(world, { ...brief, days: 3 });
    expect(long.startsWith(short)).toBe(true);
    expect(long.length).toBeGreaterThan(short.length);
  });

  test('gives events in the order of time, with key and time inside', () => {
    const events = eventsOf(world, brief);
    events.forEach((event, at) => {
      if (at > 0 && event.timeMs < events[at - 1].timeMs) expect.fail(`event ${at} goes back in time`);
      expect(event.fields[world.key]).toBe(event.series);
      expect(Date.parse(String(event.fields.time))).toBe(event.timeMs);
    });
  });

  test('writes its channels as finite numbers or null', () => {
    for (const { fields } of eventsOf(world, brief)) {
      for (const channel of world.channels) {
        const value = fields[channel];
        if (value !== null && !Number.isFinite(value)) expect.fail(`${channel} is ${value}`);
      }
    }
  });

  test('shows no fault in the calm time, none without faults, and only known ones later', () => {
    const events = eventsOf(world, brief);
    const first = events.find(({ fault }) => fault !== undefined);
    const { start, calm } = world.options.parse(brief);
    expect(first?.timeMs).toBeGreaterThan(Date.parse(String(start)) + Number(calm));
    const seen = new Set(events.flatMap(({ fault }) => (fault === undefined ? [] : [fault.fault])));
    expect(seen.size).toBeGreaterThanOrEqual(2);
    for (const fault of seen) expect(world.faults).toContain(fault);
    for (const quiet of [{ faults: [] }, { fault_rate: 0 }]) {
      expect(eventsOf(world, { ...brief, ...quiet }).some(({ fault }) => fault !== undefined)).toBe(false);
    }
  });

  test('can be given the faults that occur', () => {
    const [chosen] = world.faults;
    const events = eventsOf(world, { ...brief, faults: [chosen] });
    expect(new Set(events.flatMap(({ fault }) => (fault === undefined ? [] : [fault.fault])))).toEqual(
      new Set([chosen]),
    );
  });

  test('has a truth whose bounds are the first and the last record that show the fault', () => {
    const events = eventsOf(world, brief);
    const ledger = new TruthLedger();
    for (const event of events) ledger.see(event);
    const truths = ledger.records();
    expect(truths.length).toBeGreaterThan(2);
    expect(truths.reduce((sum, truth) => sum + truth.events, 0)).toBe(
      events.filter(({ fault }) => fault !== undefined).length,
    );
    const expected = episodes(events).map((shown) => [shown[0].timeMs, shown[shown.length - 1].timeMs, shown.length]);
    expect(truths.map(({ startMs, endMs, events: count }) => [startMs, endMs, count])).toEqual(expected);
  });

  test('refuses an option it does not know', () => {
    expect(world.options.safeParse({ homez: 3 }).success).toBe(false);
  });
});

test('names of worlds and of faults are unique', () => {
  const names = worlds.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { faults } of worlds) expect(new Set(faults).size).toBe(faults.length);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { SourceRecord } from '../../src/event/record.ts';
import { worlds } from '../../src/simulate/worlds.ts';
import { simulate } from '../../src/source/simulate.ts';

const calm = new AbortController().signal;

async function read(input: object, from = 0, signal = calm): Promise<SourceRecord[]> {
  const source = await simulate.open(simulate.config.parse({ kind: 'simulate', ...input }));
  const records: SourceRecord[] = [];
  for await (const batch of source.read(from, signal)) records.push(...batch);
  await source.close();
  return records;
}

function texts(records: readonly SourceRecord[]): string[] {
  return records.map(({ value }) => new TextDecoder().decode(value));
}

describe.each(worlds.map(({ name }) => name))('the source of the world %s', (world) => {
  test('gives JSON records whose offsets count them, and ends at max_records', async () => {
    const records = await read({ world, max_records: 2_500 });
    expect(records.length).toBe(2_500);
    expect(records.map(({ offset }) => offset)).toEqual(records.map((_, at) => at));
    expect(records.every(({ offset, next }) => next === offset + 1)).toBe(true);
    for (const text of texts(records)) expect(JSON.parse(text)).toHaveProperty('time');
  });

  test('continues where it was left: what follows a record does not depend on what was read before', async () => {
    const whole = await read({ world, max_records: 1_500 });
    for (const at of [0, 1, 999, 1_000, 1_001, 1_499]) {
      expect(await read({ world, max_records: 1_500 }, whole[at].next)).toEqual(whole.slice(at + 1));
    }
    expect(await read({ world, max_records: 1_500 }, 5_000)).toEqual([]);
  });
});

test('a paced world gives its records at the speed asked for, and the same ones', async () => {
  const began = performance.now();
  const input = { world: 'machine', machines: 1, interval: '1s', max_records: 11 };
  const paced = await read({ ...input, speed: 50 });
  expect(performance.now() - began).toBeGreaterThan(190);
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(texts(paced)).toEqual(texts(await read(input)));
});

test('a paced world that is resumed paces from there, not from its beginning', async () => {
  const began = performance.now();
  const records = await read({ world: 'machine', machines: 1, interval: '1s', max_records: 1_002, speed: 50 }, 1_000);
  expect(records.length).toBe(2);
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('a live world comes at once up to now, and then as time goes', async () => {
  const began = Date.now();
  const start = new Date(began - 60_000).toISOString();
  const records = await read({ world: 'machine', machines: 1, interval: '1s', live: true, start, max_records: 62 });
  expect(records.length).toBe(62);
  const last = Date.parse(JSON.parse(texts(records)[61]).time);
  expect(last).toBeGreaterThan(began);
  expect(Date.now()).toBeGreaterThanOrEqual(last);
  expect(Date.now() - began).toBeLessThan(10_000);
});

test('an abort ends the wait for the next record at once', async () => {
  const controller = new AbortController();
  const began = performance.now();
  const reading = read({ world: 'machine', machines: 1, interval: '1s', speed: 0.001 }, 0, controller.signal);
  await sleep(20);
  controller.abort();
  expect((await reading).length).toBe(1);
  expect(performance.now() - began).toBeLessThan(1_000);
});

test('an abort ends a world without end, and one that still skips', async () => {
  for (const from of [0, 1e12]) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const records = await read({ world: 'wearable' }, from, controller.signal);
    expect(records.length > 0).toBe(from === 0);
  }
});

describe('the configuration', () => {
  test('knows the options of its own world only', () => {
    const fits = (input: object) => simulate.config.safeParse({ kind: 'simulate', ...input }).success;
    expect(fits({ world: 'thermostat', homes: 3, speed: 3600 })).toBe(true);
    expect(fits({ world: 'thermostat', machines: 3 })).toBe(false);
    expect(fits({ world: 'weather' })).toBe(false);
    expect(fits({ world: 'market', speed: 0 })).toBe(false);
    expect(fits({ world: 'market', speed: 'fast' })).toBe(false);
  });
});

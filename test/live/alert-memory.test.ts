import { expect, test } from 'vitest';
import { AlertMemory } from '../../src/live/alert-memory.ts';
import { Live } from '../../src/live/live.ts';
import { pageOptions } from '../../src/live/options.ts';
import type { AlertRecord } from '../../src/live/schema.ts';
import { alert, score } from '../sink/outputs.ts';

const ID = 'a'.repeat(16);
const step = (n: number, more: Partial<Parameters<typeof alert>[0]> = {}) =>
  alert({ id: ID, series: 'hall', revision: n, timeMs: n * 60_000, startMs: 0, summary: `step ${n}`, ...more });
const signature = { reason: 'spike', channel: 'inside', outlines: [[1, 2]] };

/** What a process that saw these steps has of the alert. */
function seen(steps: readonly ReturnType<typeof step>[], isExplained = false): AlertRecord {
  const channels = [{ name: 'inside', unit: '°C' }];
  const live = new Live([{ name: 'thermostat', channels }], pageOptions.parse({}));
  const [inside] = score().channels;
  for (const each of steps) {
    const row = score({ series: 'hall', timeMs: each.timeMs, channels: [inside] });
    live.emitted('thermostat', [row, each], isExplained ? [{ id: ID, signature }] : []);
  }
  const [found] = live.alerts;
  return found;
}

const resolved = step(3, { state: 'resolved', endMs: 180_000 });

test('an alert that another process ends keeps what the first has seen of it', () => {
  const memory = new AlertMemory(10);
  memory.take(seen([step(0), step(1)], true));
  memory.take(seen([step(2), resolved]));
  const [found] = memory.all;
  expect(found).toMatchObject({ state: 'resolved', revision: 3, endMs: 180_000, signature, summary: 'step 1' });
  expect(found.steps.map(({ summary }) => summary)).toEqual(['step 0', 'step 1', 'step 2', 'step 3']);
  expect(found.parts).toHaveLength(1);
  expect(memory.firing()).toBe(0);
});

test('an alert that fires on in another process is as that one has it, and keeps its signature and first steps', () => {
  const memory = new AlertMemory(10);
  memory.take(seen([step(0)], true));
  memory.take(seen([step(2)]));
  expect(memory.all).toMatchObject([{ state: 'firing', revision: 2, summary: 'step 2', signature }]);
  expect(memory.all[0].steps).toHaveLength(2);
  expect([memory.firing(), memory.firing('thermostat'), memory.firing('other')]).toEqual([1, 1, 0]);
});

test('an older step that comes late changes nothing, and no more alerts are kept than may be', () => {
  const memory = new AlertMemory(2);
  memory.take(seen([step(0), step(1), resolved], true));
  memory.take(seen([step(0), step(1)]));
  expect(memory.all).toMatchObject([{ state: 'resolved', signature }]);
  for (const id of ['b', 'c']) memory.take({ ...seen([step(0)]), id: id.repeat(16) });
  expect(memory.all.map(({ id }) => id[0])).toEqual(['b', 'c']);
});

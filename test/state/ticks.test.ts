import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLevel } from '../../src/state/level.ts';
import { encode } from '../../src/store/codec.ts';
import type { Commit, Store } from '../../src/store/store.ts';
import { withTicks } from '../../src/store/tick.ts';
import { commitAll, nthChanges, nthCommit, nthOutput, opened, temporaryFolder } from './sample.ts';

const tick = (number: number, offset: number) => ({ number, offset, silentMs: number + 0.5 });

const checkpoint = (store: Store, n: number, more: Partial<Commit> = {}): Promise<void> =>
  store.checkpoint('a', nthChanges(n), () => ({ ...nthCommit(n), ...more }));

test('ticks since the checkpoint are restored, those at its own offset as well if they came after it', async () => {
  const folder = temporaryFolder();
  const first = await opened(folder);
  await commitAll(first.store, 'a', 0, 3);
  await checkpoint(first.store, 3, { ticks: [tick(0, 3), tick(1, 4)], lastSeenMs: 77 });
  await first.store.commit('a', { outputs: [nthOutput(4)], offset: 4, ticks: [tick(2, 4)], lastSeenMs: 78 });
  await first.store.commit('a', { outputs: [], offset: 9, ticks: [tick(3, 8)], lastSeenMs: 79 });
  await first.store.close();
  const { store } = await opened(folder);
  const ticks = [tick(2, 4), tick(3, 8)];
  expect(await store.restore('a')).toMatchObject({ checkpoint: 4, offset: 9, ticks, ticked: 4, lastSeenMs: 79 });
  expect(await store.restore('b')).toMatchObject({ ticks: [], ticked: 0, lastSeenMs: undefined });
  await store.close();
});

test('a checkpoint forgets the ticks before it, once no copy needs them', async () => {
  const folder = temporaryFolder();
  const { store } = await opened(folder);
  await store.commit('a', { outputs: [], offset: 5, ticks: [tick(0, 4), tick(1, 5)] });
  await store.checkpoint('a', [], () => ({ outputs: [], offset: 6 }));
  expect(await store.restore('a')).toMatchObject({ ticks: [], ticked: 2 });
  await store.close();
  const level = await openLevel(join(folder, 'live'));
  expect(await level.keys({ gte: 'k/', lt: 'k0' }).all()).toEqual([]);
  await level.close();
});

test('a fall-back keeps the ticks of the damaged state: they are to happen again in their places', async () => {
  const folder = temporaryFolder();
  const options = { backups: 1, now: () => Date.now() };
  const first = await opened(folder, options);
  await checkpoint(first.store, 0, { ticks: [tick(0, 1)] });
  await first.store.close();
  const second = await opened(folder, options);
  await checkpoint(second.store, 1);
  await checkpoint(second.store, 2, { ticks: [tick(1, 3)] });
  await checkpoint(second.store, 3, { ticks: [tick(2, 4)] });
  await second.store.close();
  const level = await openLevel(join(folder, 'live'));
  await level.put('t/a/series 1/2', encode('elsewhere', null));
  await level.close();

  const { store, events } = await opened(folder, options);
  expect(events).toMatchObject([{ what: 'fell-back' }]);
  const { ticks, ticked, offset } = await store.restore('a');
  expect([ticks, ticked]).toEqual([[tick(1, 3), tick(2, 4)], 1]);
  expect(offset).toBe(1);
  await checkpoint(store, 2, { ticks: [tick(1, 3)] });
  expect(await store.restore('a')).toMatchObject({ ticks: [tick(2, 4)], ticked: 2 });
  await store.close();
});

test('of two ticks with one number the newer counts', () => {
  const newer = { ...tick(1, 5), silentMs: 9 };
  expect(withTicks([tick(0, 4), tick(1, 5)], [newer, tick(2, 6)])).toEqual([tick(0, 4), newer, tick(2, 6)]);
});

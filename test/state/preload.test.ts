import { expect, test } from 'vitest';
import type { Entry } from '../../src/store/store.ts';
import { commitAll, nthOutput, opened, restoredWhole, temporaryFolder } from './sample.ts';

const learned: readonly Entry[] = [
  ['series 0', new Uint8Array([9])],
  ['series x', new Uint8Array([8])],
];

test('a new task is preloaded with a state, and what it emits then has the numbers after the outputs of the history', async () => {
  const folder = temporaryFolder();
  const first = await opened(folder);
  expect(first.store.isNew('a')).toBe(true);
  await first.store.preload('a', learned, 40);
  expect(first.store.isNew('a')).toBe(false);
  await first.store.close();
  const { store } = await opened(folder);
  expect(await restoredWhole(store, 'a')).toMatchObject({ entries: new Map(learned), checkpoint: 0, offset: 0 });
  await store.commit('a', { outputs: [nthOutput(0)], offset: 1 });
  expect(await store.read('a', 's', 0, 10)).toEqual([{ sequence: 40, output: nthOutput(0) }]);
  await store.close();
});

test('a sink that is new begins with the first output that is kept, and waits for it', async () => {
  const { store } = await opened(temporaryFolder());
  await store.preload('a', learned, 40);
  expect(await store.cursor('a', 'new')).toBe(40);
  let woken = false;
  const waiting = store.waitFor('a', 's', 40, new AbortController().signal).then(() => {
    woken = true;
  });
  await store.cursor('a', 'new');
  expect(woken).toBe(false);
  await store.commit('a', { outputs: [nthOutput(0)], offset: 1 });
  await waiting;
  await store.close();
});

test('a state that is replaced is gone; its place in the source and its undelivered outputs are not', async () => {
  const folder = temporaryFolder();
  const first = await opened(folder);
  await commitAll(first.store, 'a', 0, 23);
  await commitAll(first.store, 'b', 0, 3);
  const other = await restoredWhole(first.store, 'b');
  await first.store.preload('a', learned, 40);
  await first.store.close();
  const { store } = await opened(folder);
  expect(await restoredWhole(store, 'a')).toMatchObject({ entries: new Map(learned), checkpoint: 23, offset: 23 });
  expect(await restoredWhole(store, 'b')).toEqual(other);
  await store.commit('a', { outputs: [nthOutput(23)], offset: 24 });
  expect((await store.read('a', 's', 0, 100)).map(({ sequence }) => sequence)).toEqual([...Array(24).keys()]);
  await store.close();
});

test('what is cut short before it counts leaves the state as it was', async () => {
  const folder = temporaryFolder();
  const first = await opened(folder);
  await commitAll(first.store, 'a', 0, 23);
  const before = await restoredWhole(first.store, 'a');
  function* broken(): Generator<Entry> {
    yield* learned;
    throw new Error('cut short');
  }
  await expect(first.store.preload('a', broken(), 40)).rejects.toThrow('cut short');
  expect(await restoredWhole(first.store, 'a')).toEqual(before);
  await first.store.close();
});

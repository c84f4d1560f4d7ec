import { expect, test } from 'vitest';
import type { Plain } from '../../src/event/plain.ts';
import {
  commitAll,
  entriesAfter,
  noTicks,
  nthCommit,
  nthOutput,
  opened,
  restoredWhole,
  temporaryFolder,
} from './sample.ts';

test('what was committed is restored, by whoever opens the folder next', async () => {
  const folder = temporaryFolder();
  const first = await opened(folder);
  await commitAll(first.store, 'thermostat', 0, 23);
  await first.store.close();
  const { store } = await opened(folder);
  expect(await restoredWhole(store, 'thermostat')).toEqual({
    entries: entriesAfter(23),
    checkpoint: 23,
    offset: 23,
    ...noTicks,
  });
  const outbox = await store.read('thermostat', 's', 0, 100);
  expect(outbox).toEqual(Array.from({ length: 23 }, (_, n) => ({ sequence: n, output: nthOutput(n) })));
  await store.close();
});

test('tasks share a folder and nothing else, whatever their names', async () => {
  const { store } = await opened(temporaryFolder());
  const names = ['a', 'a/b', 'a%2f;b', '', 'a0', '\ud800', '\udc00'];
  for (const [i, name] of names.entries()) await commitAll(store, name, 0, i + 1);
  for (const [i, name] of names.entries()) {
    expect(await restoredWhole(store, name)).toEqual({
      entries: entriesAfter(i + 1),
      checkpoint: i + 1,
      offset: i + 1,
      ...noTicks,
    });
    expect((await store.read(name, 's', 0, 100)).map(({ sequence }) => sequence)).toEqual([...Array(i + 1).keys()]);
  }
  await store.close();
});

test('an entry keeps its name, whatever characters it is made of', async () => {
  const { store } = await opened(temporaryFolder());
  const names = ['', '/', '%', '%2f;', 'ä/ö', '\ud800', '\udfff\ud800', '\u{10ffff}', '__proto__', '\0'];
  const changes = new Map(names.map((name, i) => [name, new Uint8Array([i])]));
  await store.checkpoint('t', changes, () => ({ outputs: [], offset: 1 }));
  expect((await restoredWhole(store, 't')).entries).toEqual(changes);
  await store.close();
});

test('what is committed without a checkpoint moves the offset, and leaves the state as it is', async () => {
  const folder = temporaryFolder();
  const first = await opened(folder);
  await commitAll(first.store, 'a', 0, 4);
  await first.store.commit('a', { outputs: [nthOutput(4)], offset: 5 });
  expect(first.store.replayFrom('a')).toBe(4);
  await first.store.close();
  const { store } = await opened(folder);
  expect(await restoredWhole(store, 'a')).toEqual({ entries: entriesAfter(4), checkpoint: 4, offset: 5, ...noTicks });
  expect(await store.read('a', 's', 4, 9)).toEqual([{ sequence: 4, output: nthOutput(4) }]);
  await store.close();
});

test('outputs keep every number as it was', async () => {
  const { store } = await opened(temporaryFolder());
  const output = { ...nthOutput(0), timeMs: -0, endMs: Number.POSITIVE_INFINITY };
  await store.commit('t', { ...nthCommit(0), outputs: [output] });
  expect((await store.read('t', 's', 0, 1))[0]?.output).toStrictEqual(output);
  await store.close();
});

test('whoever waits for an output is woken when it is committed, and not by another task', async () => {
  const { store } = await opened(temporaryFolder());
  const seen: string[] = [];
  const waiting = store.waitFor('a', 's', 1, new AbortController().signal).then(() => seen.push('woken'));
  await commitAll(store, 'b', 0, 5);
  await commitAll(store, 'a', 0, 1);
  await store.cursor('a', 'x');
  expect(seen).toEqual([]);
  await commitAll(store, 'a', 1, 2);
  await waiting;
  expect(seen).toEqual(['woken']);
  await store.close();
});

test('waiting ends when the signal aborts, and when the store closes', async () => {
  const { store } = await opened(temporaryFolder());
  const abort = new AbortController();
  const aborted = store.waitFor('a', 's', 0, abort.signal);
  const closed = store.waitFor('a', 's', 0, new AbortController().signal);
  abort.abort();
  await aborted;
  await store.close();
  await closed;
});

test('each sink has its own place in each task’s outbox', async () => {
  const folder = temporaryFolder();
  const first = await opened(folder);
  await first.store.advance('a', 'console', 3);
  await first.store.advance('a', 'file', 5);
  await first.store.close();
  const { store } = await opened(folder);
  expect(
    await Promise.all([store.cursor('a', 'console'), store.cursor('a', 'file'), store.cursor('b', 'file')]),
  ).toEqual([3, 5, 0]);
  await store.close();
});

test('delivery state is written with the cursor, one by one, and are each sink’s own, whatever they are named', async () => {
  const folder = temporaryFolder();
  const first = await opened(folder);
  await first.store.advance('a', 'web', 3, new Map(['x/y', '%', ''].map((name) => [name, name])));
  await first.store.advance('a', 'web/x', 1, new Map([['y', { of: 'another' }]]));
  await first.store.advance(
    'a',
    'web',
    4,
    new Map<string, Plain | null>([
      ['%', null],
      ['z', [1, 2]],
    ]),
  );
  await first.store.advance('a', 'web', 5);
  await first.store.close();
  const { store } = await opened(folder);
  expect(await store.cursor('a', 'web')).toBe(5);
  expect([...(await store.deliveryState('a', 'web'))]).toEqual([
    ['', ''],
    ['x/y', 'x/y'],
    ['z', [1, 2]],
  ]);
  expect(await store.deliveryState('a', 'web/x')).toEqual(new Map([['y', { of: 'another' }]]));
  expect(await store.deliveryState('b', 'web')).toEqual(new Map());
  await store.close();
});

test('trimming forgets what lies below, and never what is not committed yet', async () => {
  const folder = temporaryFolder();
  const first = await opened(folder);
  await commitAll(first.store, 'a', 0, 10);
  await first.store.trim('a', 4);
  expect((await first.store.read('a', 's', 0, 100)).map(({ sequence }) => sequence)).toEqual([4, 5, 6, 7, 8, 9]);
  await first.store.trim('a', 1_000);
  await commitAll(first.store, 'a', 10, 12);
  await first.store.close();
  const { store } = await opened(folder);
  expect((await store.read('a', 's', 0, 100)).map(({ sequence }) => sequence)).toEqual([10, 11]);
  await store.close();
});

test('a folder in use is refused by name', async () => {
  const folder = temporaryFolder();
  const { store } = await opened(folder);
  await expect(opened(folder)).rejects.toMatchObject({ code: 'state/locked' });
  await store.close();
});

test('a folder that cannot be made is a failure of the disk, not of the state', async () => {
  await expect(opened('/dev/null/state')).rejects.toMatchObject({ code: 'state/io' });
});

test('without backups the committed offset is as far back as a restore goes; with them, the oldest copy’s', async () => {
  const { store } = await opened(temporaryFolder());
  await commitAll(store, 'a', 0, 10);
  expect(store.replayFrom('a')).toBe(10);
  await store.close();
  const backed = await opened(temporaryFolder(), { backups: 2 });
  await commitAll(backed.store, 'a', 0, 10);
  expect(backed.store.replayFrom('a')).toBe(0);
  await backed.store.close();
});

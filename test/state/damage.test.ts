import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { Random } from '../../src/math/random.ts';
import { FOLDER_VERSION } from '../../src/state/keys.ts';
import { openLevel } from '../../src/state/level.ts';
import { encode } from '../../src/store/codec.ts';
import { seal } from '../../src/store/seal.ts';
import { commitAll, entriesAfter, noTicks, nthOutput, opened, restoredWhole, temporaryFolder } from './sample.ts';

/** Writes one byte of one entry of the live state anew, under the seal's nose. */
async function damage(folder: string, key: string): Promise<void> {
  const level = await openLevel(join(folder, 'live'));
  const bytes = Uint8Array.from((await level.get(key)) ?? []);
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  await level.put(key, bytes);
  await level.close();
}

async function committed(count: number, options: Parameters<typeof opened>[1] = {}): Promise<string> {
  const folder = temporaryFolder();
  const { store } = await opened(folder, options);
  await commitAll(store, 'a', 0, count);
  await store.close();
  return folder;
}

test('one flipped bit in the state stops the start, and the entry is named', async () => {
  for (const key of ['t/a/series 3/4', 'o/a/0000000000000005', 'h/a']) {
    const folder = await committed(10);
    await damage(folder, key);
    await expect(opened(folder)).rejects.toMatchObject({ code: 'state/corrupt', where: key });
  }
});

test('an entry that is gone, a gap in the outbox and an empty database are noticed', async () => {
  for (const key of ['t/a/series 3/4', 'o/a/0000000000000005', 'o/a/0000000000000009', 'h/a', 'meta']) {
    const folder = await committed(10);
    const level = await openLevel(join(folder, 'live'));
    await level.del(key);
    await level.close();
    await expect(opened(folder), key).rejects.toMatchObject({ code: 'state/corrupt' });
  }
});

test('a state made by a newer version is refused as foreign, even where there is a backup', async () => {
  const folder = await committed(10, { backups: 2, now: () => Date.now() });
  const level = await openLevel(join(folder, 'live'));
  await level.put('meta', seal('meta', new Uint8Array([0xc0]), FOLDER_VERSION + 1));
  await level.close();
  await expect(opened(folder, { backups: 2 })).rejects.toMatchObject({ code: 'state/foreign', where: 'meta' });
});

test.each([1, 2])('a state of format %i is read, and is one of this format from then on', async (format) => {
  const folder = await committed(10);
  const level = await openLevel(join(folder, 'live'));
  await level.put('meta', seal('meta', new Uint8Array([0xc0]), format));
  await level.close();
  const { store } = await opened(folder);
  expect(store.next('a')).toBe(10);
  await store.close();
  const again = await openLevel(join(folder, 'live'));
  expect((await again.get('meta'))?.[3]).toBe(FOLDER_VERSION);
  await again.close();
});

test('a damaged state gives way to the backup: offset and outbox go back together, and what sinks have stays delivered', async () => {
  let now = Date.now();
  const folder = temporaryFolder();
  const options = { backups: 2, backup_interval: 1_000, now: () => now };
  const first = await opened(folder, options);
  await commitAll(first.store, 'a', 0, 6);
  await first.store.advance('a', 'file', 4, new Map([['of long ago', 1]]));
  await first.store.close();
  now += 3_600_000;
  const second = await opened(folder, options);
  await commitAll(second.store, 'a', 6, 7);
  await commitAll(second.store, 'a', 7, 20);
  await second.store.advance('a', 'file', 18, new Map(Object.entries({ 'of long ago': null, newest: 2 })));
  await second.store.close();
  expect(second.events).toEqual([{ what: 'backup-taken' }]);
  await damage(folder, 't/a/series 3/4');

  const { store, events } = await opened(folder, options);
  expect(events).toMatchObject([{ what: 'fell-back', failure: { where: 't/a/series 3/4' } }]);
  const { entries, offset } = await restoredWhole(store, 'a');
  expect(offset).toBeGreaterThanOrEqual(7);
  expect(offset).toBeLessThan(20);
  expect(entries).toEqual(entriesAfter(offset));
  expect(await store.cursor('a', 'file')).toBe(18);
  expect(await store.deliveryState('a', 'file')).toEqual(new Map([['newest', 2]]));
  await commitAll(store, 'a', offset, 20);
  expect(await store.read('a', 's', 0, 100)).toEqual(
    Array.from({ length: 20 }, (_, n) => ({ sequence: n, output: nthOutput(n) })),
  );
  await store.close();
});

test('a backup that is damaged, too, gives way to the one before it', async () => {
  let now = Date.now();
  const folder = temporaryFolder();
  const options = { backups: 2, backup_interval: 1, now: () => now };
  for (const count of [3, 6, 9]) {
    const { store } = await opened(folder, options);
    await commitAll(store, 'a', count - 3, count);
    await store.close();
    now += 3_600_000;
  }
  const names = readdirSync(join(folder, 'backups')).sort();
  expect(names).toHaveLength(2);
  const newest = await openLevel(join(folder, 'backups', names[1] ?? ''));
  await newest.put('t/a/series 0', encode('elsewhere', null));
  await newest.close();
  await damage(folder, 't/a/series 3/4');
  const { store } = await opened(folder, options);
  const { entries, offset } = await restoredWhole(store, 'a');
  expect(offset).toBeGreaterThanOrEqual(4);
  expect(offset).toBeLessThan(7);
  expect(entries).toEqual(entriesAfter(offset));
  await store.close();
});

test('a fall-back cut short after the damaged state was moved away is finished at the next start', async () => {
  const folder = await committed(10);
  cpSync(join(folder, 'live'), join(folder, 'live.next'), { recursive: true });
  rmSync(join(folder, 'live'), { recursive: true });
  const { store } = await opened(folder);
  expect(await restoredWhole(store, 'a')).toEqual({
    entries: entriesAfter(10),
    checkpoint: 10,
    offset: 10,
    ...noTicks,
  });
  await store.close();
});

test('any flipped bit in any file of the database is refused, or leaves a state that was once committed whole', async () => {
  const random = new Random(20);
  const origin = await committed(300);
  let refused = 0;
  for (let trial = 0; trial < 60; trial++) {
    const folder = temporaryFolder();
    cpSync(origin, folder, { recursive: true });
    const files = readdirSync(join(folder, 'live')).filter((name) => /^\d+\.(log|ldb)$|^MANIFEST/.test(name));
    const path = join(folder, 'live', files[Math.floor(random.next() * files.length)] ?? '');
    const bytes = readFileSync(path);
    if (bytes.length === 0) continue;
    const bit = Math.floor(random.next() * bytes.length * 8);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    writeFileSync(path, bytes);
    try {
      const { store } = await opened(folder);
      const { entries, offset } = await restoredWhole(store, 'a');
      expect(entries).toEqual(entriesAfter(offset));
      expect(await store.read('a', 's', 0, 1_000)).toEqual(
        Array.from({ length: offset }, (_, n) => ({ sequence: n, output: nthOutput(n) })),
      );
      await store.close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      expect(error.code).toMatch(/^state\/(corrupt|io)$/);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(10);
});

test('an entry that is whole but older than the last commit, as after a lost write, is noticed', async () => {
  const folder = await committed(10);
  const level = await openLevel(join(folder, 'live'));
  await level.put('t/a/series 3/4', seal('t/a/series 3/4', new Uint8Array(40)));
  await level.close();
  await expect(opened(folder)).rejects.toMatchObject({ code: 'state/corrupt', where: 'h/a' });
});

/** What a failing disk or a torn file system leaves: a stretch of zeros in each table, or all of it. */
function zero(database: string, isAll: boolean): number {
  const tables = readdirSync(database).filter((name) => name.endsWith('.ldb'));
  for (const name of tables) {
    const path = join(database, name);
    const bytes = readFileSync(path);
    bytes.fill(0, 0, isAll ? bytes.length : Math.min(4_096, bytes.length >> 1));
    writeFileSync(path, bytes);
  }
  return tables.length;
}

/** A state of which all but the newest commits are in tables, and a backup that is older. */
async function inTables(folder: string, options: Parameters<typeof opened>[1]): Promise<void> {
  const first = await opened(folder, options);
  await commitAll(first.store, 'a', 0, 300);
  await first.store.close();
  for (const database of [join(folder, 'live'), ...backupsIn(folder)]) {
    const level = await openLevel(database);
    await level.compactRange('', '~');
    await level.close();
  }
}

function backupsIn(folder: string): readonly string[] {
  if (!existsSync(join(folder, 'backups'))) return [];
  return readdirSync(join(folder, 'backups')).map((name) => join(folder, 'backups', name));
}

test.each([true, false])(
  'zeros in the tables of the state (all: %s) are a damaged state, and the backup follows',
  async (all) => {
    let now = Date.now();
    const folder = temporaryFolder();
    const options = { backups: 2, backup_interval: 1_000, now: () => now };
    await inTables(folder, options);
    now += 3_600_000;
    const second = await opened(folder, options);
    await commitAll(second.store, 'a', 300, 310);
    await second.store.advance('a', 'file', 305);
    await second.store.close();
    expect(zero(join(folder, 'live'), all)).toBeGreaterThan(0);
    const { store, events } = await opened(folder, options);
    expect(events).toMatchObject([{ what: 'fell-back', failure: { code: 'state/corrupt' } }]);
    const { entries, offset } = await restoredWhole(store, 'a');
    expect(offset).toBeGreaterThanOrEqual(300);
    expect(entries).toEqual(entriesAfter(offset));
    // The cursor was in the log, which is whole.
    expect(await store.cursor('a', 'file')).toBe(305);
    await store.close();
    const again = await opened(folder, options);
    expect(again.events).toEqual([]);
    await again.store.close();
  },
);

test('zeros in the tables of the state and of every backup are a named failure, not the end of the process', async () => {
  let now = Date.now();
  const folder = temporaryFolder();
  const options = { backups: 2, backup_interval: 1_000, now: () => now };
  await inTables(folder, options);
  now += 3_600_000;
  const { store } = await opened(folder, options);
  await commitAll(store, 'a', 300, 302);
  await store.close();
  for (const database of backupsIn(folder)) {
    const level = await openLevel(database);
    await level.compactRange('', '~');
    await level.close();
    zero(database, true);
  }
  zero(join(folder, 'live'), true);
  await expect(opened(folder, options)).rejects.toMatchObject({ code: 'state/corrupt' });
});

test('a table that a crash left half-written beside the others is no damage', async () => {
  const folder = temporaryFolder();
  await inTables(folder, { backups: 0 });
  const whole = readdirSync(join(folder, 'live')).find((name) => name.endsWith('.ldb')) ?? '';
  const half = readFileSync(join(folder, 'live', whole)).subarray(0, 1_000);
  writeFileSync(join(folder, 'live', '999999.ldb'), half);
  const { store, events } = await opened(folder, { backups: 0 });
  expect(events).toEqual([]);
  expect((await restoredWhole(store, 'a')).offset).toBe(300);
  await store.close();
});

test('a state that another process has open is locked, whatever it is writing', async () => {
  const folder = temporaryFolder();
  const { store } = await opened(folder, { backups: 0 });
  await commitAll(store, 'a', 0, 10);
  await expect(opened(folder, { backups: 0 })).rejects.toMatchObject({ code: 'state/locked' });
  await store.close();
});

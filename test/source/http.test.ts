import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SourceRecord } from '../../src/event/record.ts';
import { Inbox } from '../../src/source/inbox.ts';

const newFolder = () => join(mkdtempSync(join(tmpdir(), 'surprisal-inbox-')), 'inbox');
const opened = (folder: string, limits: { backlogBytes?: number; segmentBytes?: number } = {}) =>
  Inbox.open(folder, { backlogBytes: 1_000_000, segmentBytes: 1_000_000, ...limits });
const push = (...texts: string[]) => texts.map((text) => Buffer.from(text));

/** Reads until so many records are there; all but the last batch is taken by then. */
async function take(inbox: Inbox, from: number, count: number): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  if (count === 0) return records;
  for await (const batch of inbox.read(from, new AbortController().signal)) {
    records.push(...batch);
    if (records.length >= count) return records;
  }
  return records;
}

function texts(records: readonly SourceRecord[]): string[] {
  return records.map(({ value }) => Buffer.from(value).toString());
}

function newestFile(folder: string): string {
  return join(folder, readdirSync(folder).sort().at(-1) ?? '');
}

test('what was accepted is read in order, with the time it came, and again after a new start', async () => {
  const folder = newFolder();
  const before = Date.now();
  const inbox = await opened(folder);
  await Promise.all([inbox.append(push('a', 'b')), inbox.append(push('c')), inbox.append(push('', 'd'))]);
  const records = await take(inbox, 0, 5);
  expect(texts(records)).toEqual(['a', 'b', 'c', '', 'd']);
  for (const { timestampMs } of records) expect(timestampMs).toBeGreaterThanOrEqual(before);
  await inbox.close();
  const again = await opened(folder);
  expect(await take(again, 0, 5)).toEqual(records);
  for (const [i, { next }] of records.slice(0, -1).entries()) {
    expect(await take(again, next, 4 - i)).toEqual(records.slice(i + 1));
  }
  await again.close();
});

test('a reader waits for what comes, and ends when the signal aborts or the inbox closes', async () => {
  const inbox = await opened(newFolder());
  const abort = new AbortController();
  const batches = inbox.read(0, abort.signal);
  const first = batches.next();
  await inbox.append(push('a'));
  expect(texts((await first).value ?? [])).toEqual(['a']);
  const second = batches.next();
  abort.abort();
  expect((await second).done).toBe(true);
  const other = inbox.read(0, new AbortController().signal);
  await other.next();
  const last = other.next();
  await inbox.close();
  expect((await last).done).toBe(true);
});

test('a reader who waits learns each second that nothing came, and misses nothing by it', async () => {
  const inbox = await opened(newFolder());
  await inbox.append(push('a'));
  const batches = inbox.read(0, new AbortController().signal);
  expect(texts((await batches.next()).value ?? [])).toEqual(['a']);
  expect(await batches.next()).toEqual({ done: false, value: [] });
  const third = batches.next();
  await inbox.append(push('b'));
  expect(texts((await third).value ?? [])).toEqual(['b']);
  expect(await batches.next()).toEqual({ done: false, value: [] });
  await inbox.close();
});

test('a push torn by a crash is not there at all, and those before it are', async () => {
  const folder = newFolder();
  const inbox = await opened(folder);
  await inbox.append(push('a', 'b'));
  const whole = readFileSync(newestFile(folder)).length;
  await inbox.append(push('c', 'd', 'e'));
  await inbox.close();
  const path = newestFile(folder);
  const all = readFileSync(path);
  for (let length = whole; length < all.length; length++) {
    writeFileSync(path, all.subarray(0, length));
    const again = await opened(folder);
    await again.append(push('f'));
    expect(texts(await take(again, 0, 3))).toEqual(['a', 'b', 'f']);
    await again.close();
  }
});

test('zeros that a power cut leaves at the end are cut off; any other damage is refused by name', async () => {
  const folder = newFolder();
  const inbox = await opened(folder);
  await inbox.append(push('a'));
  await inbox.append(push('b'));
  await inbox.close();
  const path = newestFile(folder);
  appendFileSync(path, Buffer.alloc(100));
  await (await opened(folder)).close();
  const bytes = readFileSync(path);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  await expect(opened(folder)).rejects.toMatchObject({ code: 'source/unreadable', where: path });
});

test('a full inbox refuses a push whole and says when to come again; reading makes room', async () => {
  const inbox = await opened(newFolder(), { backlogBytes: 200 });
  await inbox.append(push('x'.repeat(150)));
  await expect(inbox.append(push('y'.repeat(50)))).rejects.toMatchObject({ code: 'source/full', retryAfterMs: 1_000 });
  const batches = inbox.read(0, new AbortController().signal);
  await batches.next();
  const waiting = batches.next();
  await inbox.append(push('z'.repeat(50)));
  expect(texts((await waiting).value ?? [])).toEqual(['z'.repeat(50)]);
  await inbox.close();
});

test('pushes that come together are counted together', async () => {
  const inbox = await opened(newFolder(), { backlogBytes: 200 });
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => inbox.append(push('x'.repeat(50)))));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  await inbox.close();
});

test('files are forgotten once nothing in them can be read again, and what was forgotten is refused', async () => {
  const folder = newFolder();
  const inbox = await opened(folder, { segmentBytes: 100 });
  for (let n = 0; n < 20; n++) await inbox.append(push(`record ${n} ${'.'.repeat(40)}`));
  const records = await take(inbox, 0, 20);
  const files = readdirSync(folder).length;
  expect(files).toBeGreaterThan(5);
  const middle = records[12]?.next ?? 0;
  await inbox.forget(middle);
  expect(readdirSync(folder).length).toBeLessThan(files);
  expect(await take(inbox, middle, 7)).toEqual(records.slice(13));
  await expect(take(inbox, records[0]?.next ?? 0, 1)).rejects.toMatchObject({ code: 'source/truncated' });
  await expect(take(inbox, 1_000_000, 1)).rejects.toMatchObject({ code: 'source/truncated' });
  await inbox.forget(1_000_000);
  await inbox.close();
  const again = await opened(folder);
  expect(readdirSync(folder)).toHaveLength(1);
  await again.append(push('last'));
  expect(texts(await take(again, 0, 1)).length).toBeGreaterThan(0);
  expect(texts(await take(again, records[19]?.next ?? 0, 1))).toEqual(['last']);
  await again.close();
});

test('a push larger than a chunk is read whole', async () => {
  const inbox = await opened(newFolder(), { backlogBytes: 10_000_000 });
  const large = Array.from({ length: 3_000 }, (_, n) => `${n} ${'x'.repeat(300)}`);
  await inbox.append(push('before'));
  await inbox.append(push(...large));
  await inbox.append(push('after'));
  expect(texts(await take(inbox, 0, 3_002))).toEqual(['before', ...large, 'after']);
  await inbox.close();
});

test('a full disk refuses the push, keeps what was accepted, and takes more when there is room', async (context) => {
  const disk = mkdtempSync(join(tmpdir(), 'surprisal-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return context.skip('mounting a tiny disk takes root');
  }
  onTestFinished(() => void execFileSync('umount', ['-l', disk]));
  const inbox = await opened(join(disk, 'inbox'));
  await inbox.append(push('a'));
  await expect(inbox.append(push('x'.repeat(100_000)))).rejects.toMatchObject({ code: 'source/full' });
  execFileSync('mount', ['-o', 'remount,size=1m', disk]);
  await inbox.append(push('b'));
  expect(texts(await take(inbox, 0, 2))).toEqual(['a', 'b']);
  await inbox.close();
});

test('a push of millions of records is read in batches, a thousand at a time', async () => {
  const folder = newFolder();
  const inbox = await opened(folder, { backlogBytes: 100_000_000 });
  const record = Buffer.from('{}');
  await inbox.append(Array<Buffer>(2_000_000).fill(record));
  const before = process.memoryUsage.rss();
  let count = 0;
  let largest = 0;
  let highest = 0;
  for await (const batch of inbox.read(0, new AbortController().signal)) {
    count += batch.length;
    largest = Math.max(largest, batch.length);
    if (count % 100_000 === 0) highest = Math.max(highest, process.memoryUsage.rss() - before);
    if (count === 2_000_000) break;
  }
  expect([count, largest]).toEqual([2_000_000, 1_000]);
  // As objects at once they took 700 MB.
  expect(highest).toBeLessThan(250e6);
  await inbox.close();
});

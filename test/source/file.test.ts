import { appendFileSync, chmodSync, mkdtempSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { SourceRecord } from '../../src/event/record.ts';
import { file } from '../../src/source/file.ts';
import type { Source } from '../../src/source/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'surprisal-file-'));
let files = 0;

function written(content: string | Uint8Array, suffix = ''): string {
  const path = join(folder, `${files++}${suffix}`);
  writeFileSync(path, content);
  return path;
}

async function opened(path: string, options: object = {}): Promise<Source> {
  return await file.open(file.config.parse({ kind: 'file', path, ...options }));
}

async function all(source: Source, from = 0): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  for await (const batch of source.read(from, new AbortController().signal)) records.push(...batch);
  return records;
}

function texts(records: readonly SourceRecord[]): string[] {
  return records.map(({ value }) => Buffer.from(value).toString());
}

/** A record as one string: comparing 30 000 of them as objects takes seconds. */
function place({ value, offset, next, line }: SourceRecord): string {
  return `${offset} ${next} ${line} ${Buffer.from(value).toString()}`;
}

/** Reads on, record by record, as they come. */
function following(source: Source, from = 0) {
  const abort = new AbortController();
  const batches = source.read(from, abort.signal)[Symbol.asyncIterator]();
  const waiting: SourceRecord[] = [];
  return {
    abort,
    batches,
    async end(): Promise<void> {
      abort.abort();
      await batches.return?.();
    },
    async next(): Promise<string | undefined> {
      while (waiting.length === 0) {
        const { done, value } = await batches.next();
        if (done === true) return undefined;
        waiting.push(...value);
      }
      return texts(waiting.splice(0, 1))[0];
    },
  };
}

test('line numbers and records are the same after going on from the middle, in every packing', async () => {
  const content = Array.from({ length: 30_000 }, (_, i) => `{"line":${i + 1}}`).join('\n');
  for (const path of [written(content), written(gzipSync(content), '.gz'), written(gzipSync(content))]) {
    const source = await opened(path);
    const whole = await all(source);
    expect(whole).toHaveLength(30_000);
    expect(whole.every(({ value, line }) => Buffer.from(value).toString() === `{"line":${line}}`)).toBe(true);
    for (const i of [0, 1, 12_345, 29_999]) {
      const others = await all(source, whole[i]?.next);
      expect(others.map(place)).toEqual(whole.slice(i + 1).map(place));
    }
  }
});

test('batches hold at most a thousand records', async () => {
  const source = await opened(written('x\n'.repeat(2_500)));
  const sizes: number[] = [];
  for await (const batch of source.read(0, new AbortController().signal)) sizes.push(batch.length);
  expect(sizes).toEqual([1_000, 1_000, 500]);
});

test('the CSV header gives the columns and is no record, wherever reading begins', async () => {
  const source = await opened(written('\ufeff"time ",value, "a;b"\n1,2,3\n4,5,6\n'), { framing: 'csv' });
  expect(await source.columns?.()).toEqual(['time', 'value', 'a;b']);
  const records = await all(source);
  expect(texts(records)).toEqual(['1,2,3', '4,5,6']);
  expect(texts(await all(source, records[0]?.next))).toEqual(['4,5,6']);
});

test('CSV without a header has numbers for columns, and its first line is a record', async () => {
  const source = await opened(written('1;2\n'), { framing: 'csv', header: false, delimiter: ';' });
  expect(await source.columns?.()).toEqual(['1', '2']);
  expect(texts(await all(source))).toEqual(['1;2']);
});

test('an empty file ends at once', async () => {
  for (const framing of ['lines', 'csv']) {
    const source = await opened(written(''), { framing });
    expect(await source.columns?.()).toBeUndefined();
    expect(await all(source)).toEqual([]);
  }
});

test('what cannot be read is refused by name', async () => {
  await expect(all(await opened(folder))).rejects.toMatchObject({ code: 'source/unreadable', where: folder });
  const missing = join(folder, 'missing');
  await expect(all(await opened(missing))).rejects.toMatchObject({ code: 'source/unreadable', where: missing });
});

test('a file that may not be read is refused by name', async (context) => {
  if (process.getuid?.() === 0) return context.skip('root may read everything');
  const path = written('x');
  chmodSync(path, 0);
  await expect(all(await opened(path))).rejects.toMatchObject({ code: 'source/unreadable', where: path });
});

test('a file shorter than what was read already is refused as truncated', async () => {
  const path = written('one\ntwo\n');
  await expect(all(await opened(path), 9)).rejects.toMatchObject({ code: 'source/truncated' });
  expect(await all(await opened(path), 8)).toEqual([]);
});

/** An offset with which no bookmark was committed, as by the version before there were any. */
test('a followed file is read on at an offset without a bookmark; one that is shorter was rotated since', async () => {
  const path = written('one\ntwo\n');
  const reader = following(await opened(path, { follow: true }), 4);
  expect(await reader.next()).toBe('two');
  await reader.end();
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'a\n');
  const later = following(await opened(path, { follow: true }), 4);
  expect(await later.next()).toBe('two');
  expect(await later.next()).toBe('a');
  await later.end();
  const source = await opened(path, { follow: true });
  const reports: string[] = [];
  source.resume?.(undefined, ({ code }) => reports.push(code));
  const lost = following(source, 1_000);
  expect(await lost.next()).toBe('a');
  expect(reports).toEqual(['source/truncated']);
  await lost.end();
});

test('a followed file that is not there yet is waited for', async () => {
  const path = join(folder, 'later.csv');
  const source = await opened(path, { follow: true, framing: 'csv' });
  const columns = source.columns?.();
  writeFileSync(path, 't,v\n1,2\n');
  expect(await columns).toEqual(['t', 'v']);
  const reader = following(source);
  expect(await reader.next()).toBe('1,2');
  await reader.end();
});

test('gzip data that is cut off gives what comes before, and then a failure', async () => {
  const content = Array.from({ length: 50_000 }, (_, i) => `${i * 7919}`).join('\n');
  const packed = gzipSync(content);
  const source = await opened(written(packed.subarray(0, packed.length - 1_000), '.gz'));
  const records: SourceRecord[] = [];
  const reading = async () => {
    for await (const batch of source.read(0, new AbortController().signal)) records.push(...batch);
  };
  await expect(reading()).rejects.toMatchObject({ code: 'source/unreadable' });
  expect(texts(records.slice(0, 1_000))).toEqual(content.split('\n').slice(0, 1_000));
});

test('a line of 100 MB costs a record that says so, and little memory', async () => {
  const path = written('before\n');
  const part = Buffer.alloc(10_000_000, 'x');
  for (let i = 0; i < 10; i++) appendFileSync(path, part);
  appendFileSync(path, '\nafter\n');
  const source = await opened(path);
  let most = 0;
  const records: SourceRecord[] = [];
  const before = process.memoryUsage().arrayBuffers;
  for await (const batch of source.read(0, new AbortController().signal)) {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    records.push(...batch);
  }
  expect(records.map(({ line, cutFrom }) => ({ line, cutFrom }))).toEqual([
    { line: 1, cutFrom: undefined },
    { line: 2, cutFrom: 100_000_000 },
    { line: 3, cutFrom: undefined },
  ]);
  expect(records[1]?.value.length).toBe(4_096);
  expect(most).toBeLessThan(60_000_000);
});

test('a followed file yields what is appended, but no line before it is finished', async () => {
  const path = written('one\ntw');
  const reader = following(await opened(path, { follow: true }));
  expect(await reader.next()).toBe('one');
  const next = reader.next();
  appendFileSync(path, 'o');
  appendFileSync(path, '\nthree\n');
  expect(await next).toBe('two');
  expect(await reader.next()).toBe('three');
  const end = reader.next();
  reader.abort.abort();
  expect(await end).toBeUndefined();
});

test.each([
  ['lines', 'one\n', 'two\n'],
  ['csv', 'v\none\n', 'two\n'],
] as const)(
  'who follows a file of %s learns each second that nothing came, and not before all is read',
  async (...given) => {
    const [framing, content, more] = given;
    const path = written(content);
    const { batches, abort } = following(await opened(path, { follow: true, framing }));
    expect(texts((await batches.next()).value ?? [])).toEqual(['one']);
    expect(await batches.next()).toEqual({ done: false, value: [] });
    appendFileSync(path, more);
    expect(texts((await batches.next()).value ?? [])).toEqual(['two']);
    expect(await batches.next()).toEqual({ done: false, value: [] });
    abort.abort();
    expect((await batches.next()).done).toBe(true);
  },
);

test('a rotated file is read to its end, and then the one that took its name', async () => {
  const path = written('one\n');
  const reader = following(await opened(path, { follow: true }));
  expect(await reader.next()).toBe('one');
  const next = reader.next();
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, 'two\nlast without end');
  writeFileSync(path, 'three\n');
  expect(await next).toBe('two');
  expect(await reader.next()).toBe('last without end');
  expect(await reader.next()).toBe('three');
  appendFileSync(path, 'four\n');
  expect(await reader.next()).toBe('four');
  reader.abort.abort();
  expect(await reader.next()).toBeUndefined();
});

test('the header of the new file is no record, and its records have its columns where they are others', async () => {
  const path = written('t,v\n1,2\n');
  const source = await opened(path, { follow: true, framing: 'csv' });
  expect(await source.columns?.()).toEqual(['t', 'v']);
  const reader = following(source);
  expect(await reader.next()).toBe('1,2');
  const rotate = (content: string) => {
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  };
  rotate('t,v\n3,4\n');
  expect(await reader.next()).toBe('3,4');
  rotate('v,t,other\n5,6,7\n');
  for (;;) {
    const { value = [] } = await reader.batches.next();
    if (value.length === 0) continue;
    expect(value).toMatchObject([{ columns: ['v', 't', 'other'] }]);
    expect(texts(value)).toEqual(['5,6,7']);
    break;
  }
  await reader.end();
});

test('a followed file that is cut begins anew', async () => {
  const path = written('one\ntwo\n');
  const reader = following(await opened(path, { follow: true }));
  await reader.next();
  await reader.next();
  const next = reader.next();
  truncateSync(path, 2);
  expect(statSync(path).size).toBe(2);
  appendFileSync(path, 'e\n');
  expect(await next).toBe('one');
  await reader.end();
});

test('packed data and folders cannot be followed', async () => {
  for (const path of [written(gzipSync('x')), folder]) {
    await expect(all(await opened(path, { follow: true }))).rejects.toMatchObject({ code: 'source/unreadable' });
  }
});

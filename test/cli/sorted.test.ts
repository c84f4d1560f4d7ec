import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sorted } from '../../src/cli/sorted.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { file } from '../../src/source/file.ts';
import { mapping } from '../decode/mapping.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surprisal-sorted-'));

/** The rows of a file `t,v` in the order of their times. */
async function inOrder(rows: readonly string[], options: object = {}): Promise<readonly SourceRecord[]> {
  const name = path.join(folder, 'rows.csv');
  writeFileSync(name, `t,v\n${rows.join('\n')}`);
  const source = await file.open(file.config.parse({ kind: 'file', path: name, framing: 'csv', ...options }));
  const time = { at: 't', format: 'epoch_ms', valid: ['1900-01-01', '2100-01-01'] };
  const all: SourceRecord[] = [];
  for await (const batch of sorted(source, mapping({ format: 'csv', time })).read(0, new AbortController().signal))
    all.push(...batch);
  return all;
}

const texts = (records: readonly SourceRecord[]) => records.map(({ value }) => Buffer.from(value).toString());

test('rows come in the order of their times, before 1970 too, and those of one time in the order of the file', async () => {
  const times = Array.from({ length: 5_000 }, (_, n) => ((n * 7_919) % 2_503) * 1_000 - 1_000_000.5);
  const rows = times.map((time, n) => `${time},${n}`);
  const expected = [...rows].sort((a, b) => Number(a.split(',')[0]) - Number(b.split(',')[0]));
  expect(texts(await inOrder(rows))).toEqual(expected);
});

test('rows whose time cannot be read stay behind the one before them, with their lines', async () => {
  const records = await inOrder(['2,a', 'x,b', '1,c', `1.5,${'y'.repeat(100)}`, '0,d'], { max_record_bytes: 64 });
  expect(records.map(({ line }) => line)).toEqual([6, 4, 5, 2, 3]);
  expect(records.map(({ cutFrom }) => cutFrom)).toEqual([undefined, undefined, 104, undefined, undefined]);
});

test('nothing stays in the folder for temporary files', async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('surprisal-sort-'));
  await inOrder(['2,a', '1,b']);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('surprisal-sort-'))).toEqual(before);
});

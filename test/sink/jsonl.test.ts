import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { jsonLine } from '../../src/sink/jsonl/file.ts';
import { jsonl } from '../../src/sink/jsonl/jsonl.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { alert, deliveries, going } from './outputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'surprisal-jsonl-'));
let files = 0;
const newPath = () => join(folder, `${files++}.jsonl`);
const opened = async (path: string): Promise<Sink> => await jsonl.open({ kind: 'jsonl', path });

async function deliver(path: string, from: number, to: number, stream = 's'): Promise<void> {
  const sink = await opened(path);
  await sink.write(deliveries(from, to, stream), going);
  await sink.close();
}

function linesOf(from: number, to: number, stream = 's'): string {
  return deliveries(from, to, stream).map(jsonLine).join('');
}

test('a line is the sequence and the output; numbers JSON cannot say are null', () => {
  expect(JSON.parse(jsonLine({ sequence: 7, output: alert({ bits: Infinity }) }))).toEqual({
    sequence: 7,
    ...alert(),
    bits: null,
  });
});

test('a file of somebody else that ends within a line is left as it is', async () => {
  const path = newPath();
  writeFileSync(path, 'notes\nwithout an end');
  await expect(opened(path)).rejects.toMatchObject({ code: 'sink/misconfigured', where: path });
  expect(readFileSync(path, 'utf8')).toBe('notes\nwithout an end');
});

test('a line torn by a crash is cut off, and written whole when it is delivered again', async () => {
  const path = newPath();
  await deliver(path, 0, 10);
  const whole = readFileSync(path);
  for (const cut of [1, 5, linesOf(9, 10).length - 1]) {
    writeFileSync(path, whole);
    truncateSync(path, whole.length - cut);
    await deliver(path, 9, 12);
    expect(readFileSync(path, 'utf8')).toBe(linesOf(0, 12));
  }
});

test('what is delivered again after a crash is not written again', async () => {
  const path = newPath();
  await deliver(path, 0, 10);
  await deliver(path, 0, 5, 't');
  await deliver(path, 6, 14);
  await deliver(path, 3, 8, 't');
  expect(readFileSync(path, 'utf8')).toBe(linesOf(0, 10) + linesOf(0, 5, 't') + linesOf(10, 14) + linesOf(5, 8, 't'));
});

test('another run over an old file loses nothing: only lines that are the same to the letter are left out', async () => {
  const path = newPath();
  await deliver(path, 0, 10);
  const sink = await opened(path);
  const [item] = deliveries(3, 4);
  if (item === undefined) throw new Error('no delivery');
  const other = { ...item, output: { ...item.output, message: 'another number 3' } };
  await sink.write([other, ...deliveries(4, 6)], going);
  await sink.close();
  expect(readFileSync(path, 'utf8')).toBe(linesOf(0, 10) + jsonLine(other as typeof item) + linesOf(4, 6));
});

test.each([
  ['text without a line end', 'id;value\n1;2\n3;4'],
  ['text with one', 'id;value\n1;2\n'],
  ['a single line', 'a note'],
  ['JSON lines of another program', '{"level":30,"msg":"started"}\n'],
  ['JSON lines that are being written', '{"level":30,"msg":"started"}\n{"lev'],
  ['a line without an end in 9 MiB', 'x'.repeat(9 * 1024 * 1024)],
])('a file that holds %s is refused, and keeps every byte', async (_, text) => {
  const path = newPath();
  writeFileSync(path, text);
  await expect(opened(path)).rejects.toMatchObject({
    code: 'sink/misconfigured',
    where: path,
    message: expect.stringContaining('choose another `path`'),
  });
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a note that somebody added behind our lines is not cut off', async () => {
  const path = newPath();
  await deliver(path, 0, 3);
  appendFileSync(path, 'seen, all is well');
  await expect(opened(path)).rejects.toMatchObject({ code: 'sink/misconfigured' });
  expect(readFileSync(path, 'utf8')).toBe(`${linesOf(0, 3)}seen, all is well`);
});

test('room that the disk kept for a line, and never filled, is cut off', async () => {
  const path = newPath();
  await deliver(path, 0, 3);
  for (const torn of ['\0\0\0', '{"seq', '{"sequence":3,"ki\0\0']) {
    writeFileSync(path, linesOf(0, 3) + torn);
    await deliver(path, 3, 4);
    expect(readFileSync(path, 'utf8')).toBe(linesOf(0, 4));
  }
});

test('a path that cannot be written is a fault of the configuration', async () => {
  await expect(opened(folder)).rejects.toMatchObject({ code: 'sink/misconfigured', where: folder });
  await expect(opened(join(folder, 'missing', 'x'))).rejects.toMatchObject({ code: 'sink/misconfigured' });
});

test('something that is no regular file is written to, and no more', async () => {
  const sink = await opened('/dev/null');
  await sink.write(deliveries(0, 3), going);
  await sink.close();
});

test('a full disk is tried again, and nothing is lost, torn or doubled when there is room', async (context) => {
  const disk = mkdtempSync(join(tmpdir(), 'surprisal-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return context.skip('mounting a tiny disk takes root');
  }
  onTestFinished(() => void execFileSync('umount', ['-l', disk]));
  const path = join(disk, 'alerts.jsonl');
  await deliver(path, 0, 100);
  appendFileSync(path, linesOf(100, 101).slice(0, 9));
  const sink = await opened(path);
  for (let attempt = 0; attempt < 3; attempt++) {
    await expect(sink.write(deliveries(90, 2_000), going)).rejects.toMatchObject({
      code: 'sink/unavailable',
      message: 'the disk is full',
    });
  }
  execFileSync('mount', ['-o', 'remount,size=8m', disk]);
  await sink.write(deliveries(90, 2_000), going);
  await sink.close();
  expect(readFileSync(path, 'utf8')).toBe(linesOf(0, 2_000));
});

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BUNDLE_VERSION, type BundleHeader, type Line } from '../../src/bundle/format.ts';
import { readBundle } from '../../src/bundle/read.ts';
import { Shelf } from '../../src/bundle/shelf.ts';
import { type Content, TooLarge } from '../../src/bundle/write.ts';
import type { VerdictStep } from '../../src/similar/verdicts.ts';
import { alert } from '../sink/outputs.ts';

const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'surprisal-bundles-'));
const ANSWER: VerdictStep = {
  ...{ alert: 'a', series: 's', verdict: 'expected', note: '"<b>', severity: 'warning', givenMs: 1.5, untilMs: 2.5 },
  signature: { reason: 'unusual_value', channel: 'c', outlines: [[0.1, -9]] },
};
const id = (n: number) => n.toString(16).padStart(16, '0');

function content(...ids: readonly string[]): Content {
  const { raisedAs: _, endMs: __, ...raised } = alert();
  const header: BundleHeader = {
    surprisal_bundle: BUNDLE_VERSION,
    version: '1',
    node: 'v1',
    platform: 'p',
    engine: 'wasm',
    stream: 's',
    config: 'streams: {}',
    alerts: ids.map((each) => ({ ...raised, id: each, revision: 0, state: 'firing' })),
  };
  const observation = { series: 'a\u0000"<b>', timeMs: 1.25, values: Float64Array.of(0.1, Number.NaN) };
  return {
    header,
    entries: (async function* () {
      yield [['task', Uint8Array.of(1, 2, 255)] as const, ['s/gone', null] as const];
    })(),
    taken: [{ observation, arrivedMs: 7 }, { silentMs: 9 }, { answer: ANSWER }],
  };
}

async function linesOf(path: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for await (const line of (await readBundle(path)).lines) lines.push(line);
  return lines;
}

const shelfIn = (folder: string, most = 10) => new Shelf(folder, { most, mostBytes: 1 << 20 });

test('a bundle is read back as it was written, to the bit', async () => {
  const shelf = shelfIn(temporaryFolder());
  await shelf.add(content(id(1)));
  expect((await readBundle(shelf.pathOf(id(1)))).header.alerts).toMatchObject([{ id: id(1), score: alert().score }]);
  expect(await linesOf(shelf.pathOf(id(1)))).toEqual([
    { entry: 'task', bytes: 'AQL/' },
    { row: ['a\u0000"<b>', 1.25, [0.1, null]], arrived: 7 },
    { tick: 9 },
    { answer: ANSWER },
  ]);
});

test('alerts that were raised together share a bundle, which each of them names', async () => {
  const shelf = shelfIn(temporaryFolder());
  await shelf.add(content(id(1), id(2)));
  const [first, second] = await Promise.all([id(1), id(2)].map((each) => shelf.read(each)));
  expect(first?.bytes).toBe(second?.bytes);
  const [one, other] = [first, second].map((each) => text(each?.stream ?? Readable.from([])));
  expect(await one).toBe(await other);
});

test('only the newest are kept', async () => {
  const folder = temporaryFolder();
  const shelf = shelfIn(folder, 2);
  for (let n = 1; n <= 4; n++) await shelf.add(content(id(n)));
  expect(readdirSync(folder)).toHaveLength(2);
  expect(await shelf.read(id(1))).toBeUndefined();
});

test('one that would be too large is not kept, nor any part of it', async () => {
  const folder = temporaryFolder();
  const shelf = new Shelf(folder, { most: 2, mostBytes: 100 });
  await expect(shelf.add(content(id(1)))).rejects.toThrow(TooLarge);
  expect(readdirSync(folder)).toEqual([]);
});

test('nothing but the id of an alert opens a file', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'secret.bundle'), 'x');
  const shelf = shelfIn(join(folder, 'bundles'));
  for (const name of ['../secret', 'secret', '', `${id(1)}/../../secret`, id(1).toUpperCase().replace('0', 'A')]) {
    expect(await shelf.read(name)).toBeUndefined();
  }
});

test.each([
  ['torn', (all: string) => all.slice(0, all.lastIndexOf('{"end"')), 'not whole'],
  ['short of a line', (all: string) => all.replace(/\{"tick".*\n/, ''), 'lines are missing'],
  ['of another version', (all: string) => all.replace('"surprisal_bundle":1', '"surprisal_bundle":9'), 'version 9'],
  ['no bundle', () => 'time,value\n1,2\n', 'it is no bundle'],
  ['with a foreign line', (all: string) => all.replace('{"tick":9}', '{"tock":9}'), 'not what a bundle holds'],
])('a file that is %s is refused', async (_, change, says) => {
  const shelf = shelfIn(temporaryFolder());
  await shelf.add(content(id(1)));
  const path = shelf.pathOf(id(1));
  writeFileSync(path, gzipSync(change(gunzipSync(readFileSync(path)).toString())));
  await expect(linesOf(path)).rejects.toThrow(says);
});

test('a file that is not packed whole is refused, and named', async () => {
  const shelf = shelfIn(temporaryFolder());
  await shelf.add(content(id(1)));
  const path = shelf.pathOf(id(1));
  writeFileSync(path, readFileSync(path).subarray(0, 200));
  await expect(linesOf(path)).rejects.toMatchObject({ code: 'bundle/unreadable', where: path });
});

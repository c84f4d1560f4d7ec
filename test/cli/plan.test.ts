import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { compiled } from '../state/compiled.ts';
import { surprisal } from './program.ts';

const SERIES = 10_000;

function configured(name: string, stream: readonly string[]): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'surprisal-plan-')), `${name}.yaml`);
  const lines = ['source: { kind: file, path: "-" }', `series: { max: ${SERIES} }`, ...stream];
  writeFileSync(file, ['streams:', '  room:', ...lines.map((line) => `    ${line}`)].join('\n'));
  return file;
}

async function planned(file: string, flags: readonly string[] = []) {
  const { code, out, err } = await surprisal(['plan', '-c', file, '--json', ...flags]);
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out);
}

interface Filled {
  readonly bytes: number;
  readonly seriesCount: number;
}

const fills = new Map<string, Filled>();

/** What a detector of so many series took. Each takes seconds to fill: one a configuration. */
function filled(file: string): Filled {
  const config = readFileSync(file, 'utf8');
  const program = path.join(compiled(['src', 'test/cli']), 'test/cli/filled.js');
  const fill = (): Filled => JSON.parse(execFileSync(process.execPath, [program, file], { encoding: 'utf8' }));
  const found = fills.get(config) ?? fill();
  fills.set(config, found);
  return found;
}

test.each([
  ['event', ['channels: { value: {} }']],
  ['waiting', ['channels: { value: {} }', 'window: { kind: event, out_of_orderness: 4m }']],
  ['tumbling', ['channels: { value: {}, other: {} }', 'window: { kind: tumbling, size: 1m, gap: { policy: carry } }']],
  [
    'hopping',
    [
      'channels: { value: { aggregate: median }, a: {}, b: {} }',
      'window: { kind: hopping, size: 4m, hop: 2m, lateness: 1m }',
    ],
  ],
])('estimates the bytes of 10 000 series within a tenth: %s', { timeout: 120_000 }, async (name, stream) => {
  const file = configured(name, stream);
  const { memory: whole, page, bundles } = await planned(file, ['--seconds', '0']);
  const memory = whole - page - bundles;
  const { bytes, seriesCount } = filled(file);
  expect(seriesCount).toBe(SERIES);
  expect(memory / bytes).toBeGreaterThan(0.9);
  expect(memory / bytes).toBeLessThan(1.1);
});

test('the memory of the live page is part of the whole: as many series as it keeps, and none without scores', {
  timeout: 120_000,
}, async () => {
  const one = ['channels: { value: {} }'];
  const pageOf = async (stream: readonly string[], server: string) => {
    const file = configured('page', stream);
    appendFileSync(file, `\nserver: ${server}\n`);
    const { page, memory, memoryAtMax } = await planned(file, ['--seconds', '0', '--series', '100']);
    expect(memoryAtMax).toBeGreaterThan(memory);
    return page;
  };
  const each = await pageOf(one, '{ page: { max_series: 1, points: 1000 } }');
  expect(each).toBeGreaterThan(32_000);
  expect(await pageOf(one, '{ page: { max_series: 70, points: 1000 } }')).toBe(70 * each);
  expect(await pageOf(one, '{ page: { max_series: 500, points: 1000 } }')).toBe(100 * each);
  expect(await pageOf([...one, 'emit: { scores: alerts }'], '{}')).toBe(0);
  expect(await pageOf(one, '{ page: { enabled: false } }')).toBe(0);
});

test('the memory of bundles is part of the whole: what comes between two checkpoints, at most, and none without', {
  timeout: 120_000,
}, async () => {
  const bundlesOf = async (state: string, rate: string) => {
    const file = configured('bundles', ['channels: { value: {}, other: {} }']);
    appendFileSync(file, `\nstate: ${state}\n`);
    const flags = ['--seconds', '0', '--series', '100', '--rows-per-second', rate];
    const { bundles, memory } = await planned(file, flags);
    expect(memory).toBeGreaterThan(bundles);
    return bundles;
  };
  // 36 bytes an observation of two channels, three times at most; the room doubles.
  const ten = '{ checkpoint_interval: 10s }';
  expect(await bundlesOf(ten, '1000')).toBe(3 * 36 * 16_384);
  expect(await bundlesOf('{ checkpoint_interval: 40s }', '1000')).toBe(3 * 36 * 65_536);
  expect(await bundlesOf(ten, '90000')).toBe(3 * 36 * 262_144);
  expect(await bundlesOf('{ bundles: 0 }', '1000')).toBe(0);
});

test('at defaults, a series of one channel takes no more than 6 KB', { timeout: 60_000 }, () => {
  expect(filled(configured('defaults', ['channels: { value: {} }'])).bytes / SERIES).toBeLessThan(6 * 1024);
});

test('says what a trial gave, and how many cores a rate takes', { timeout: 240_000 }, async () => {
  const file = configured('trial', ['channels: { value: {} }', 'network: { hidden: 4 }']);
  const { rowsPerCpuSecond, outputBytes, rowsPerSecond } = await planned(file, [
    ...['--seconds', '0.2', '--rows-per-second', '500'],
  ]);
  expect(rowsPerCpuSecond).toBeGreaterThan(100);
  expect(outputBytes).toBeGreaterThan(100);
  expect(rowsPerSecond).toBe(500);
  const { out } = await surprisal(['plan', '-c', file, '--seconds', '0.2', '--series', '100']);
  expect(out).toMatch(/memory {4}[\d\u202f]+ bytes a series/);
  expect(out).toMatch(/rows per second and core, measured here; 2 rows per second take 0\.00 cores/);
});

test.each([
  ['--series', 'many'],
  ['--rows-per-second', '-1'],
])('%s %s is a usage fault', { timeout: 60_000 }, async (flag, value) => {
  const { code, err } = await surprisal(['plan', '-c', configured('flags', ['channels: { value: {} }']), flag, value]);
  expect(code).toBe(2);
  expect(err).toContain(flag);
});

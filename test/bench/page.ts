/*
 * What the live page costs a run: nanoseconds for each scored row, and bytes of each series beside its arrays.
 *
 *   node test/bench/run.mjs test/bench/page.ts
 */
import process from 'node:process';
import type { ScoreOutput } from '../../src/event/output.ts';
import { Live } from '../../src/live/live.ts';
import { historyBytes, pageOptions } from '../../src/live/options.ts';

const SERIES = 2_000;
const ROWS = 400;

function row(series: string, n: number, channels: number): ScoreOutput {
  const channel = { value: n % 7, expected: 3, lower: 1, upper: 5, bits: 2, attribution: 1 / channels };
  return {
    kind: 'score',
    stream: 's',
    series,
    timeMs: n * 1_000,
    channels: Array.from({ length: channels }, (_, d) => ({ channel: `c${d}`, ...channel })),
    bits: 2 * channels,
    pValue: 0.5,
    score: 0.1,
    lead: 0,
    alert: '',
    warming: false,
  };
}

function used(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

for (const channels of [1, 6]) {
  const options = pageOptions.parse({});
  const names = Array.from({ length: SERIES }, (_, n) => `series-${n}`);
  const kinds = Array.from({ length: channels }, (_, d) => ({ name: `c${d}`, unit: '' }));
  const live = new Live([{ name: 's', channels: kinds }], options);
  const before = used();
  let spent = 0;
  for (let n = 0; n < ROWS; n++) {
    const rows = names.map((name) => row(name, n, channels));
    const began = process.cpuUsage();
    live.emitted('s', rows);
    const { user, system } = process.cpuUsage(began);
    spent += user + system;
  }
  const each = (used() - before) / SERIES;
  const nanoseconds = ((1e3 * spent) / (ROWS * SERIES)).toFixed(0);
  const planned = historyBytes(options, channels);
  process.stdout.write(
    `${channels} channels: ${nanoseconds} ns a row; ${each.toFixed(0)} bytes a series, planned ${planned}\n`,
  );
  process.stdout.write(`${live.counts('s').shown} series kept\n`);
}

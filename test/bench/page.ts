/*
 * What the live page costs a run: nanoseconds for each scored row, bytes of each series beside its arrays, and bytes of
 * each alert.
 *
 *   node --expose-gc test/bench/run.mjs test/bench/page.ts
 */
import process from 'node:process';
import type { AlertOutput, ScoreOutput } from '../../src/event/output.ts';
import { Live } from '../../src/live/live.ts';
import { alertsBytes, historyBytes, pageOptions } from '../../src/live/options.ts';

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

/** Nothing is freed between two measures. */
const kept: Live[] = [];

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
  kept.push(live);
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
}

const STEPS = 14;

/** A step of an alert, with as many words as the longest have. */
function step(id: number, revision: number): AlertOutput {
  const seen = { value: 7, expected: 3, lower: 1, upper: 5, bits: 40, pValue: 1e-6, score: 0.9 };
  const about = { stream: 's', series: `series-${id}`, channel: 'c0', reason: 'unusual_value' } as const;
  const summary = `${id}-${revision} ${'the inside of this room is far below what it ever was at this hour; '.repeat(8)}`;
  const times = { startMs: 1, timeMs: revision };
  const state = {
    kind: 'alert',
    state: 'firing',
    severity: 'critical',
    id: id.toString(16).padStart(16, '0'),
  } as const;
  return { ...state, ...about, ...seen, ...times, revision, summary: Buffer.from(summary).toString() };
}

for (const channels of [1, 6]) {
  const options = pageOptions.parse({});
  const kinds = Array.from({ length: channels }, (_, d) => ({ name: `c${d}`, unit: '' }));
  const live = new Live([{ name: 's', channels: kinds }], options);
  kept.push(live);
  const before = used();
  for (let id = 0; id < options.max_alerts; id++) {
    for (let revision = 0; revision < STEPS; revision++) {
      live.emitted('s', [row(`series-${id}`, revision, channels), step(id, revision)]);
    }
    const numbers = 4 * channels + (channels * (channels - 1)) / 2;
    const outlines = Array.from({ length: 3 }, () => Array.from({ length: numbers }, (_, n) => n / 7));
    const signature = { reason: 'unusual_value', channel: 'c0', outlines };
    live.emitted('s', [], [{ id: id.toString(16).padStart(16, '0'), signature }]);
  }
  const each = (used() - before) / options.max_alerts - historyBytes(options, channels);
  const planned = alertsBytes(options, channels) / options.max_alerts;
  process.stdout.write(`${channels} channels: ${each.toFixed(0)} bytes an alert, planned at most ${planned}\n`);
}
process.stdout.write(`${kept.map((live) => live.counts('s').shown).join(', ')} series kept\n`);

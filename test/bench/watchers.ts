/*
 * What browsers cost a run: rows that are scored and shown per CPU-second, 2 000 series in turn, with 20 browsers that each watch one of them and without,
 * in turn; and the memory that browsers take which read nothing. The browsers are another process.
 *
 *   node test/bench/run.mjs test/bench/watchers.ts
 */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { detectorOptions, streamOptions } from '../../src/config/stream.ts';
import { Detector } from '../../src/detector/detector.ts';
import { Live } from '../../src/live/live.ts';
import { pageOptions } from '../../src/live/options.ts';
import { startServer } from '../../src/server/server.ts';
import { answerLive } from '../../src/service/live-answers.ts';
import { liveApi } from '../../src/service/live-api.ts';

const SERIES = 2_000;
const BROWSERS = 20;
const ROUNDS = 3;
const ROUND_MS = 5_000;
const SLICE = 256;

const stream = streamOptions.parse({
  source: { kind: 'file', path: '-' },
  channels: { value: {} },
  window: { kind: 'event' },
  network: { engine: 'wasm' },
});
const detector = new Detector(detectorOptions('s', stream));
const live = new Live([{ name: 's', channels: [{ name: 'value', unit: '' }] }], pageOptions.parse({}));
const service = { tasks: [], queues: [], readiness: { started: true, ready: true, reasons: [] } };
const api = liveApi(['s'], async (question) => [await answerLive(question, { live, service, streams: ['s'] })]);
const server = await startServer({
  host: '127.0.0.1',
  port: 0,
  exposition: async () => ({ contentType: 'text/plain', text: '' }),
  health: () => service.readiness,
  onBug: (error) => process.stderr.write(`${String(error)}\n`),
  push: new Map(),
  api: { names: ['s'], streams: async () => [], series: async () => [] },
  live: { api, files: new Map() },
});

let rows = 0;

function take(count: number): void {
  for (let n = 0; n < count; n++, rows++) {
    const round = Math.floor(rows / SERIES);
    const value = Math.sin(round / 9) + ((rows * 7_919) % 101) / 500;
    detector.observe({ series: `s${rows % SERIES}`, timeMs: round * 1_000, values: Float64Array.of(value) });
  }
}

/** Scores for so long, in slices as a task does; rows per CPU-second. */
async function scored(forMs: number): Promise<number> {
  const [first, began] = [rows, process.cpuUsage()];
  for (const end = performance.now() + forMs; performance.now() < end; ) {
    take(SLICE);
    live.emitted('s', detector.drain());
    await setImmediate();
  }
  const { user, system } = process.cpuUsage(began);
  return (rows - first) / ((user + system) / 1e6);
}

/** One row a second of each series, in twenty steps, for so many seconds: rows a second, and CPU seconds a second. */
async function paced(seconds: number): Promise<readonly [rate: number, cpu: number]> {
  const [first, began, start] = [rows, process.cpuUsage(), performance.now()];
  for (let step = 0; step < 20 * seconds; step++) {
    take(SERIES / 20);
    live.emitted('s', detector.drain());
    await setTimeout(Math.max(0, start + (step + 1) * 50 - performance.now()));
  }
  const { user, system } = process.cpuUsage(began);
  const took = (performance.now() - start) / 1e3;
  return [(rows - first) / took, (user + system) / 1e6 / took];
}

/** Browsers in a process of their own: each watches a series, reading or not. */
function browsers(count: number, reading: boolean): ChildProcess {
  const script = `
    const { get } = require('node:http');
    for (let n = 0; n < ${count}; n++)
      get('${server.url}/api/events?stream=s&series=s' + n, { agent: false }, (answer) => answer.${reading ? 'resume' : 'pause'}());
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
}

function megabytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return (heapUsed + arrayBuffers + external) / 1e6;
}

const median = (all: readonly number[]) => [...all].sort((a, b) => a - b)[all.length >> 1];

await scored(2 * ROUND_MS);
for (const count of [0, BROWSERS]) {
  const watching = browsers(count, true);
  await setTimeout(1_500);
  const [rate, cpu] = await paced(10);
  process.stdout.write(
    `${count} browsers, a row a second of each series: ${rate.toFixed(0)} rows/s, ${(100 * cpu).toFixed(1)} % of a core\n`,
  );
  watching.kill();
  await setTimeout(500);
}
const rates: Record<'none' | 'some', number[]> = { none: [], some: [] };
for (let round = 0; round < ROUNDS; round++) {
  rates.none.push(await scored(ROUND_MS));
  const watching = browsers(BROWSERS, true);
  await setTimeout(1_500);
  rates.some.push(await scored(ROUND_MS));
  watching.kill();
  await setTimeout(500);
}
const [none, some] = [median(rates.none), median(rates.some)];
process.stdout.write(
  `rows per CPU-second: ${none.toFixed(0)} alone, ${some.toFixed(0)} with ${BROWSERS} browsers: ${((100 * some) / none - 100).toFixed(1)} %\n`,
);
const before = megabytes();
const deaf = browsers(BROWSERS, false);
await setTimeout(1_500);
await scored(2 * ROUND_MS);
process.stdout.write(
  `${BROWSERS} browsers that read nothing: ${(megabytes() - before).toFixed(1)} MB more after ${(2 * ROUND_MS) / 1e3} s\n`,
);
deaf.kill();
await server.close();

/*
 * How smooth the page is with 2 000 series that have a row a second each: the program itself, real headless Chromium, and the browser's own trace of 30 s. A frame is
 * asked for all the time, so that each delay shows as a long one.
 *
 *   node test/bench/run.mjs test/bench/browser.ts
 */
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { startChromium } from '../servers/chromium.ts';
import { startSurprisal } from '../servers/surprisal.ts';

const SERIES = 2_000;
const WARM_S = 15;
const TRACED_S = 30;

const trace = z.object({
  traceEvents: z.array(
    z.looseObject({
      name: z.string(),
      ts: z.number(),
      dur: z.number().optional(),
      tid: z.number(),
      pid: z.number(),
      args: z.unknown(),
    }),
  ),
});

const program = await startSurprisal({
  streams: {
    s: {
      source: { kind: 'http', folder: 'inbox' },
      decode: { key: '/id', time: { at: '/t', format: 'epoch_ms' } },
      channels: { value: {} },
      window: { kind: 'event' },
    },
  },
});

let second = 0;

/** One row of each series. */
async function push(): Promise<void> {
  const t = 1.7e12 + second++ * 1_000;
  const records = Array.from({ length: SERIES }, (_, n) => ({
    id: `s${n}`,
    t,
    value: Math.sin(second / 9 + n) + ((n * second * 7_919) % 101) / 500,
  }));
  const answer = await fetch(`${program.url}/api/streams/s/observations`, {
    method: 'POST',
    body: JSON.stringify(records),
    headers: { 'content-type': 'application/json' },
  });
  if (answer.status !== 202) throw new Error(await answer.text());
}

/** For so many seconds, a push at the begin of each. */
async function paced(seconds: number): Promise<void> {
  const start = performance.now();
  for (let n = 1; n <= seconds; n++) {
    await push();
    await pause(Math.max(0, start + n * 1_000 - performance.now()));
  }
}

async function scored(): Promise<number> {
  return Number(/^surprisal_rows_scored_total(?:{[^}]*})? (\S+)$/m.exec(await program.metrics())?.[1]);
}

const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

function line(name: string, values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const [median, p99, most] = [quantile(sorted, 0.5), quantile(sorted, 0.99), sorted.at(-1) ?? 0];
  return `${name}: ${values.length}, median ${median?.toFixed(1)} ms, p99 ${p99?.toFixed(1)} ms, longest ${most.toFixed(1)} ms\n`;
}

/** Times between frames that were drawn, and of tasks on the page's main thread, ms. */
function figures(text: string): string {
  const { traceEvents } = trace.parse(JSON.parse(text));
  const main = traceEvents.find(
    ({ name, args }) => name === 'thread_name' && JSON.stringify(args).includes('CrRendererMain'),
  );
  const drawn = traceEvents
    .filter(({ name }) => name === 'DrawFrame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const frames = drawn.slice(1).map((ts, n) => (ts - drawn[n]) / 1e3);
  const tasks = traceEvents.filter(({ name, tid, pid }) => name === 'RunTask' && tid === main?.tid && pid === main.pid);
  return (
    line('frames', frames) +
    line(
      'tasks of the main thread',
      tasks.map(({ dur = 0 }) => dur / 1e3),
    )
  );
}

const browser = await startChromium();
try {
  await paced(WARM_S);
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.goto(program.url);
  await page.locator('.chart canvas').first().waitFor();
  await page.evaluate('(function frame() { requestAnimationFrame(frame); })()');
  const categories = [
    'devtools.timeline',
    'disabled-by-default-devtools.timeline',
    'disabled-by-default-devtools.timeline.frame',
    '__metadata',
  ];
  const [before, began] = [await scored(), performance.now()];
  await browser.startTracing(page, { categories });
  await paced(TRACED_S);
  const text = (await browser.stopTracing()).toString();
  const rate = (1e3 * ((await scored()) - before)) / (performance.now() - began);
  process.stdout.write(`${SERIES} series, ${rate.toFixed(0)} rows/s scored and shown\n${figures(text)}`);
} finally {
  await browser.close();
  await program.stop();
}

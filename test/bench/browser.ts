/*
 * How smooth the page is with 2 000 series that have a row a second each: the program itself, real headless Chromium,
 * and the browser's own trace while a person watches, scrolls the list, moves over the chart and types in the search.
 * The browser draws a frame only where something has changed: so a dot is moved by the page's main thread in each, and
 * the time between two drawn frames is how long a person waits for the next.
 *
 *   node test/bench/run.mjs test/bench/browser.ts
 */
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { startChromium } from '../servers/chromium.ts';
import { startSurprisal } from '../servers/surprisal.ts';

const SERIES = 2_000;
const WARM_S = 15;
const TRACED_S = 20;
const FRAME_MS = 1_000 / 60;

const trace = z.object({
  traceEvents: z.array(
    z.looseObject({
      name: z.string(),
      ts: z.number(),
      dur: z.number().optional(),
      tdur: z.number().optional(),
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

/** Times between frames that were drawn, and what tasks of the page's main thread need, ms. */
function figures(text: string): string {
  const { traceEvents } = trace.parse(JSON.parse(text));
  const main = traceEvents.find(
    ({ name, args }) => name === 'thread_name' && JSON.stringify(args).includes('CrRendererMain'),
  );
  const drawn = traceEvents
    .filter(({ name, pid }) => name === 'DrawFrame' && pid === main?.pid)
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const frames = drawn.slice(1).map((ts, n) => (ts - drawn[n]) / 1e3);
  const late = frames.filter((ms) => ms > 1.5 * FRAME_MS).length;
  const tasks = traceEvents.filter(({ name, tid, pid }) => name === 'RunTask' && tid === main?.tid && pid === main.pid);
  // CPU time: what the page itself needs, however busy the machine is.
  const needed = tasks.map(({ tdur = 0 }) => tdur / 1e3);
  const busy = needed.reduce((sum, ms) => sum + ms, 0) / (10 * TRACED_S);
  return (
    line(`  frames, ${((100 * late) / frames.length).toFixed(1)} % late`, frames) +
    line(`  CPU of the main thread's tasks, ${busy.toFixed(0)} % of a core`, needed)
  );
}

/** What a person does: `act` again and again, some forty times a second at most. */
const ways: readonly (readonly [what: string, act: (page: Page, n: number) => Promise<void>])[] = [
  ['watching', () => Promise.resolve()],
  [
    'scrolling the list',
    async (page, n) => {
      if (n === 0) await page.locator('.list').hover();
      await page.mouse.wheel(0, n % 400 < 200 ? 240 : -240);
    },
  ],
  [
    'moving over the chart',
    async (page, n) => {
      const box = await page.locator('.chart').first().boundingBox();
      if (box === null) throw new Error('there is no chart');
      await page.mouse.move(box.x + 70 + ((n * 7) % (box.width - 120)), box.y + box.height / 2);
    },
  ],
  [
    'searching',
    async (page, n) => {
      if (n % 10 === 0) await page.getByRole('searchbox').fill(`s${(n / 10) % 10}`);
    },
  ],
];

const browser = await startChromium();
try {
  await paced(WARM_S);
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  await page.goto(program.url);
  await page.locator('.chart canvas').first().waitFor();
  await page.evaluate(`{
    const dot = document.body.appendChild(document.createElement('i'));
    Object.assign(dot.style, { position: 'fixed', width: '4px', height: '4px', background: 'red', top: '0' });
    let n = 0;
    (function frame() { dot.style.left = (n++ % 64) + 'px'; requestAnimationFrame(frame); })();
  }`);
  const categories = [
    'devtools.timeline',
    'disabled-by-default-devtools.timeline',
    'disabled-by-default-devtools.timeline.frame',
    '__metadata',
  ];
  for (const [what, act] of ways) {
    const [before, began] = [await scored(), performance.now()];
    await browser.startTracing(page, { categories });
    let isOver = false;
    const acting = (async () => {
      for (let n = 0; !isOver; n++) await Promise.all([act(page, n), pause(25)]);
    })();
    await paced(TRACED_S);
    isOver = true;
    await acting;
    const rate = (1e3 * ((await scored()) - before)) / (performance.now() - began);
    const text = (await browser.stopTracing()).toString();
    process.stdout.write(`${what}: ${rate.toFixed(0)} rows/s scored and shown\n${figures(text)}`);
  }
} finally {
  await browser.close();
  await program.stop();
}

import { Session } from 'node:inspector/promises';
import { parseArgs } from 'node:util';
import type { SourceRecord } from '../../src/event/record.ts';
import { cpuSeconds } from './cpu.ts';
import { Embedded, records, WARM_ROWS } from './embedded.ts';

/* node test/bench/run.mjs test/bench/pipeline.ts [--series N] [--rows N] [--rounds N]: rows per CPU-second of the embedded pipeline, one
 * channel, from JSON bytes in memory, once every series is warm; the best round; then where the time goes, by room. */

const { values } = parseArgs({
  options: {
    series: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '4' },
  },
});
const series = Number(values.series);
const rows = Number(values.rows);
const input = records(series, series * WARM_ROWS + rows);
const warming = input.slice(0, series * WARM_ROWS);
const timed = input.slice(series * WARM_ROWS);

function round(scores: 'all' | 'alerts'): number {
  const pipeline = new Embedded(scores);
  pipeline.take(warming);
  return rows / cpuSeconds(() => pipeline.take(timed));
}

/** Self time by room, from the sampling profiler. */
async function profile(work: readonly SourceRecord[]): Promise<readonly (readonly [room: string, hits: number])[]> {
  const pipeline = new Embedded();
  pipeline.take(warming);
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  pipeline.take(work);
  const { profile: taken } = await session.post('Profiler.stop');
  const rooms = new Map<string, number>();
  for (const { callFrame, hitCount = 0 } of taken.nodes) {
    const room =
      /src\/([a-z]+)\//.exec(callFrame.url)?.[1] ??
      (callFrame.url.startsWith('wasm') ? 'lstm' : callFrame.functionName);
    rooms.set(room, (rooms.get(room) ?? 0) + hitCount);
  }
  return [...rooms].sort((a, b) => b[1] - a[1]);
}

const { engine, bytesPerSeries } = new Embedded().detector;
console.log(`${series} series, ${rows} rows timed, engine ${engine}, ${bytesPerSeries} bytes a series`);
for (const scores of ['all', 'alerts'] as const) {
  const rounds = Array.from({ length: Number(values.rounds) }, () => Math.round(round(scores)));
  console.log(`emit ${scores}: ${Math.max(...rounds)} rows per CPU-second (best of ${rounds.join(', ')})`);
}
const rooms = await profile(timed);
const total = rooms.reduce((sum, [, hits]) => sum + hits, 0);
for (const [room, hits] of rooms.slice(0, 12)) {
  console.log(`${((100 * hits) / total).toFixed(1).padStart(5)} %  ${room}`);
}

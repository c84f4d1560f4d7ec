import { Session } from 'node:inspector/promises';
import process from 'node:process';
import { detectorOptions, streamOptions } from '../../src/config/stream.ts';
import { decoder } from '../../src/decode/decoder.ts';
import { Detector } from '../../src/detector/detector.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { Random } from '../../src/math/random.ts';
import { Intake } from '../../src/pipeline/intake.ts';

/* node test/bench/run.mjs test/bench/pipeline.ts [SERIES [ROWS]]: rows per CPU-second of decode → window → feature → LSTM → score →
 * calibrate → alert → learn, one channel, from JSON bytes in memory; then where the time goes, by room. Best of three rounds. */

const SERIES = Number(process.argv[2] ?? 1000);
const ROWS = Number(process.argv[3] ?? 300_000);
const ROUNDS = 3;
const BATCH = 1000;

function records(): SourceRecord[] {
  const random = new Random(1);
  const encoder = new TextEncoder();
  return Array.from({ length: ROWS }, (_, i) => {
    const step = Math.floor(i / SERIES);
    const time = new Date(Date.UTC(2026, 0, 1) + step * 300_000).toISOString();
    const value = 20 + 5 * Math.sin(step / 40 + (i % SERIES)) + random.normal();
    const text = JSON.stringify({ id: `series-${i % SERIES}`, time, value: Math.round(value * 100) / 100 });
    return { value: encoder.encode(text), offset: i, next: i + 1, line: i + 1 };
  });
}

const config = streamOptions.parse({
  source: { kind: 'file', path: '-' },
  decode: { key: 'id' },
  channels: { value: {} },
  emit: { scores: process.argv.includes('--alerts-only') ? 'alerts' : 'all' },
});

function cpuSeconds(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function pass(input: readonly SourceRecord[]): Detector {
  const options = detectorOptions('bench', config);
  const detector = new Detector(options);
  const intake = new Intake('bench', 'memory', { decoder: decoder(config.decode, options.channels), detector });
  for (let from = 0; from < input.length; from += BATCH) {
    intake.take(input.slice(from, from + BATCH));
    intake.drain();
  }
  return detector;
}

/** Self time by room, from the sampling profiler. */
async function profile(input: readonly SourceRecord[]): Promise<ReadonlyMap<string, number>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  pass(input);
  const { profile: taken } = await session.post('Profiler.stop');
  const rooms = new Map<string, number>();
  for (const { callFrame, hitCount = 0 } of taken.nodes) {
    const room =
      /src\/([a-z]+)\//.exec(callFrame.url)?.[1] ??
      (callFrame.url.startsWith('wasm') ? 'lstm' : callFrame.functionName);
    rooms.set(room, (rooms.get(room) ?? 0) + hitCount);
  }
  return rooms;
}

const input = records();
const seconds = Array.from({ length: ROUNDS }, () => cpuSeconds(() => pass(input)));
const best = Math.min(...seconds);
const detector = pass(input);
console.log(`${SERIES} series, ${ROWS} rows, engine ${detector.engine}, ${detector.bytesPerSeries} bytes a series`);
console.log(
  `${Math.round(ROWS / best)} rows per CPU-second (best of ${seconds.map((s) => Math.round(ROWS / s)).join(', ')})`,
);
const rooms = [...(await profile(input))].sort((a, b) => b[1] - a[1]);
const total = rooms.reduce((sum, [, hits]) => sum + hits, 0);
for (const [room, hits] of rooms.slice(0, 12))
  console.log(`${((100 * hits) / total).toFixed(1).padStart(5)} %  ${room}`);

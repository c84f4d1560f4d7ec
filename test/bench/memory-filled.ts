import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { detectorOptions, streamOptions } from '../../src/config/stream.ts';
import { Detector } from '../../src/detector/detector.ts';

/* A program for memory.ts: SERIES. Fills a detector of one channel at its defaults; a line of JSON with what that took, in bytes. */

/** By then a series has rows in its chunk, its season and both memories: every page of it has been touched. */
const ROWS = 52;
const STEP_MS = 300_000;

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

async function settled(): Promise<NodeJS.MemoryUsage> {
  for (let i = 0; i < 3; i++) {
    if (typeof collect === 'function') collect();
    // Memory of arrays is given back by a thread of V8's own, soon after.
    await setTimeout(300);
  }
  return process.memoryUsage();
}

function fill(detector: Detector, series: number): void {
  for (let row = 0; row < ROWS; row++) {
    for (let n = 0; n < series; n++) {
      const values = Float64Array.of(20 + Math.sin(row / 5 + n));
      detector.observe({ series: JSON.parse(`"series-${n}"`), timeMs: row * STEP_MS, values });
      if (n % 1000 === 0) detector.drain();
    }
  }
  detector.drain();
}

const series = Number(process.argv[2]);
const options = detectorOptions(
  'bench',
  streamOptions.parse({ source: { kind: 'file', path: '-' }, decode: { key: 'id' }, channels: { value: {} } }),
);
fill(new Detector(options), 2000);
const before = await settled();
const detector = new Detector(options);
fill(detector, series);
const after = await settled();
const columns = detector.bytesPerSeries;
const objects = (after.heapUsed - before.heapUsed) / series;
const resident = (after.rss - before.rss) / series;
process.stdout.write(`${JSON.stringify({ series, columns, objects, resident })}\n`);

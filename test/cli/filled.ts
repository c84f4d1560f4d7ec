import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadConfig } from '../../src/config/load.ts';
import { detectorOptions } from '../../src/config/stream.ts';
import { Detector } from '../../src/detector/detector.ts';

/* A program: fills the detector of a configuration's stream `room` with 10 000 series, and writes to standard output how many bytes that took. */

const SERIES = 10_000;
const ROWS = 12;
const STEP_MS = 60_000;

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

function bytes(): number {
  for (let i = 0; i < 3; i++) if (typeof collect === 'function') collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Each row of a series half a second after that of the one before it; names and values are objects of their own, as a decoder's are. */
function fill(detector: Detector, channels: number): void {
  for (let row = 0; row < ROWS; row++) {
    for (let n = 0; n < SERIES; n++) {
      const values = Float64Array.from({ length: channels }, (_, d) => 20 + d + Math.sin(row + n));
      detector.observe({ series: JSON.parse(`"sensor-${n}"`), timeMs: row * STEP_MS + n, values });
      if (n % 500 === 0) detector.drain();
    }
  }
  detector.drain();
}

const stream = loadConfig(process.argv[2] ?? '', {}).streams.room;
const options = detectorOptions('room', stream);
const before = bytes();
const detector = new Detector(options);
fill(detector, options.channels.length);
process.stdout.write(`${JSON.stringify({ bytes: bytes() - before, seriesCount: detector.seriesCount })}\n`);

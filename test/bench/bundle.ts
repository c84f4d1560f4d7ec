/*
 * What the bundles of alerts cost the rows without one: nanoseconds and bytes of a row that is recorded, beside the time that a row takes as a whole.
 *
 *   node test/bench/run.mjs test/bench/bundle.ts
 */
import process from 'node:process';
import { Recording } from '../../src/bundle/recording.ts';

const SERIES = 2_000;
const ROWS = 200_000;
const ROUNDS = 20;

for (const channels of [1, 6]) {
  const names = Array.from({ length: SERIES }, (_, n) => `series-${n}`);
  const observations = Array.from({ length: ROWS }, (_, n) => ({
    series: names[n % SERIES],
    timeMs: n,
    values: new Float64Array(channels).fill(n),
  }));
  const recording = new Recording(channels, ROWS);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    recording.clear();
    const began = process.cpuUsage();
    for (const observation of observations) recording.observed(observation, undefined);
    const { user, system } = process.cpuUsage(began);
    times.push((1e3 * (user + system)) / ROWS);
  }
  const median = times.sort((a, b) => a - b)[ROUNDS >> 1];
  const bytes = 4 + 8 * (2 + channels);
  process.stdout.write(
    `${channels} channels: ${median.toFixed(0)} ns and ${bytes} bytes a row, until the next checkpoint\n`,
  );
}

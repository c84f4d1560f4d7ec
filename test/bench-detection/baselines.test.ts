import { describe, expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { onlineArima } from '../bench/detection/baselines/arima.ts';
import { type Baseline, contestantOf } from '../bench/detection/baselines/baseline.ts';
import { baselines, sanity } from '../bench/detection/baselines/baselines.ts';
import { RandomCutTree } from '../bench/detection/baselines/random-cut-tree.ts';
import { rollingMad, runningZ } from '../bench/detection/baselines/rolling.ts';
import { evenTimes, type Recording, type StreamCase } from '../bench/detection/recording.ts';

const ROWS = 2000;
const SPIKE = 1500;

function noise(seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: ROWS }, () => random.normal());
}

function stream(...values: Float64Array[]): StreamCase {
  const recording: Recording = { name: 'made', times: evenTimes(values[0].length), values };
  return { config: { channels: Object.fromEntries(values.map((_, c) => [`c${c}`, {}])) }, recordings: [recording] };
}

describe.each(baselines.map((baseline) => [baseline.name, baseline] as const))('%s', (_, baseline) => {
  test('scores a huge spike above 19 of 20 rows before it, and names a channel', () => {
    const second = noise(2);
    second[SPIKE] = 30;
    const [{ scores, incidents }] = contestantOf(baseline).watch(stream(noise(1), second), 1);
    const before = scores.slice(300, SPIKE);
    const spike = scores.subarray(SPIKE, SPIKE + 8).reduce((most, score) => Math.max(most, score), 0);
    expect(before.filter((score) => score >= spike).length / before.length).toBeLessThan(0.05);
    expect(incidents.every(({ channel }) => channel === 0 || channel === 1)).toBe(true);
    if (baseline.sees === 'channel') expect(incidents).toContainEqual(expect.objectContaining({ channel: 1 }));
  });

  test('looks at nothing that comes later', () => {
    const values = noise(3);
    const [whole] = contestantOf(baseline).watch(stream(values), 1);
    const [prefix] = contestantOf(baseline).watch(stream(values.slice(0, 900)), 1);
    expect([...prefix.scores]).toEqual([...whole.scores.slice(0, 900)]);
  });
});

test('the running z is the distance from the mean of the last 100 rows, in their sd', () => {
  const values = noise(4);
  const window = [...values.slice(400, 500)];
  const mean = window.reduce((sum, x) => sum + x, 0) / 100;
  const sd = Math.sqrt(window.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 100);
  expect(runningZ([values], 1)[500]).toBeCloseTo(Math.abs(values[500] - mean) / sd, 9);
});

test('the rolling MAD is the distance from the median of the last 100 rows, in 1.4826 median distances', () => {
  const values = noise(5);
  const window = [...values.slice(400, 500)].sort((a, b) => a - b);
  const median = window[50];
  const distances = window.map((x) => Math.abs(x - median)).sort((a, b) => a - b);
  expect(rollingMad([values], 1)[500]).toBeCloseTo(Math.abs(values[500] - median) / (1.4826 * distances[50]), 9);
});

test('ARIMA learns an autoregression of the differences: its errors are the noise alone', () => {
  const random = new Random(6);
  const values = new Float64Array(6000);
  for (let t = 2; t < values.length; t++) {
    values[t] = values[t - 1] + 0.9 * (values[t - 1] - values[t - 2]) + random.normal();
  }
  const scores = onlineArima([values], 1).slice(1000);
  const beyond = scores.filter((score) => score > 1.96).length / scores.length;
  expect(beyond).toBeGreaterThan(0.035);
  expect(beyond).toBeLessThan(0.065);
  // Steps have sd 1/√(1 − .81) = 2.3 noises: a noise of 8 is 3.5 of those, and 8 of what is left to ARIMA.
  values[5000] += 8;
  expect(onlineArima([values], 1)[5000]).toBeGreaterThan(6);
});

describe('a random cut tree', () => {
  test('forgets a point that is taken out: it scores as a tree that never had it', () => {
    const random = new Random(7);
    const tree = new RandomCutTree(new Random(8));
    const points = Array.from({ length: 50 }, () => Float64Array.of(random.normal(), random.normal()));
    for (const point of points) tree.insert(point);
    const far = Float64Array.of(100, 100);
    const before = tree.score(far);
    const kept = tree.insert(far);
    const seen = tree.score(far);
    tree.remove(kept);
    expect(tree.score(far)).toBe(before);
    expect(seen).toBeLessThan(before);
    expect(before).toBeGreaterThan(tree.score(Float64Array.of(0, 0)));
  });

  test('counts a point that comes twice, and is empty when all are gone', () => {
    const tree = new RandomCutTree(new Random(9));
    const point = Float64Array.of(1);
    const kept = [tree.insert(point), tree.insert(point), tree.insert(Float64Array.of(2))];
    for (const each of kept) tree.remove(each);
    expect(tree.score(point)).toBe(0);
  });
});

describe('incidents of a baseline', () => {
  const made = (alarms: readonly number[], calmRows?: number): Baseline => ({
    name: 'made',
    sees: 'row',
    score: ([values]) => values.map((_, row) => (alarms.includes(row) ? 1 : 0)),
    alarm: 0.5,
    ...(calmRows === undefined ? {} : { calmRows }),
  });
  const raisedBy = (baseline: Baseline) =>
    contestantOf(baseline)
      .watch(stream(new Float64Array(1000)), 1)[0]
      .incidents.map(({ raised }) => raised);

  test('alarms less than ten rows apart are one', () => {
    expect(raisedBy(made([5, 14, 23, 33]))).toEqual([5, 33]);
  });

  test('one that never ends is raised anew each hundred rows', () => {
    const always = Array.from({ length: 250 }, (_, row) => row);
    expect(raisedBy(made(always))).toEqual([0, 100, 200]);
  });

  test('flagging everything raises an incident in each row, flagging nothing in none', () => {
    const [everything, nothing] = sanity.map((baseline) => raisedBy(baseline).length);
    expect([everything, nothing]).toEqual([1000, 0]);
  });
});

import { expect, test } from 'vitest';
import { PathSampler } from '../../src/forecast/paths.ts';
import { timesAhead } from '../../src/forecast/times.ts';
import { Random } from '../../src/math/random.ts';
import { hourly, START, STEP, seen, viewOf, wave } from './worlds.ts';

const ROWS = 700;

function waves(options = hourly(), rows = ROWS, backtest?: { readonly after: number }) {
  const random = new Random(7);
  return seen(options, { rows: 24, paths: 60, seed: 1, backtest }, rows, (n) => [wave(n, random)]);
}

test('the same rows and seed give the same paths, whatever the batch of the engine', () => {
  const one = waves();
  const other = waves(hourly([{}], { batch: 7 }));
  const [a, b] = [one, other].map(({ detector, forecaster }) => forecaster.forecast('a', viewOf(detector)));
  expect(a.path(0)).toEqual(b.path(0));
  expect(a.times).toEqual(b.times);
});

test('fewer paths are the first of many, and another seed gives others', () => {
  const { detector } = waves();
  const sampler = new PathSampler(hourly());
  const view = viewOf(detector);
  const times = [START + ROWS * STEP, START + (ROWS + 1) * STEP];
  const [few] = sampler.sample(view, { times, paths: 20, seed: 3 });
  const [many] = sampler.sample(view, { times, paths: 50, seed: 3 });
  const [others] = sampler.sample(view, { times, paths: 20, seed: 4 });
  expect([...many.slice(0, 20), ...many.slice(50, 70)]).toEqual([...few]);
  expect([...others]).not.toEqual([...few]);
});

test('forecasting leaves no trace: state and later scores are, to the byte, those of a detector that never forecast', () => {
  const random = new Random(7);
  const values = Array.from({ length: ROWS }, () => 0).map((_, n) => wave(n, random));
  const rest = (detector: ReturnType<typeof waves>['detector']) => {
    for (let n = 500; n < ROWS; n++) {
      detector.observe({ series: 'a', timeMs: START + n * STEP, values: Float64Array.of(values[n]) });
    }
    return { outputs: detector.drain(), state: [...detector.state.snapshot()] };
  };
  const forecasting = seen(hourly(), { rows: 24, paths: 20, seed: 1 }, 500, (n) => [values[n]]);
  forecasting.forecaster.forecast('a', viewOf(forecasting.detector));
  // 10 000 rows ahead: no forecast is made while reading.
  const plain = seen(hourly(), { rows: 10_000, paths: 20, seed: 1 }, 500, (n) => [values[n]]);
  expect(rest(forecasting.detector)).toEqual(rest(plain.detector));
});

test('rows ahead have the times of rows, and their fan follows the wave and has its noise', () => {
  const { detector, forecaster } = waves(hourly(), 1500);
  const prediction = forecaster.forecast('a', viewOf(detector));
  expect(prediction.times).toEqual(Array.from({ length: 24 }, (_, n) => START + (1500 + n) * STEP));
  const random = new Random(7);
  for (let n = 0; n < 1500; n++) wave(n, random);
  let within = 0;
  for (let row = 0; row < 24; row++) {
    const truth = 20 + 5 * Math.sin((2 * Math.PI * (1500 + row)) / 48);
    const [low, median, high] = [0.025, 0.5, 0.975].map((p) => prediction.quantile(0, row, p));
    expect(Math.abs(median - truth)).toBeLessThan(1.5);
    expect(high - low).toBeLessThan(6);
    if (truth > low && truth < high) within++;
  }
  expect(within).toBe(24);
});

test('paths have the quantiles of the fan at each row, and each keeps its course', () => {
  const { detector, forecaster } = waves();
  const prediction = forecaster.forecast('a', viewOf(detector));
  const paths = prediction.path(0);
  for (const row of [0, 11, 23]) {
    const sorted = paths.slice(row * 60, (row + 1) * 60).sort();
    expect(sorted[29]).toBeLessThanOrEqual(prediction.quantile(0, row, 0.5));
    expect(sorted[30]).toBeGreaterThanOrEqual(prediction.quantile(0, row, 0.5));
    expect(sorted[59]).toBeCloseTo(prediction.quantile(0, row, 59.5 / 60), 9);
  }
});

test('in a backtest of a wave the fan is better than "next = last" from the second row on, and holds what it claims', () => {
  const { forecaster } = waves(hourly(), 2000, { after: 800 });
  const lines = forecaster.backtest('a', 0);
  const of = (method: string) => lines.filter((line) => line.method === method);
  for (const [n, own] of of('surprisal').entries()) {
    expect(own.count).toBeGreaterThan(120);
    if (own.from > 1) expect(own.crps).toBeLessThan(of('last')[n].crps);
    expect(own.in80).toBeGreaterThan(0.7);
    expect(own.in80).toBeLessThan(0.9);
    expect(own.in95).toBeGreaterThan(0.9);
  }
});

test('a price stays positive, a bounded channel within its bounds, and a channel without values has none', () => {
  const options = hourly([{ transform: 'log_return' }, { valid: [0, 10] }, {}, { transform: 'log1p' }]);
  const random = new Random(5);
  let price = 100;
  const { detector, forecaster } = seen(options, { rows: 48, paths: 40, seed: 1 }, 400, () => {
    price *= Math.exp(0.05 * random.normal());
    return [price, Math.min(Math.max(5 + 6 * random.normal(), 0), 10), Number.NaN, random.exponential(50)];
  });
  const prediction = forecaster.forecast('a', viewOf(detector));
  const [prices, bounded, absent, amounts] = [0, 1, 2, 3].map((d) => prediction.path(d));
  expect(Math.min(...prices)).toBeGreaterThan(0);
  expect(Math.min(...bounded)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...bounded)).toBeLessThanOrEqual(10);
  expect(absent.every(Number.isNaN)).toBe(true);
  expect(amounts.every(Number.isFinite)).toBe(true);
});

test('rows ahead lie in sessions', () => {
  const sessions = { open: '9:30', close: '16:00' };
  const options = hourly();
  const { calendar } = new PathSampler({
    ...options,
    features: {
      ...options.features,
      sessions: { days: ['monday', 'tuesday'], holidays: [], half_days: {}, ...sessions },
    },
  });
  const lastMs = Date.UTC(2026, 2, 3, 15, 30);
  const times = timesAhead({ lastMs, intervalMs: STEP, calendar }, 3);
  expect(times.map((timeMs) => new Date(timeMs).toISOString())).toEqual([
    '2026-03-03T16:00:00.000Z',
    '2026-03-09T10:00:00.000Z',
    '2026-03-09T10:30:00.000Z',
  ]);
});

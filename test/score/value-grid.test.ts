import { expect, test } from 'vitest';
import { disagreement, grid } from './grid.ts';
import { noise } from './noise.ts';

test('a grid says what its twin with unbounded stamps says, on noise, a walk, spikes and steps', () => {
  const next = noise(1);
  let walk = 0;
  const streams: ((t: number) => number)[] = [
    () => next(),
    () => (walk += next()),
    (t) => (t % 997 === 0 ? 1e6 : next()),
    (t) => Math.floor(t / 700) * 10 + next(),
    (t) => (t < 1000 ? 7 : 7 + 1e-6 * next()),
    (t) => -1e9 + next() * 10 ** (t % 5),
  ];
  for (const stream of streams) expect(disagreement(4000, 4000, stream)).toBeLessThan(1e-12);
});

test('stamps that went round say what unbounded ones say', () => {
  const next = noise(2);
  const lone = (t: number) => ([1000, 66_800].includes(t) ? 0 : (t % 2 === 0 ? 10 : -10) + next());
  expect(disagreement(70_000, 4000, lone)).toBeLessThan(1e-12);
});

test('a level that left 4 000 rows ago is half forgotten, and after 40 000 wholly', () => {
  const next = noise(3);
  const scoreOfReturn = (away: number) => {
    const { observe } = grid();
    for (let t = 0; t < 500; t++) observe(6 + next() / 10);
    for (let t = 0; t < away; t++) observe(next());
    return observe(6);
  };
  expect(scoreOfReturn(3000)).toBe(0);
  const half = scoreOfReturn(10_000);
  const whole = scoreOfReturn(60_000);
  expect(half).toBeGreaterThan(0.01);
  expect(whole).toBeGreaterThan(2 * half);
});

test('one spike of a million does not blind the grid', () => {
  const next = noise(4);
  const { observe } = grid();
  for (let t = 0; t < 1000; t++) observe(next());
  expect(observe(1e6)).toBeGreaterThan(1);
  for (let t = 0; t < 5000; t++) observe(next());
  expect(observe(30)).toBeGreaterThan(0.025);
});

test('the newest ten rows are no precedent', () => {
  const next = noise(5);
  const { observe } = grid();
  for (let t = 0; t < 1000; t++) observe(next());
  const scores = Array.from({ length: 12 }, () => observe(40));
  expect(scores.slice(0, 11).every((score) => score > 0.5)).toBe(true);
  expect(scores[11]).toBe(0);
});

test('a snapshot in the middle changes nothing', () => {
  const next = noise(6);
  const one = grid();
  for (let t = 0; t < 700; t++) one.observe(next());
  const other = grid();
  other.columns.write(other.slot, one.columns.read(one.slot));
  for (let t = 0; t < 700; t++) {
    const value = next() * (1 + t / 100);
    expect(other.observe(value)).toBe(one.observe(value));
  }
});

import { expect, test } from 'vitest';
import { ErrorNet } from '../../src/score/error-net.ts';
import { Columns } from '../../src/series/columns.ts';
import { noise } from './noise.ts';
import { errorTwin } from './twins.ts';

function net(rows = 4000) {
  const columns = new Columns();
  const memory = new ErrorNet(columns, 1, rows);
  const slot = columns.allocate();
  return (error: number, minimum = 0) => memory.observe(slot, 0, error, minimum);
}

function disagreement(length: number, rows: number, error: (t: number) => number): number {
  const observe = net(rows);
  const twin = errorTwin(rows);
  let worst = 0;
  for (let t = 0; t < length; t++) {
    const q = error(t);
    const expected = twin.observe(q);
    worst = Math.max(worst, Math.abs(observe(q) - expected) / (1 + expected));
  }
  return worst;
}

test('a net says what its twin with unbounded stamps says, on noise, heavy tails, growth and repeats', () => {
  const next = noise(1);
  const streams: ((t: number) => number)[] = [
    () => next(),
    () => next() ** 5,
    (t) => next() * 10 ** (t / 1000),
    (t) => Math.round(next() * 3) + (t % 500 === 0 ? 1e6 : 0),
  ];
  for (const stream of streams) expect(disagreement(6000, 2000, stream)).toBeLessThan(1e-9);
});

test('stamps that went round twice say what unbounded ones say', () => {
  const next = noise(2);
  const error = (t: number) => next() * (1 + (Math.floor(t / 33_000) % 2) * 9) + (t % 65_535 === 7 ? 900 : 0);
  expect(disagreement(200_000, 4000, error)).toBeLessThan(1e-9);
});

test('a slow ramp is not followed: the end of it is as novel as a jump would be', () => {
  const next = noise(3);
  const observe = net();
  for (let t = 0; t < 2000; t++) observe(next());
  let worst = 0;
  for (let t = 0; t < 300; t++) worst = Math.max(worst, observe(t / 10));
  expect(worst).toBeGreaterThan(0.015);
});

test('errors below the least that counts score 0', () => {
  const observe = net();
  for (let t = 0; t < 500; t++) observe(0);
  expect(observe(0.009, 0.01)).toBe(0);
  expect(observe(-0.02, 0.01)).toBeGreaterThan(0.06);
});

test('where nothing was ever spread the score is large and finite', () => {
  const observe = net();
  for (let t = 0; t < 500; t++) observe(5);
  expect(observe(0)).toBe(1e6);
});

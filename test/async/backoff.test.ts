import { afterEach, expect, test, vi } from 'vitest';
import { backoffMs, pause, usualBackoff } from '../../src/async/backoff.ts';

afterEach(() => void vi.useRealTimers());

const by = (jitter: number) => ({ ...usualBackoff, jitter: () => jitter });

test('waits double from half a second to a minute', () => {
  expect([0, 1, 2, 3, 6, 7, 8, 1000].map((attempt) => backoffMs(attempt, by(0)))).toEqual([
    500, 1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000,
  ]);
});

test('jitter shortens a wait by at most a fifth', () => {
  expect(backoffMs(3, by(0.5))).toBe(3600);
  expect(backoffMs(3, by(0.999_999))).toBeGreaterThan(3199);
});

test('a pause ends after its time, and not before', async () => {
  vi.useFakeTimers();
  let over = false;
  const waiting = pause(1000, new AbortController().signal).then(() => {
    over = true;
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(over).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await waiting;
  expect(over).toBe(true);
});

test('a pause ends with its signal, and leaves no timer behind', async () => {
  vi.useFakeTimers();
  const abort = new AbortController();
  const waiting = pause(1e9, abort.signal);
  expect(vi.getTimerCount()).toBe(1);
  abort.abort();
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
  await pause(1e9, abort.signal);
  expect(vi.getTimerCount()).toBe(0);
});

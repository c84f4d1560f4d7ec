import { getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { unlessAborted } from '../../src/async/aborted.ts';
import { retry } from '../../src/async/retry.ts';
import { Failure } from '../../src/errors/failure.ts';

afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;
const transient = new Failure('registry/unreachable', 'it is not there', { retryAfterMs: 1 });
const isTransient = ({ remedy }: Failure): boolean => remedy === 'retry';

test('a transient failure is retried until the work is done, and each failure is reported', async () => {
  const reported: Failure[] = [];
  let tries = 0;
  const work = async () => {
    if (++tries < 4) throw transient;
    return 'done';
  };
  const answer = await retry(work, { signal: never, isTransient, failed: (failure) => void reported.push(failure) });
  expect([answer, tries, reported]).toEqual(['done', 4, [transient, transient, transient]]);
});

test('another failure, and a bug, are thrown at once', async () => {
  for (const error of [new Failure('registry/refused', 'not so'), new TypeError('a bug')]) {
    const failing = () => Promise.reject(error);
    await expect(retry(failing, { signal: never, isTransient, failed: () => expect.unreachable() })).rejects.toBe(
      error,
    );
  }
});

test('retries end when the signal aborts: in a wait, within the work, and before it', async () => {
  const leaving = new AbortController();
  const options = { signal: leaving.signal, isTransient, failed: () => leaving.abort() };
  const late = new Failure('registry/unreachable', 'it is not there', { retryAfterMs: 3_600_000 });
  expect(await retry(() => Promise.reject(late), options)).toBeUndefined();
  expect(await retry(async () => expect.unreachable(), options)).toBeUndefined();
  const cut = new AbortController();
  const work = async () => {
    cut.abort();
    cut.signal.throwIfAborted();
  };
  expect(await retry(work, { signal: cut.signal, isTransient })).toBeUndefined();
});

test('waits double, and begin anew after a try that lasted over a minute', async () => {
  vi.useFakeTimers();
  const began: number[] = [];
  const failed = new Failure('kafka/unreachable', 'away');
  const stop = new AbortController();
  let tries = 0;
  const work = async () => {
    began.push(performance.now());
    if (++tries === 5) await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    if (tries === 7) stop.abort();
    throw failed;
  };
  const backoff = { firstMs: 500, longestMs: 60_000, jitter: () => 0 };
  const retrying = retry(work, { signal: stop.signal, isTransient, backoff });
  await vi.advanceTimersByTimeAsync(4_000_000);
  await retrying;
  const waits = began.slice(1).map((time, i) => Math.round(time - began[i]));
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 3_600_500, 1_000]);
});

test('whoever waits for a signal or for something else leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  const answers = await Promise.all([1, 2, 3].map((n) => unlessAborted(Promise.resolve(n), signal)));
  await expect(unlessAborted(Promise.reject(transient), signal)).rejects.toBe(transient);
  expect([answers, getEventListeners(signal, 'abort')]).toEqual([[1, 2, 3], []]);
  expect(await unlessAborted(new Promise(() => {}), AbortSignal.abort())).toBeUndefined();
});

import { expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { patiently } from '../../src/pipeline/patience.ts';

const never = new AbortController().signal;
const passing = new Failure('registry/unreachable', 'it is not there', { retryAfterMs: 1 });

test('what fails in a way that may pass is done again until it is done, and each failure is told', async () => {
  const told: Failure[] = [];
  let tries = 0;
  const work = async () => {
    if (++tries < 4) throw passing;
  };
  await patiently(work, never, (failure) => void told.push(failure));
  expect([tries, told]).toEqual([4, [passing, passing, passing]]);
});

test('another failure, and a bug, are thrown at once', async () => {
  for (const error of [new Failure('registry/refused', 'not so'), new TypeError('a bug')]) {
    const failing = async () => {
      throw error;
    };
    await expect(patiently(failing, never, () => expect.unreachable())).rejects.toBe(error);
  }
});

test('whoever waits goes when the signal aborts', async () => {
  const leaving = new AbortController();
  const work = async () => {
    throw new Failure('registry/unreachable', 'it is not there', { retryAfterMs: 3_600_000 });
  };
  await patiently(work, leaving.signal, () => leaving.abort());
  await patiently(
    async () => expect.unreachable(),
    leaving.signal,
    () => undefined,
  );
});

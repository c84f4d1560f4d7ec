import { expect, test } from 'vitest';
import { unlessAborted } from '../../src/async/aborted.ts';
import { Serial } from '../../src/async/serial.ts';

test('work begins when the work before it has ended, in the order asked for, also after one that failed', async () => {
  const serial = new Serial();
  const events: string[] = [];
  const work = (name: string, fails = false) =>
    serial.run(async () => {
      events.push(`${name} begins`);
      await Promise.resolve();
      events.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const all = await Promise.allSettled([work('a'), work('b', true), work('c')]);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(events).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

test('what is waited for is given up when the signal aborts, and its later failure is nobody’s', async () => {
  const cut = new AbortController();
  const { promise, reject } = deferred();
  const waited = unlessAborted(promise, cut.signal);
  cut.abort();
  expect(await waited).toBeUndefined();
  reject(new Error('later'));
  await expect(promise).rejects.toThrow('later');
  expect(await unlessAborted(Promise.resolve(1), new AbortController().signal)).toBe(1);
});

function deferred(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<never>((_, fail) => {
    reject = fail;
  });
  return { promise, reject };
}

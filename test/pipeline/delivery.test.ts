import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import type { Store } from '../../src/store/store.ts';
import { commit, deliver, newStore, Recorder } from './outbox.ts';

let store: Store;

beforeEach(async () => {
  store = await newStore();
});
afterEach(() => store.close());

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Fails this often, then takes everything. */
function failing(times: number, make: (time: number) => Failure): Recorder {
  let time = 0;
  return new Recorder(() => {
    if (time < times) throw make(time++);
  });
}

test('a sink is given everything that was committed, in order, and the cursor says so', async () => {
  await commit(store, 0, 1200);
  const sink = new Recorder();
  const { done } = deliver(store, sink);
  await done;
  expect(sink.taken).toEqual(range(0, 1200));
  expect(await store.cursor('t', 'sink')).toBe(1200);
});

test('a sink is given the kinds of output it wants; the cursor passes the others', async () => {
  await commit(store, 0, 45);
  const sink = new Recorder();
  await deliver(store, sink, { outputs: ['alert'] }).done;
  expect(sink.taken).toEqual([0, 10, 20, 30, 40]);
  expect(await store.cursor('t', 'sink')).toBe(45);
});

test('what is committed while a sink is being served is delivered as well, until nothing more will come', async () => {
  const last = new AbortController();
  await commit(store, 0, 3);
  const sink = new Recorder(async ([first]) => {
    if (first === 0) await commit(store, 3, 7);
    else last.abort();
  });
  await deliver(store, sink, { last: last.signal }).done;
  expect(sink.taken).toEqual(range(0, 7));
});

describe('a failed write', () => {
  test('is tried again after waits that double, where the remedy is `retry`', async () => {
    await commit(store, 0, 5);
    const sink = failing(4, () => new Failure('sink/unavailable', 'away'));
    const { waits, failed, done } = deliver(store, sink);
    await done;
    expect(waits).toEqual([500, 1000, 2000, 4000]);
    expect(failed).toEqual(Array(4).fill('sink/unavailable'));
    expect(sink.batches).toEqual([range(0, 5)]);
  });

  test('waits as long as the receiver asks, and by the back-off where that is less than a second', async () => {
    await commit(store, 0, 1);
    const sink = failing(
      4,
      (time) => new Failure('sink/unavailable', 'busy', { retryAfterMs: [90_000, 1, 0, 2_000][time] ?? 0 }),
    );
    const { waits, done } = deliver(store, sink);
    await done;
    expect(waits).toEqual([90_000, 1000, 2000, 2000]);
  });

  test('is tried once a minute where a person must act: the mending may happen on the other side', async () => {
    await commit(store, 0, 1);
    const sink = failing(3, () => new Failure('sink/misconfigured', 'wrong login'));
    const { waits, done } = deliver(store, sink);
    await done;
    expect(waits).toEqual([60_000, 60_000, 60_000]);
    expect(sink.taken).toEqual([0]);
  });

  test('starts the next back-off from the beginning', async () => {
    await commit(store, 0, 501);
    const fails = new Set([0, 500]);
    const sink = new Recorder(([first]) => {
      if (fails.delete(first)) throw new Failure('sink/unavailable', 'away');
    });
    const { waits, done } = deliver(store, sink);
    await done;
    expect(waits).toEqual([500, 500]);
  });

  test('that is a bug ends the delivery', async () => {
    await commit(store, 0, 1);
    const sink = new Recorder(() => {
      throw new TypeError('a bug');
    });
    await expect(deliver(store, sink).done).rejects.toThrow('a bug');
  });
});

test('of a refused batch the culprits alone are dead-lettered, and the rest arrives once and in order', async () => {
  const culprits = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(culprits, async (refused) => {
      const fresh = await newStore();
      await commit(fresh, 0, 60);
      const sink = new Recorder((sequences) => {
        if (sequences.some((n) => refused.includes(n))) throw new Failure('sink/rejected', 'not this one');
      });
      const { aside, waits, done } = deliver(fresh, sink);
      await done;
      expect(aside).toEqual([...refused].sort((a, b) => a - b));
      expect(sink.taken).toEqual(range(0, 60).filter((n) => !refused.includes(n)));
      expect(waits).toEqual([]);
      expect(await fresh.cursor('t', 'sink')).toBe(60);
      await fresh.close();
    }),
    { numRuns: 25 },
  );
});

describe('a cursor', () => {
  test('is each sink’s own: a new one is given everything, one that knows it nothing', async () => {
    await commit(store, 0, 30);
    const [first, again, second] = [new Recorder(), new Recorder(), new Recorder()];
    await deliver(store, first, { name: 'a' }).done;
    await deliver(store, again, { name: 'a' }).done;
    await deliver(store, second, { name: 'b' }).done;
    expect(first.taken).toEqual(range(0, 30));
    expect(again.taken).toEqual([]);
    expect(second.taken).toEqual(range(0, 30));
  });

  test('stays where it is when the delivery is stopped in a wait, so that the next start continues there', async () => {
    await commit(store, 0, 600);
    const stop = new AbortController();
    const away = new Recorder(([first]) => {
      if (first === 500) throw new Failure('sink/unavailable', 'away');
    });
    await deliver(store, away, { stop: stop.signal, during: () => stop.abort() }).done;
    expect(away.taken).toEqual(range(0, 500));
    const back = new Recorder();
    await deliver(store, back).done;
    expect(back.taken).toEqual(range(500, 600));
  });
});

test('a sink that hangs holds up nobody else, and lets go when the delivery stops, without a word of failure', async () => {
  await commit(store, 0, 20);
  const stop = new AbortController();
  const hanging = new Recorder(
    (_, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Failure('sink/unavailable', 'stopped')));
      }),
  );
  const hung = deliver(store, hanging, { name: 'hanging', stop: stop.signal });
  const quick = new Recorder();
  await deliver(store, quick, { name: 'quick' }).done;
  expect(quick.taken).toEqual(range(0, 20));
  stop.abort();
  await hung.done;
  expect(hanging.taken).toEqual([]);
  expect([hung.failed, hung.waits]).toEqual([[], []]);
});

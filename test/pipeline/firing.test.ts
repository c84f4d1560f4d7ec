import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import type { Output } from '../../src/event/output.ts';
import type { Store } from '../../src/store/store.ts';
import { alert } from '../sink/outputs.ts';
import { deliver, newStore, Recorder, type Trial } from './outbox.ts';

const EVERY = 60_000;

let store: Store;

beforeEach(async () => {
  store = await newStore();
});
afterEach(() => store.close());

const raise = (id: string) => alert({ id, revision: 0 });
const worsen = (id: string) => alert({ id, revision: 1 });
const resolve = (id: string) => alert({ id, revision: 1, state: 'resolved' });

async function commit(...outputs: readonly Output[]): Promise<void> {
  await store.commit('t', { outputs, offset: 0 });
}

/** Delivers until it has waited so often; `at` is called in each wait, before the clock moves on. */
async function deliverFor(
  waits: number,
  sink: Recorder,
  { at, ...trial }: Trial & { readonly at?: (wait: number) => Promise<void> | void } = {},
): Promise<ReturnType<typeof deliver>> {
  const stop = new AbortController();
  let wait = 0;
  const reported = deliver(store, sink, {
    ...trial,
    stop: stop.signal,
    last: new AbortController().signal,
    during: () => {
      if (++wait === waits) stop.abort();
      return at?.(wait);
    },
  });
  await reported.done;
  return reported;
}

const reminded = (answer?: ConstructorParameters<typeof Recorder>[0], batch?: number) =>
  Object.assign(new Recorder(answer), { resendMs: EVERY }, batch === undefined ? {} : { batch });

test('alerts that fire are sent again each period, all of them, as they were sent last; resolved ones once', async () => {
  await commit(raise('a'), raise('b'), worsen('a'), raise('c'), resolve('b'));
  const sink = reminded();
  const { waits, resent } = await deliverFor(4, sink);
  expect(waits).toEqual([EVERY, EVERY, EVERY, EVERY]);
  expect(sink.batches).toEqual([
    [0, 1, 2, 3, 4],
    [2, 3],
    [2, 3],
    [2, 3],
  ]);
  expect(resent).toEqual([2, 2, 2]);
  expect(await store.cursor('t', 'sink')).toBe(5);
});

test('where nothing fires nothing is sent, and nobody waits for a clock', async () => {
  await commit(raise('a'), resolve('a'));
  const { waits, done } = deliver(store, reminded());
  await done;
  expect(waits).toEqual([]);
});

test('an alert resolved in between is not sent again', async () => {
  await commit(raise('a'), raise('b'));
  const sink = reminded();
  await deliverFor(4, sink, { at: (wait) => (wait === 2 ? commit(resolve('a')) : undefined) });
  expect(sink.batches.slice(0, 2)).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(sink.batches.at(-1)).toEqual([1]);
  expect(sink.taken.filter((sequence) => sequence === 2)).toEqual([2]);
});

test('after a restart what fired is sent at once, and then each period, until it resolves', async () => {
  await commit(raise('a'), raise('b'));
  await deliverFor(1, reminded());
  const sink = reminded();
  const { waits } = await deliverFor(2, sink, {
    startMs: 10 * EVERY,
    at: (w) => (w === 1 ? commit(resolve('b')) : undefined),
  });
  expect(sink.batches[0]).toEqual([0, 1]);
  expect(sink.batches).toContainEqual([2]);
  expect(waits.slice(1).every((ms) => ms <= EVERY)).toBe(true);
  const last = reminded();
  await deliverFor(2, last, { startMs: 20 * EVERY });
  expect(last.batches[0]).toEqual([0]);
});

test('a period in which the sink fails is reported, and the next sends again', async () => {
  await commit(raise('a'));
  let time = 0;
  const sink = reminded(() => {
    if (time++ === 1) throw new Failure('sink/unavailable', 'away');
  });
  const { failed, resent } = await deliverFor(4, sink);
  expect(failed).toEqual(['sink/unavailable']);
  expect(resent).toEqual([1, 1]);
});

test('an end that the sink refuses ends the telling, too', async () => {
  await commit(raise('a'), resolve('a'));
  const sink = reminded(([first, second]) => {
    if (first === 1 || second === 1) throw new Failure('sink/rejected', 'not this one');
  });
  const { aside, waits, done } = deliver(store, sink);
  await done;
  expect([sink.taken, aside, waits]).toEqual([[0], [1], []]);
  expect(await store.deliveryState('t', 'sink')).toEqual(new Map());
});

test('many that fire are sent again in batches of the size that the sink takes', async () => {
  await commit(...Array.from({ length: 7 }, (_, i) => raise(`${i}`)));
  const sink = reminded(undefined, 3);
  await deliverFor(2, sink);
  expect(sink.batches.map(({ length }) => length)).toEqual([3, 3, 1, 3, 3, 1]);
});

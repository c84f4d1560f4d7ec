import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import type { Output } from '../../src/event/output.ts';
import { BySchedule } from '../../src/pipeline/delivery/by-schedule.ts';
import { DeliveryState } from '../../src/pipeline/delivery/delivery-state.ts';
import { wallPace } from '../../src/pipeline/delivery/pace.ts';
import { SinkWriter } from '../../src/pipeline/delivery/sink-writer.ts';
import type { Store } from '../../src/store/store.ts';
import { alert } from '../sink/outputs.ts';
import { deliver, newStore, Recorder } from './outbox.ts';

const RETRIES = [5, 300, 1800];
const ignore = () => {};

let store: Store;

beforeEach(async () => {
  store = await newStore();
});
afterEach(() => store.close());

const away = () => new Failure('sink/unavailable', 'it answers 500');
const raise = (id: string) => alert({ id, revision: 0 });
const resolve = (id: string) => alert({ id, revision: 1, state: 'resolved' });

async function commit(...outputs: readonly Output[]): Promise<void> {
  await store.commit('t', { outputs, offset: 0 });
}

/** One output a write, on a schedule; `answer` throws where the write fails. Each try is kept, taken or not. */
function scheduled(answer: (sequence: number, time: number) => void): Recorder & { readonly tries: number[] } {
  const tries: number[] = [];
  const recorder = new Recorder(([sequence]) => {
    tries.push(sequence);
    answer(sequence, tries.filter((each) => each === sequence).length);
  });
  return Object.assign(recorder, { tries, retries: RETRIES, batch: 1 });
}

/** Refuses the outputs `failing` for the first so many times. */
function refusing(failing: Readonly<Record<number, number>>, make = away): ReturnType<typeof scheduled> {
  return scheduled((sequence, time) => {
    if (time <= (failing[sequence] ?? 0)) throw make();
  });
}

test('what fails is put off by the schedule, and what comes after it is not held up', async () => {
  await commit(raise('a'), raise('b'), raise('c'));
  const sink = refusing({ 0: 2 });
  const { waits, failed, done } = deliver(store, sink);
  await done;
  expect(sink.tries).toEqual([0, 1, 2, 0, 0]);
  expect(waits).toEqual([5, 300]);
  expect(failed).toEqual(['sink/unavailable', 'sink/unavailable']);
  expect(await store.cursor('t', 'sink')).toBe(3);
  expect(await store.deliveryState('t', 'sink')).toEqual(new Map());
});

test('the steps of one alert arrive in order: a later one waits for the earlier', async () => {
  await commit(raise('a'), raise('b'), resolve('a'), resolve('b'));
  const sink = refusing({ 0: 2 });
  await deliver(store, sink).done;
  expect(sink.tries).toEqual([0, 1, 3, 0, 0, 2]);
  expect(sink.taken).toEqual([1, 3, 0, 2]);
});

test('after the last try it is dead-lettered, by name, and the next step follows', async () => {
  await commit(raise('a'), resolve('a'));
  const sink = refusing({ 0: 99 });
  const { waits, givenUp, failed, done } = deliver(store, sink);
  await done;
  expect(sink.tries).toEqual([0, 0, 0, 0, 1]);
  expect(waits).toEqual(RETRIES);
  expect(failed).toHaveLength(RETRIES.length);
  expect(givenUp).toEqual([0]);
  expect(sink.taken).toEqual([1]);
});

test('what the sink refuses for ever is dead-lettered at once', async () => {
  await commit(raise('a'), raise('b'));
  const sink = refusing({ 0: 99 }, () => new Failure('sink/rejected', 'it answers 400'));
  const { waits, aside, done } = deliver(store, sink);
  await done;
  expect([sink.tries, waits, aside]).toEqual([[0, 1], [], [0]]);
});

test('the receiver may ask for another wait, longer or shorter, and gets it to the second, without jitter', async () => {
  await commit(raise('a'));
  const asked = [2_000, 90_000];
  const refused = refusing({ 0: 3 }, () => {
    const retryAfterMs = asked.pop() ?? 0;
    return new Failure('sink/unavailable', 'busy', { retryAfterMs });
  });
  const sink = Object.assign(refused, { retries: [60_000, 300_000, 1_800_000] });
  const { waits, done } = deliver(store, sink, { jitter: 0.5 });
  await done;
  expect(waits).toEqual([90_000, 2_000, 270_000]);
});

test('tries sooner than planned cost no step of the schedule, ten times a step: the output is given up all the same', async () => {
  await commit(raise('a'));
  const sink = Object.assign(
    refusing({ 0: 999 }, () => new Failure('sink/unavailable', 'busy', { retryAfterMs: 1_000 })),
    { retries: [60_000, 60_000] },
  );
  const { waits, givenUp, done } = deliver(store, sink);
  await done;
  expect(waits).toEqual(Array(22).fill(1_000));
  expect(givenUp).toEqual([0]);
});

describe('a restart', () => {
  test('continues with the schedule where it was, and keeps the order of an alert', async () => {
    await commit(raise('a'), resolve('a'));
    const stop = new AbortController();
    const first = deliver(store, refusing({ 0: 9 }), { stop: stop.signal, during: (ms) => ms === 300 && stop.abort() });
    await first.done;
    expect(first.waits).toEqual([5, 300]);
    expect(await store.cursor('t', 'sink')).toBe(2);
    const back = refusing({ 0: 1 });
    const second = deliver(store, back, { startMs: 105 });
    await second.done;
    expect(back.tries).toEqual([0, 0, 1]);
    expect(second.waits).toEqual([200, 1800]);
  });

  test('after a clock was set back, waits no longer than the schedule ever does', async () => {
    await commit(raise('a'));
    const stop = new AbortController();
    await deliver(store, refusing({ 0: 9 }), { startMs: 1e9, stop: stop.signal, during: () => stop.abort() }).done;
    const second = deliver(store, refusing({}), { startMs: 0, during: () => stop.abort(), stop: stop.signal });
    await second.done;
    const third = deliver(store, refusing({}), { startMs: 1e9 - 1_000_000, stop: AbortSignal.timeout(200) });
    await third.done;
    expect(third.waits[0]).toBe(1800);
  });
});

test('a wait that is longer than any timer is waited in parts', async () => {
  await commit(raise('a'));
  const day = 24 * 3_600_000;
  const { waits, done } = deliver(store, Object.assign(refusing({ 0: 1 }), { retries: [2.5 * day] }));
  await done;
  expect(waits).toEqual([day, day, day / 2]);
});

test('a sink that is gone is given nothing more, and its pending outputs are kept for the next start', async () => {
  await commit(raise('a'), raise('b'), raise('c'));
  const sink = scheduled((sequence) => {
    throw sequence === 0 ? away() : new Failure('sink/gone', 'it answers 410');
  });
  const { off, done } = deliver(store, sink, { last: new AbortController().signal });
  await done;
  expect([sink.tries, off]).toEqual([[0, 1], ['sink/gone']]);
  const mended = refusing({});
  await deliver(store, mended, { startMs: 5 }).done;
  expect([...mended.taken].sort()).toEqual([0, 1, 2]);
});

test('an in-order sink that is gone is turned off as well', async () => {
  await commit(raise('a'));
  const sink = new Recorder(() => {
    throw new Failure('sink/gone', 'no more');
  });
  const { off, waits, done } = deliver(store, sink, { last: new AbortController().signal });
  await done;
  expect([off, waits]).toEqual([['sink/gone'], []]);
  expect(await store.cursor('t', 'sink')).toBe(0);
});

test('what is committed during a wait is delivered during it', async () => {
  await commit(raise('a'));
  let secondCame = () => {};
  const second = new Promise<void>((resolve) => {
    secondCame = resolve;
  });
  const sink = scheduled((sequence, time) => {
    if (sequence === 1) secondCame();
    else if (time === 1) throw away();
  });
  let more: Promise<void> | undefined;
  const { done } = deliver(store, sink, {
    // The wait ends only once the second output has come: delivered after it, it would never come.
    during: async () => {
      more ??= commit(raise('b'));
      await second;
    },
  });
  await done;
  await more;
  expect(sink.tries).toEqual([0, 1, 0]);
});

test('an output is not compared with all that are pending', async () => {
  const looksFor = async (count: number): Promise<number> => {
    let looks = 0;
    const items = Array.from({ length: count }, (_, sequence) => {
      const output = raise(`a${sequence}`);
      const kind = () => {
        looks++;
        return output.kind;
      };
      return { sequence, output: Object.defineProperty({ ...output }, 'kind', { get: kind }) };
    });
    const events = { delivered: ignore, resent: ignore, deadLetter: ignore, failed: ignore, turnedOff: ignore };
    const pace = { ...wallPace, now: () => 0 };
    const route = { task: 't', sink: 's', outputs: ['alert'] } as const;
    const failing = new SinkWriter(
      route,
      scheduled(() => {
        throw away();
      }),
      { store, events, pace },
    );
    const policy = new BySchedule([1_000], failing, new DeliveryState(new Map()));
    for (const item of items) await policy.deliver([item], new AbortController().signal);
    expect(policy.waiting).toBe(count);
    return looks / count;
  };
  expect(await looksFor(1_000)).toBeLessThan(2 * (await looksFor(20)));
});

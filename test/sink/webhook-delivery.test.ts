import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Sink } from '../../src/sink/sink.ts';
import { webhook } from '../../src/sink/webhook/webhook.ts';
import type { Store } from '../../src/store/store.ts';
import { deliver, newStore, type Reported } from '../pipeline/outbox.ts';
import { alert } from './outputs.ts';
import { type Answer, type Receiver, receiver } from './receiver.ts';

const SECRET = `whsec_${Buffer.from('a secret of 24 bytes, ok').toString('base64')}`;
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const NEVER = new AbortController().signal;

let store: Store;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
  store = await newStore();
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
});

async function opened(url: string): Promise<Sink> {
  const options = { kind: 'webhook', url, allow_private: true, secrets: [SECRET], timeout: '150ms' };
  const sink = await webhook.open(webhook.config.parse(options));
  onTestFinished(() => sink.close());
  return sink;
}

/** Delivers by a clock that is moved on in every wait. `goesOn`: more may be committed, so nothing but the sink ends it. */
async function delivered({ url }: Receiver, goesOn = false): Promise<Reported> {
  const during = (ms: number) => void vi.setSystemTime(Date.now() + ms);
  const reported = deliver(store, await opened(url), {
    startMs: Date.now(),
    during,
    ...(goesOn ? { last: NEVER } : {}),
  });
  await reported.done;
  return reported;
}

async function commit(...ids: readonly string[]): Promise<void> {
  await store.commit('t', { outputs: ids.map((id) => alert({ id })), offset: 0 });
}

/** Plays the answers, one a request, then 204. */
function playing(...answers: readonly Answer[]): Promise<Receiver> {
  return receiver((_, before) => answers[before] ?? 204);
}

/** The tries: ids and times, each verified by the signature that it bears at its time. */
function tries({ received }: Receiver): { readonly ids: ReadonlySet<string | undefined>; readonly seconds: number[] } {
  const seconds = received.map(({ headers }) => Number(headers['webhook-timestamp']));
  for (const { headers, body } of received) {
    vi.setSystemTime(Number(headers['webhook-timestamp']) * SECOND);
    new Webhook(SECRET).verify(body, { ...headers });
  }
  return { ids: new Set(received.map(({ headers }) => headers['webhook-id'])), seconds };
}

const limited: Answer = { status: 429, headers: { 'retry-after': '900' } };

test.each([
  ['500', [500], [5 * SECOND], 2],
  ['500 and 429 with retry-after', [500, limited], [5 * SECOND, 15 * MINUTE], 3],
  ['no answer', ['hang', 'hang'], [5 * SECOND, 5 * MINUTE], 3],
  ['half an answer', ['half', 'cut', 'half'], [5 * SECOND, 5 * MINUTE, 30 * MINUTE], 4],
  ['400', [400], [], 1],
] as const)('after %s the alert is sent again under its id, signed at a new time', async (_, answers, waits, sent) => {
  await commit('a');
  const other = await playing(...answers);
  const reported = await delivered(other);
  expect(reported.waits).toEqual(waits);
  expect(other.received).toHaveLength(sent);
  const { ids, seconds } = tries(other);
  expect([...ids]).toEqual(['msg_a_0']);
  expect(seconds.map((second) => second - (seconds[0] ?? 0))).toEqual(
    [0, ...waits].map((__, i) => waits.slice(0, i).reduce((sum, ms) => sum + ms / SECOND, 0)),
  );
  expect(new Set(other.received.map(({ body }) => body)).size).toBe(1);
});

test('500, 429 with retry-after, hanging, half an answer, then 410: five requests of one id, then none until the next start', async () => {
  await commit('a', 'b');
  const other = await receiver(({ headers }, before) =>
    headers['webhook-id'] === 'msg_b_0'
      ? 204
      : ([500, limited, 'hang', 'half', 410] as const)[before > 1 ? before - 1 : 0],
  );
  const reported = await delivered(other, true);
  expect(other.received.map(({ headers }) => headers['webhook-id'])).toEqual([
    ...['msg_a_0', 'msg_b_0', 'msg_a_0', 'msg_a_0', 'msg_a_0', 'msg_a_0'],
  ]);
  expect(reported.waits).toEqual([5 * SECOND, 15 * MINUTE, 30 * MINUTE, 2 * HOUR]);
  expect(reported.off).toEqual(['sink/gone']);
  expect(reported.failed).toHaveLength(4);
  await commit('c');
  const mended = await playing();
  await delivered(mended);
  expect([...tries(mended).ids].sort()).toEqual(['msg_a_0', 'msg_c_0']);
});

test('where nobody ever takes it, it is tried ten times in 75 hours and a half, then dead-lettered, and said so', async () => {
  await commit('a');
  const other = await receiver(() => 503);
  const reported = await delivered(other);
  expect(other.received).toHaveLength(10);
  const hours = reported.waits.map((ms) => ms / HOUR);
  expect(hours.slice(3)).toEqual([2, 5, 10, 14, 20, 24]);
  expect(hours.reduce((sum, each) => sum + each, 0)).toBeCloseTo(75.585, 2);
  expect(reported.failed).toHaveLength(9);
  expect(reported.givenUp).toEqual([0]);
});

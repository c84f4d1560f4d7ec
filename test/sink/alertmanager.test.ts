import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { AlertOutput } from '../../src/event/output.ts';
import { alertmanager } from '../../src/sink/alertmanager.ts';
import type { Sink } from '../../src/sink/sink.ts';
import type { Store } from '../../src/store/store.ts';
import { deliver, newStore } from '../pipeline/outbox.ts';
import { type Alertmanager, amtool, alertmanager as server, startAlertmanager } from '../servers/alertmanager.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { alert, going } from './outputs.ts';
import { type Receiver, receiver } from './receiver.ts';
import { sinkContract } from './sink-contract.ts';

const PASSWORD = 'correct-horse-battery';
const TOKEN = 'token-of-four-words';

/** An alert as Alertmanager shows it. */
interface Shown {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

let manager: Alertmanager;
let series = 0;

async function active(filter: string): Promise<readonly Shown[]> {
  const response = await fetch(`${manager.url}/api/v2/alerts?${new URLSearchParams({ filter })}`);
  return (await response.json()) as readonly Shown[];
}

async function opened(options: object = {}): Promise<Sink> {
  const sink = await alertmanager.open(
    alertmanager.config.parse({ kind: 'alertmanager', url: manager.url, ...options }),
  );
  onTestFinished(() => sink.close());
  return sink;
}

async function send(sink: Sink, ...alerts: readonly AlertOutput[]): Promise<void> {
  await sink.write(
    alerts.map((output, sequence) => ({ sequence, output })),
    going,
  );
}

/** Alerts about a series that no other test has. */
function incident(): (some?: Partial<AlertOutput>) => AlertOutput {
  const name = `house ${series++}`;
  return (some = {}) => alert({ series: name, ...some });
}

describeWith([server, amtool], 'with a real Alertmanager', () => {
  beforeAll(async () => {
    manager = await startAlertmanager();
  });
  afterAll(() => manager?.stop());

  let trials = 0;
  sinkContract(
    alertmanager,
    () => {
      const trial = `${trials++}`;
      const written = async () => {
        const found = [...(await active(`trial="${trial}"`))].sort((a, b) => a.startsAt.localeCompare(b.startsAt));
        return found.map(({ annotations }) => `${annotations.summary}\n`).join('');
      };
      return { config: { kind: 'alertmanager', url: manager.url, labels: { trial } }, written };
    },
    (url) => [
      { config: { kind: 'alertmanager', url, username: 'writer', password: PASSWORD }, secrets: [PASSWORD] },
      { config: { kind: 'alertmanager', url, token: TOKEN }, secrets: [TOKEN] },
    ],
  );

  test('an alert is shown by its labels, with what else is known as annotations, until four re-sends ahead', async () => {
    const step = incident();
    const sink = await opened({ labels: { site: 'north' }, external_url: 'https://surprisal.example/' });
    await send(sink, step({ severity: 'warning' }));
    const [found, ...others] = await active(`series="${step().series}"`);
    expect(others).toEqual([]);
    expect(found?.labels).toEqual({
      ...{ alertname: 'SurprisalUnusual', stream: 'thermostat', series: step().series },
      ...{ severity: 'warning', site: 'north' },
    });
    expect(found?.annotations).toMatchObject({ channel: 'inside', value: '12.1', reason: 'unusual_value' });
    expect(found?.startsAt).toBe('2026-01-01T12:00:00.000Z');
    expect(found?.generatorURL).toBe('https://surprisal.example/?alert=0123456789abcdef');
    const ahead = Date.parse(found?.endsAt ?? '') - Date.now();
    expect(ahead).toBeGreaterThan(235_000);
    expect(ahead).toBeLessThanOrEqual(240_000);
    const listed = execFileSync(amtool.path(), [
      'alert',
      'query',
      `--alertmanager.url=${manager.url}`,
      `series="${step().series}"`,
    ]);
    expect(listed.toString()).toContain('SurprisalUnusual');
  });

  test('an alert that becomes worse fires as critical beside the warning that it was, and both end together', async () => {
    const step = incident();
    const shown = async () => (await active(`series="${step().series}"`)).map(({ labels }) => labels.severity).sort();
    const sink = await opened();
    await send(sink, step({ severity: 'warning', channel: 'inside' }));
    expect(await shown()).toEqual(['warning']);
    await send(sink, step({ severity: 'critical', revision: 1, channel: 'outside', reason: 'unusual_change' }));
    expect(await shown()).toEqual(['critical', 'warning']);
    await send(sink, step({ severity: 'critical', revision: 2, state: 'resolved', endMs: Date.now() }));
    expect(await shown()).toEqual([]);
  });

  test('one that was critical from the start was never a warning', async () => {
    const step = incident();
    const sink = await opened();
    await send(sink, step());
    expect((await active(`series="${step().series}"`)).map(({ labels }) => labels.severity)).toEqual(['critical']);
    await send(sink, step({ state: 'resolved', revision: 1, endMs: Date.now() }));
    expect(await active(`series="${step().series}"`)).toEqual([]);
  });

  test('an incident of the future by its own clock fires and ends like any other', async () => {
    const step = incident();
    const ahead = { startMs: Date.now() + 3_600_000, timeMs: Date.now() + 3_700_000 };
    const sink = await opened();
    await send(sink, step(ahead));
    expect(await active(`series="${step().series}"`)).toHaveLength(1);
    await send(sink, step({ ...ahead, state: 'resolved', revision: 1, endMs: ahead.timeMs }));
    await until('it is resolved', 5_000, async () => (await active(`series="${step().series}"`)).length === 0);
  });

  test('silence is an alert of its own beside another of the same series', async () => {
    const step = incident();
    const unknown = { channel: '', value: null, expected: null, lower: null, upper: null };
    await send(await opened(), step(), step({ ...unknown, id: 'fedcba9876543210', reason: 'silent' }));
    const names = (await active(`series="${step().series}"`)).map(({ labels }) => labels.alertname);
    expect([...names].sort()).toEqual(['SurprisalSilent', 'SurprisalUnusual']);
  });

  test('a login and a token are sent as such', async () => {
    const proxy = await receiver();
    await send(await opened({ url: `${proxy.url}/prefix/`, username: 'writer', password: 'ü' }), alert());
    await send(await opened({ url: proxy.url, token: TOKEN }), alert());
    expect(proxy.received.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/prefix/api/v2/alerts', `Basic ${Buffer.from('writer:ü').toString('base64')}`],
      ['/api/v2/alerts', `Bearer ${TOKEN}`],
    ]);
  });
});

describeWith([server], 'through the delivery and a real Alertmanager, to a receiver', () => {
  let store: Store;
  beforeEach(async () => {
    store = await newStore();
    return () => store.close();
  });

  test('an alert keeps firing past many re-sends, through a restart, and is resolved once', {
    timeout: 90_000,
  }, async () => {
    const hook = await receiver();
    const own = await startAlertmanager({ webhookUrl: hook.url });
    onTestFinished(() => own.stop());
    const options = { kind: 'alertmanager', url: own.url, resend_every: '500ms' };
    const run = async (until: () => Promise<void>) => {
      const sink = await alertmanager.open(alertmanager.config.parse(options));
      const stop = new AbortController();
      const delivery = deliver(store, sink, { stop: stop.signal, last: new AbortController().signal, wall: true });
      await until();
      stop.abort();
      await delivery.done;
      await sink.close();
      return delivery.resent.length;
    };
    await store.commit('t', { outputs: [alert({ severity: 'warning' })], offset: 0 });
    // The alert would end 2 s after it was sent last: it outlives that several times over.
    const first = await run(async () => {
      await until('the receiver has it', 20_000, async () => statuses(hook).length > 0);
      await until('four lives of one send are over', 20_000, () => hasPassed(hook, 8_000));
    });
    expect(first).toBeGreaterThan(8);
    const second = await run(async () => {
      await until('two more are over', 20_000, () => hasPassed(hook, 12_000));
      expect(statuses(hook)).toEqual(['firing']);
      const resolved = alert({ severity: 'warning', state: 'resolved', revision: 1, endMs: Date.now() });
      await store.commit('t', { outputs: [resolved], offset: 1 });
      await until('the receiver has the end', 20_000, async () => statuses(hook).length > 1);
      await until('and of no more', 20_000, () => hasPassed(hook, 18_000));
    });
    expect(second).toBeGreaterThan(3);
    expect(statuses(hook)).toEqual(['firing', 'resolved']);
    expect(await store.deliveryState('t', 'sink')).toEqual(new Map());
  });
});

const begun = new WeakMap<Receiver, number>();

/** Whether so long has passed since the receiver first had it. */
async function hasPassed(hook: Receiver, ms: number): Promise<boolean> {
  const from = begun.get(hook) ?? performance.now();
  begun.set(hook, from);
  return performance.now() - from > ms;
}

function statuses({ received }: Receiver): readonly string[] {
  return received.map(({ body }) => JSON.parse(body).status);
}

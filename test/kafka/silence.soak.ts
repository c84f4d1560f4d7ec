import { setTimeout as pause } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../src/kafka/names.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Group } from './group.ts';
import { endsOf, readAll } from './topic.ts';

const WITHIN_MS = 60_000;
const SILENT_AFTER_MS = 4_000;
const STEP_MS = 100;

interface SilenceAlert {
  readonly series: string;
  readonly state: 'firing' | 'resolved';
  readonly reason: string;
  readonly id: string;
  readonly summary: string;
  readonly startMs: number;
  readonly timeMs: number;
}

/** One gateway's sensors, on a partition of their own. */
class Gateway {
  readonly #group: Group;
  readonly #partition: number;
  readonly #ids: readonly string[];
  sent = 0;
  /** Event time of what was sent last. */
  lastMs = Date.now() - 20 * STEP_MS;

  constructor(group: Group, partition: number, ids: readonly string[]) {
    this.#group = group;
    this.#partition = partition;
    this.#ids = ids;
  }

  /** What each sensor measured since it sent last, up to `untilMs`. */
  async send(untilMs = Date.now()): Promise<void> {
    const messages: Message[] = [];
    for (this.lastMs += STEP_MS; this.lastMs <= untilMs; this.lastMs += STEP_MS) {
      for (const id of this.#ids) {
        const value = JSON.stringify({ id, time: new Date(this.lastMs).toISOString(), value: this.sent++ % 7 });
        messages.push({ key: id, partition: this.#partition, value });
      }
    }
    this.lastMs -= STEP_MS;
    await this.#group.write(messages);
  }
}

describeWith([kafkaLibraries], 'a gateway that dies', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startKafka();
  }, 120_000);
  afterAll(() => cluster?.stop(), 60_000);

  const silencesOf = async (group: Group): Promise<readonly SilenceAlert[]> => {
    const alerts = await readAll(group.kafka, topicNames.alerts(group.name));
    return alerts
      .map(({ value }): SilenceAlert => JSON.parse(String(value)))
      .filter(({ reason }) => reason === 'silent');
  };

  test('raises one alert for each of its series, whenever the member is killed, and resolves it by what was delayed', {
    timeout: 240_000,
  }, async () => {
    const group = new Group(cluster, 'dead-man', {
      stream: { window: { kind: 'event', gap: { silent_after: `${SILENT_AFTER_MS}ms` } } },
      // Ticks since the start are acted on again at each.
      state: { commit_interval: '100ms', checkpoint_interval: '1h' },
    });
    await group.createInput(2);
    const [dying, living] = [new Gateway(group, 0, ['a', 'b']), new Gateway(group, 1, ['c'])];
    const stop = new AbortController();
    // Only a machine that stands still can make the living one pause for so long.
    let pauses = 0;
    const talking = (async () => {
      while (!stop.signal.aborted) {
        const began = performance.now();
        await living.send();
        await pause(500);
        if (performance.now() - began > SILENT_AFTER_MS / 2) pauses++;
      }
    })();
    const firing = async () =>
      (await silencesOf(group).catch(() => [])).filter(({ series, state }) => series !== 'c' && state === 'firing');
    let member = group.start();
    const killed = async () => {
      await member.end('SIGKILL');
      member = group.start();
    };
    // Killed before the alert, around it, and after it.
    const moments = [0.6, 1.02, 1.5];
    for (const [round, moment] of moments.entries()) {
      await dying.send();
      await until('what it sent is scored', WITHIN_MS, async () => {
        const scores = await group.scores().catch(() => []);
        return scores.filter(({ partition }) => partition === 0).length >= dying.sent;
      });
      await pause(Math.max(0, dying.lastMs + moment * SILENT_AFTER_MS - Date.now()));
      await killed();
      await until('both are reported silent', WITHIN_MS, async () => (await firing()).length >= 2 * (round + 1));
    }
    const written = async () => (await endsOf(group.kafka, group.changelog)).get(0);
    await pause(1_000);
    const ticked = await written();
    await pause(3_000);
    expect(await written()).toBe(ticked);
    // It is back, and first sends what it measured meanwhile.
    await dying.send(dying.lastMs + 10 * STEP_MS);
    await dying.send();
    await until('all it sent is scored', WITHIN_MS, async () => {
      const scores = await group.scores();
      return scores.filter(({ partition }) => partition === 0).length >= dying.sent;
    });
    await killed();
    stop.abort();
    await talking;
    await group.untilRead(WITHIN_MS);
    const restored = () => member.said().filter((line) => line.includes('"msg":"state restored"'));
    await until('both partitions are restored', WITHIN_MS, async () => restored().length === 2);
    const replayed = restored().map((line) => JSON.parse(line).replayed);
    expect(Math.min(...replayed)).toBeGreaterThan(0);
    expect(await member.end('SIGTERM')).toBe(0);

    const received = await silencesOf(group);
    const steps = (series: string) => received.filter((alert) => alert.series === series).map(({ state }) => state);
    const each = moments.flatMap(() => ['firing', 'resolved']);
    expect([steps('a'), steps('b')]).toEqual([each, each]);
    expect(steps('c').length).toBeLessThanOrEqual(2 * pauses);
    const alerts = received.filter(({ series }) => series !== 'c');
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(2 * moments.length);
    for (const { state, startMs, timeMs, summary } of alerts) {
      if (state === 'firing') expect(timeMs - startMs).toBeGreaterThan(SILENT_AFTER_MS);
      else expect(summary).toContain('arrived late');
    }
    // Killed before it was reported, it was silent for longer than the next member lived.
    expect(alerts[0].timeMs - alerts[0].startMs).toBeGreaterThan(1.5 * SILENT_AFTER_MS);
    expect(await group.deadLetters()).toEqual([]);
    expect((await group.scores()).length).toBe(dying.sent + living.sent);
  });
});

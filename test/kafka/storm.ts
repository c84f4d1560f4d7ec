import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, type Message, type Producer } from 'kafkajs';
import { Random } from '../../src/math/random.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { Member } from './member.ts';
import { newTopic, type Read, readAll, untilRead } from './topic.ts';

/* A storm: members and brokers are killed and paused at random moments while records come; afterwards what was committed is held against
 * an undisturbed run. Bounded by its numbers, seeded, and on loopback alone. */

/** How hard it blows. */
export interface Storm {
  readonly seed: number;
  readonly records: number;
  readonly partitions: number;
  /** kill -9 of a member, which is started again at once. */
  readonly kills: number;
  /** kill -9 of a broker, which is started again. */
  readonly brokerKills: number;
  /** SIGSTOP of a member for longer than the session: a zombie wakes. */
  readonly pauses: number;
  /** How long all of it takes, ms. */
  readonly overMs: number;
  readonly report: (line: string) => void;
}

/** Committed records of both runs, by what they are. */
export interface Aftermath {
  readonly storm: ReadonlyMap<string, readonly string[]>;
  readonly calm: ReadonlyMap<string, readonly string[]>;
  /** What a member said that is no passing failure. */
  readonly errors: readonly string[];
}

const INPUT = 'meters';
const SESSION_MS = 6_000;
const PAUSE_MS = 9_000;
const SERIES = 40;

/** Runs it. Takes `overMs`, the brokers' start, and the undisturbed run. */
export async function runStorm(storm: Storm): Promise<Aftermath> {
  const cluster = await startKafka({ nodes: 3 });
  try {
    const kafka = new Kafka({
      brokers: [...cluster.brokers],
      logLevel: logLevel.NOTHING,
      retry: { retries: 12 },
    });
    await newTopic(kafka, INPUT, storm.partitions);
    const folder = mkdtempSync(join(tmpdir(), 'surprisal-storm-'));
    const members = [0, 1].map((n) => memberOf('storm', cluster, join(folder, `storm-${n}`)));
    for (const member of members) member.start();
    const random = new Random(storm.seed);
    const written = produce(kafka, storm, random);
    await blow(storm, cluster, members, random);
    await written;
    await untilRead(kafka, 'storm', INPUT, 180_000);
    storm.report('the storm is over, and everything is read');
    for (const member of members) await member.end('SIGTERM');
    const calm = memberOf('calm', cluster, join(folder, 'calm'));
    calm.start();
    await untilRead(kafka, 'calm', INPUT, 180_000);
    await calm.end('SIGTERM');
    const errors = members
      .flatMap((member) => member.said())
      .filter((line) => /"level":[56]0|this is a bug|^surprisal:/.test(line));
    return { storm: await outputs(kafka, 'storm'), calm: await outputs(kafka, 'calm'), errors };
  } finally {
    await cluster.stop();
  }
}

function memberOf(group: string, cluster: KafkaCluster, place: string): Member {
  const config = `${place}.yaml`;
  writeFileSync(
    config,
    `group: ${group}
kafka: { brokers: '${cluster.brokers.join(',')}', session_timeout: ${SESSION_MS}ms, heartbeat_interval: 1s, rebalance_timeout: 10s, request_timeout: 5s, transaction_timeout: 20s }
state: { folder: '${place}-state', commit_records: 500, commit_interval: 200ms, checkpoint_records: 4000, checkpoint_interval: 3s }
server: { enabled: false }
streams:
  meters:
    source: { kind: kafka, topic: ${INPUT} }
    decode: { key: id, time: { at: t, format: epoch_ms } }
    channels: { value: { resolution: 0.01 } }
    window: { kind: event, gap: { silent_after: 1h } }
    features: { calendar: [], season: null }
    network: { hidden: 8, steps: 8, engine: wasm }
    alert: { budget: 5/day }
sinks: {}
`,
  );
  return new Member(['run', '-c', config], `${place}.log`);
}

/** Records spread evenly over the first four fifths of the storm: a seeded walk for each meter, spikes, and one in 200 that is no JSON. */
async function produce(kafka: Kafka, { records, overMs, report }: Storm, random: Random): Promise<void> {
  const writer = new Writer(kafka);
  const levels = Array.from({ length: SERIES }, () => 20);
  const began = performance.now();
  const perMs = records / (overMs * 0.8);
  for (let done = 0; done < records; ) {
    const due = Math.min(records, done + 1_000, Math.ceil((performance.now() - began) * perMs));
    const messages = [];
    for (; done < due; done++) {
      const meter = done % SERIES;
      levels[meter] += 0.05 * (20 - levels[meter]) + random.normal();
      const value = random.next() < 0.001 ? levels[meter] + 60 : levels[meter];
      const record = { id: `meter-${meter}`, t: 1_700_000_000_000 + Math.floor(done / SERIES) * 60_000, value };
      const text = random.next() < 0.005 ? '{"id": "broken' : JSON.stringify(record);
      messages.push({ key: `meter-${meter}`, value: text });
    }
    if (messages.length > 0) await writer.write(messages);
    await pause(20);
  }
  await writer.close();
  report(`${records} records written`);
}

/** Writes in order, whatever befalls the brokers. What is written twice is read twice by both runs. */
class Writer {
  readonly #kafka: Kafka;
  #producer: Producer | undefined;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  async write(messages: readonly Message[]): Promise<void> {
    for (;;) {
      try {
        if (this.#producer === undefined) {
          this.#producer = this.#kafka.producer();
          await this.#producer.connect();
        }
        await this.#producer.send({ topic: INPUT, messages: [...messages] });
        return;
      } catch {
        await this.close();
        await pause(200);
      }
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => {});
  }
}

/** Every blow at its own random moment. */
async function blow(storm: Storm, cluster: KafkaCluster, members: readonly Member[], random: Random): Promise<void> {
  const blows = [
    ...Array.from({ length: storm.kills }, () => async () => {
      const member = members[random.int(members.length)];
      await member.end('SIGKILL');
      member.start();
    }),
    ...Array.from({ length: storm.pauses }, () => async () => {
      const member = members[random.int(members.length)];
      member.signal('SIGSTOP');
      await pause(PAUSE_MS);
      member.signal('SIGCONT');
    }),
    ...Array.from({ length: storm.brokerKills }, (_, n) => async () => {
      await cluster.kill(n % 3);
      await pause(1_000 + random.int(3_000));
      await cluster.restart(n % 3);
    }),
  ];
  const began = performance.now();
  const moments = shuffled(blows, random).map((act, n) => ({
    act,
    at: (storm.overMs * (n + random.next())) / blows.length,
  }));
  for (const { act, at } of moments) {
    await pause(Math.max(0, began + at - performance.now()));
    await act();
  }
  storm.report(
    `${storm.kills} kills, ${storm.brokerKills} brokers, ${storm.pauses} pauses in ${Math.round((performance.now() - began) / 1000)} s`,
  );
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

/** Topic and partition → its records as text, without the group's name, the offsets, which transactions' markers move, and the clock. */
async function outputs(kafka: Kafka, group: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const add = (topic: string, { partition, key, value, headers }: Read) => {
    const place = `${topic}/${partition}`;
    const { ce_source, dlq_group, ...rest } = headers;
    const lines = found.get(place) ?? [];
    lines.push(JSON.stringify([key, value, rest]));
    found.set(place, lines);
  };
  for (const topic of ['scores', 'alerts']) {
    for (const read of await readAll(kafka, `${group}-${topic}`)) add(topic, read);
  }
  for (const read of await readAll(kafka, `${INPUT}.dlq`)) if (read.headers.dlq_group === group) add('dlq', read);
  return found;
}

import { setTimeout as pause } from 'node:timers/promises';
import { type Admin, Kafka, logLevel, type Message } from 'kafkajs';
import { topicNames } from '../../src/kafka/names.ts';
import { Random } from '../../src/math/random.ts';
import type { KafkaCluster } from '../servers/kafka/cluster.ts';
import { kafkaTool } from '../servers/kafka/tools.ts';
import { until } from '../servers/until.ts';
import { Group } from './group.ts';
import type { Member } from './member.ts';
import { SteadyWriter } from './steady-writer.ts';
import { endsOf, newTopic, offsetsOf } from './topic.ts';

/* One part of a storm: brokers that lie, die and hang, members that do, transactions that are aborted, and people who intervene, while records
 * come. Each record has a time of its own, so that afterwards each must have been scored once. Seeded, bounded, on loopback alone. */

/** What may happen. */
export const KINDS = [
  'member killed',
  'member paused',
  'leader cut off',
  'broker killed',
  'all brokers killed',
  'all brokers paused',
  'transaction aborted',
  'offset reset',
  'topic recreated',
] as const;
export type Kind = (typeof KINDS)[number];

/** One part: its events in this order. */
export interface Part {
  readonly name: string;
  readonly seed: number;
  readonly kinds: readonly Kind[];
  readonly recordsPerSecond: number;
  readonly report: (line: string) => void;
}

/** How it ended. */
export interface Result {
  /** How long after each event everything was committed that had been written by its end, ms. */
  readonly events: readonly { readonly kind: Kind; readonly recoveredMs: number }[];
  readonly written: number;
  readonly lost: number;
  readonly doubled: number;
  /** Records of aborted transactions that were written, and that were scored. */
  readonly aborted: number;
  readonly abortedScored: number;
  /** Records that the brokers have twice, for the writer could not know: they are not counted. */
  readonly writtenTwice: number;
  /** Members that ended by themselves. */
  readonly exits: number;
}

const PARTITIONS = 3;
const SERIES = 12;
const RECOVERS_WITHIN_MS = 240_000;
const AWAY_MS = 8_000;
const GHOST = 'ghost';
const SETTINGS = {
  kafka: { request_timeout: '3s', connection_timeout: '3s', transaction_timeout: '20s' },
  state: { commit_interval: '200ms', checkpoint_interval: '3s' },
  source: { on_moved_offset: 'ignore', on_lost_offset: 'earliest' },
};

/** Runs it on a cluster of three brokers with a separate controller, which it leaves whole. */
export async function runPart(part: Part, cluster: KafkaCluster): Promise<Result> {
  const day = new WorstDay(part, cluster);
  await day.begin();
  const events = [];
  try {
    for (const kind of part.kinds) {
      const recoveredMs = await day.suffer(kind);
      part.report(`${part.name}: ${kind}: recovered in ${Math.round(recoveredMs)} ms`);
      events.push({ kind, recoveredMs });
    }
    return { events, ...(await day.end()) };
  } finally {
    await day.stop();
  }
}

class WorstDay {
  readonly #part: Part;
  readonly #cluster: KafkaCluster;
  readonly #random: Random;
  readonly #group: Group;
  readonly #kafka: Kafka;
  readonly #writer: SteadyWriter;
  readonly #members: Member[] = [];
  /** Time → how many committed records of the input have it, those of deleted topics too. */
  readonly #input = new Map<number, number>();
  #aborted = 0;
  #exits = 0;

  constructor(part: Part, cluster: KafkaCluster) {
    this.#part = part;
    this.#cluster = cluster;
    this.#random = new Random(part.seed);
    this.#group = new Group(cluster, part.name, SETTINGS);
    const retry = { retries: 20, maxRetryTime: 1_000 };
    const timeouts = { requestTimeout: 5_000, connectionTimeout: 2_000 };
    this.#kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING, retry, ...timeouts });
    this.#writer = new SteadyWriter(this.#kafka, {
      topic: this.#group.input,
      record: (n) => messageOf(n, `s${n % SERIES}`),
    });
  }

  async begin(): Promise<void> {
    await newTopic(this.#kafka, this.#group.input, PARTITIONS);
    for (let n = 0; n < 2; n++) this.#members.push(this.#group.start());
    this.#writer.start(this.#part.recordsPerSecond);
    await this.#recovered();
  }

  /** Lets it happen. How long until everything is committed that had been written by its end, ms. */
  async suffer(kind: Kind): Promise<number> {
    await pause(500 + this.#random.int(1_500));
    await this.#acts[kind]();
    const ms = await this.#recovered();
    for (const member of this.#members) {
      if (member.lives) continue;
      this.#exits++;
      this.#part.report(`a member ended by itself: ${member.said().at(-1)}`);
      member.start();
    }
    return ms;
  }

  async end(): Promise<Omit<Result, 'events'>> {
    await this.#writer.stop();
    await this.#recovered();
    for (const member of this.#members) await member.end('SIGTERM');
    await this.#countInput();
    const scored = (await this.#committed(topicNames.scores(this.#group.name))).map(({ timeMs }) => Number(timeMs));
    const counts = counted(scored);
    const once = [...this.#input].filter(([, count]) => count === 1);
    const own = once.map(([time]) => counts.get(time) ?? 0);
    return {
      written: once.length,
      writtenTwice: this.#input.size - once.length,
      lost: own.filter((count) => count === 0).length,
      doubled: own.filter((count) => count > 1).length,
      aborted: this.#aborted,
      abortedScored: scored.filter((time) => time < timeOf(0)).length,
      exits: this.#exits,
    };
  }

  async stop(): Promise<void> {
    await this.#writer.stop();
    for (const member of this.#members) await member.end('SIGKILL');
  }

  readonly #acts: Readonly<Record<Kind, () => Promise<void>>> = {
    'member killed': async () => {
      const member = this.#anyMember();
      await member.end('SIGKILL');
      member.start();
    },
    'member paused': async () => {
      const member = this.#anyMember();
      member.signal('SIGSTOP');
      await pause(AWAY_MS);
      member.signal('SIGCONT');
    },
    'leader cut off': async () => {
      const broker = this.#random.int(3);
      this.#cluster.cutOff(broker);
      // Its session with the controller ends after nine seconds; then it leads nothing, and does not know it.
      await pause(12_000);
      const member = this.#anyMember();
      await member.end('SIGKILL');
      member.start();
      await pause(AWAY_MS / 2);
      this.#cluster.reconnect(broker);
    },
    'broker killed': async () => {
      const broker = this.#random.int(3);
      await this.#cluster.kill(broker);
      await pause(this.#random.int(AWAY_MS));
      await this.#cluster.restart(broker);
    },
    'all brokers killed': async () => {
      await Promise.all([0, 1, 2].map((broker) => this.#cluster.kill(broker)));
      await pause(AWAY_MS);
      await Promise.all([0, 1, 2].map((broker) => this.#cluster.restart(broker)));
    },
    'all brokers paused': async () => {
      for (const broker of [0, 1, 2]) this.#cluster.pause(broker);
      await pause(AWAY_MS);
      for (const broker of [0, 1, 2]) this.#cluster.resume(broker);
    },
    'transaction aborted': async () => await this.#abort(),
    'offset reset': async () => {
      for (const member of this.#members) await member.end('SIGTERM');
      await this.#reset(this.#random.int(50));
      for (const member of this.#members) member.start();
    },
    'topic recreated': async () => {
      const topic = this.#group.input;
      await this.#writer.paused(async () => {
        await this.#recovered();
        await this.#countInput();
        await this.#asAdmin(async (admin) => {
          await admin.deleteTopics({ topics: [topic] });
          await until('the topic is gone', RECOVERS_WITHIN_MS, async () => !(await admin.listTopics()).includes(topic));
        });
        await newTopic(this.#kafka, topic, PARTITIONS);
      });
    },
  };

  #anyMember(): Member {
    return this.#members[this.#random.int(this.#members.length)];
  }

  async #asAdmin(act: (admin: Admin) => Promise<void>): Promise<void> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      await act(admin);
    } finally {
      await admin.disconnect();
    }
  }

  /** By Kafka's own command, once the group is inactive. */
  async #reset(to: number): Promise<void> {
    const { input, name } = this.#group;
    await until('the group is reset', RECOVERS_WITHIN_MS, async () => {
      await kafkaTool('kafka-consumer-groups', [
        ...['--bootstrap-server', this.#cluster.brokers.join(), '--group', name, '--topic', input],
        ...['--reset-offsets', '--to-offset', String(to), '--execute'],
      ]).catch(() => '');
      return [...(await offsetsOf(this.#kafka, name, input)).values()].every((offset) => offset <= to);
    });
  }

  /** Records among those that count, in a transaction that comes to nothing. */
  async #abort(): Promise<void> {
    const id = `ghost-${this.#part.name}-${this.#aborted}`;
    const producer = this.#kafka.producer({ transactionalId: id, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    for (let batch = 0; batch < 5; batch++) {
      const messages = Array.from({ length: 10 }, () => messageOf(-1 - this.#aborted++, GHOST));
      await transaction.send({ topic: this.#group.input, messages });
      await pause(this.#random.int(300));
    }
    await transaction.abort();
    await producer.disconnect();
  }

  /** Everything that is written by now is committed. How long that took, ms. */
  async #recovered(): Promise<number> {
    const began = performance.now();
    const { name, input } = this.#group;
    let ends: ReadonlyMap<number, number> | undefined;
    await until(`${name} has recovered`, RECOVERS_WITHIN_MS, async () => {
      ends ??= await endsOf(this.#kafka, input).catch(() => undefined);
      const offsets = await offsetsOf(this.#kafka, name, input).catch(() => new Map<number, number>());
      return ends !== undefined && [...ends].every(([place, end]) => (offsets.get(place) ?? 0) >= end);
    });
    return performance.now() - began;
  }

  async #countInput(): Promise<void> {
    const records = await this.#committed(this.#group.input);
    for (const [time, count] of counted(records.map((record) => Date.parse(String(record.time))))) {
      this.#input.set(time, (this.#input.get(time) ?? 0) + count);
    }
  }

  /** All that is committed in a topic, by Kafka's own consumer. */
  async #committed(topic: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const text = await kafkaTool('kafka-console-consumer', [
      ...['--bootstrap-server', this.#cluster.brokers.join(), '--topic', topic],
      ...['--isolation-level', 'read_committed', '--from-beginning', '--timeout-ms', '10000'],
    ]);
    const lines = text.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line));
  }
}

function counted(times: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const time of times) counts.set(time, (counts.get(time) ?? 0) + 1);
  return counts;
}

const timeOf = (n: number) => 1_700_000_000_000 + n * 1_000;

function messageOf(n: number, series: string): Message {
  const value = JSON.stringify({ id: series, time: new Date(timeOf(n)).toISOString(), value: Math.abs(n * 7) % 11 });
  return { key: series, value, partition: series === GHOST ? 0 : Number(series.slice(1)) % PARTITIONS };
}

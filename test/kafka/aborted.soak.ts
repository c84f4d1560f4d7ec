import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel, type Producer, type Transaction } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storedBatches } from '../../src/kafka/stored-batch.ts';
import { Wire } from '../../src/kafka/wire.ts';
import { Random } from '../../src/math/random.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { kafkaTool } from '../servers/kafka/tools.ts';
import { debian, describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';

/** A reader that has nothing of ours, nor of kafkajs': librdkafka. */
const kcat = debian('kcat', 'kcat', 'kafkacat');
const PARTITIONS = 12;
const PRODUCERS = 4;
const STEPS = 400;
const KEYS = 4;
/** The key of an abort marker, which anybody may use. */
const LIKE_A_MARKER = Buffer.from([0, 0, 0, 0]);

/** `offset value`, partition by partition. */
type Committed = readonly (readonly string[])[];

describeWith([kafkaLibraries, kcat], 'of transactions that interleave at random', () => {
  let cluster: KafkaCluster;
  let kafka: Kafka;
  beforeAll(async () => {
    cluster = await startKafka();
    kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
  }, 120_000);
  afterAll(async () => cluster?.stop());

  async function newTopic(topic: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, configEntries }] });
    await admin.disconnect();
  }

  /** Writers begin, write, commit and abort in turns that the seed decides; one of them writes without transactions. */
  async function write(topic: string, seed: number): Promise<void> {
    const random = new Random(seed);
    const plain = kafka.producer();
    const writers = await Promise.all(
      Array.from({ length: PRODUCERS }, (_, n) => transactional(kafka, `${topic}-${n}`)),
    );
    await plain.connect();
    const open = new Map<Producer, Transaction>();
    for (let step = 0; step < STEPS; step++) {
      const messages = Array.from({ length: 1 + random.int(3) }, (_, n) => {
        const key = random.next() < 0.2 ? LIKE_A_MARKER : Buffer.from(`key-${random.int(KEYS)}`);
        return { key, value: `v-${step}-${n}`, partition: random.int(PARTITIONS) };
      });
      const writer = writers[random.int(writers.length)];
      const transaction = open.get(writer);
      const choice = random.next();
      if (choice < 0.1) await plain.send({ topic, messages });
      else if (transaction === undefined) {
        const begun = await writer.transaction();
        open.set(writer, begun);
        await begun.send({ topic, messages });
      } else if (choice < 0.7) await transaction.send({ topic, messages });
      else {
        await (choice < 0.9 ? transaction.abort() : transaction.commit());
        open.delete(writer);
      }
    }
    for (const transaction of open.values()) await transaction.abort();
    // Ends every partition with something that is read, so that the other readers know when they are done.
    const last = Array.from({ length: PARTITIONS }, (_, partition) => ({ key: 'last', value: 'last', partition }));
    await plain.send({ topic, messages: last });
    await Promise.all([plain, ...writers].map((producer) => producer.disconnect()));
  }

  /** Batches on the broker's disk that compaction has left without a record. */
  async function emptied(topic: string): Promise<number> {
    let count = 0;
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const folder = join(cluster.data(0), `${topic}-${partition}`);
      for (const file of readdirSync(folder).filter((name) => name.endsWith('.log'))) {
        const batches = await storedBatches(readFileSync(join(folder, file)), `${topic}/${partition}`);
        count += batches.filter(({ marker, records }) => marker === undefined && records.length === 0).length;
      }
    }
    return count;
  }

  async function byJava(topic: string): Promise<Committed> {
    const printed = ['partition', 'offset'].flatMap((what) => ['--formatter-property', `print.${what}=true`]);
    const text = await kafkaTool('kafka-console-consumer', [
      ...['--bootstrap-server', cluster.brokers.join(), '--topic', topic, '--from-beginning'],
      ...['--isolation-level', 'read_committed', '--timeout-ms', '5000', ...printed],
    ]);
    return byPartition([...text.matchAll(/^Partition:(\d+)\tOffset:(\d+)\t(.*)$/gm)]);
  }

  function byLibrdkafka(topic: string): Committed {
    const args = ['-q', '-b', cluster.brokers.join(), '-C', '-t', topic, '-o', 'beginning', '-e', '-f', '%p %o %s\n'];
    const text = execFileSync(kcat.path(), [...args, '-X', 'isolation.level=read_committed'], { encoding: 'utf8' });
    return byPartition([...text.matchAll(/^(\d+) (\d+) (.*)$/gm)]);
  }

  /** By our own reader, in answers of all sizes, and from any place. */
  async function byUs(topic: string, from: (partition: number) => number, random: Random): Promise<Committed> {
    const wire = new Wire(kafka);
    await wire.connect([topic]);
    const found: string[][] = Array.from({ length: PARTITIONS }, () => []);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const end = await wire.offset(topic, partition, 'latest');
      for (let at = from(partition); at < end; ) {
        const maxBytes = 1 + random.int(4_000);
        const { messages, next } = await wire.fetch({ topic, partition, from: at, maxBytes, maxWaitMs: 100 });
        for (const { offset, value } of messages) found[partition].push(`${offset} ${value}`);
        expect(next).toBeGreaterThan(at);
        at = next;
      }
    }
    await wire.close();
    return found;
  }

  async function sameAsTheOthers(topic: string, seed: number): Promise<void> {
    const java = await byJava(topic);
    expect(byLibrdkafka(topic)).toEqual(java);
    const random = new Random(seed);
    expect(await byUs(topic, () => 0, random)).toEqual(java);
    for (let tries = 0; tries < 5; tries++) {
      const starts = java.map((lines) => random.int(offsetOf(lines.at(-1)) + 1));
      const expected = java.map((lines, n) => lines.filter((line) => offsetOf(line) >= starts[n]));
      expect(await byUs(topic, (partition) => starts[partition], random)).toEqual(expected);
    }
  }

  test.each([1, 2, 3])(
    'we read what Kafka’s Java consumer and librdkafka read, from any offset (seed %i)',
    {
      timeout: 180_000,
    },
    async (seed) => {
      const topic = `interleaved-${seed}`;
      await newTopic(topic, {});
      await write(topic, seed);
      await sameAsTheOthers(topic, seed);
    },
  );

  test('and so we do once compaction has taken records, and batches have none left', {
    timeout: 240_000,
  }, async () => {
    const topic = 'compacted';
    await newTopic(topic, {
      'cleanup.policy': 'compact',
      'segment.bytes': '1048576',
      'segment.ms': '1000',
      'min.cleanable.dirty.ratio': '0.01',
    });
    await write(topic, 4);
    // A new segment makes the one before it cleanable; of each key one record is left.
    const roller = await transactional(kafka, 'roller');
    const all = Array.from({ length: PARTITIONS }, (_, partition) => ({ key: 'last', value: 'again', partition }));
    await until('compaction has been everywhere', 120_000, async () => {
      const transaction = await roller.transaction();
      await transaction.send({ topic, messages: all });
      await transaction.commit();
      return byLibrdkafka(topic).every((lines) => lines.filter((line) => line.includes('v-')).length <= KEYS + 1);
    });
    await roller.disconnect();
    expect(await emptied(topic)).toBeGreaterThan(0);
    await sameAsTheOthers(topic, 4);
  });
});

async function transactional(kafka: Kafka, transactionalId: string): Promise<Producer> {
  const producer = kafka.producer({ transactionalId, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  return producer;
}

function byPartition(lines: readonly RegExpMatchArray[]): Committed {
  const found: string[][] = Array.from({ length: PARTITIONS }, () => []);
  for (const [, partition, offset, value] of lines) found[Number(partition)].push(`${offset} ${value}`);
  return found.map((of) => of.sort((a, b) => offsetOf(a) - offsetOf(b)));
}

function offsetOf(line: string | undefined): number {
  return Number(line?.split(' ')[0] ?? 0);
}

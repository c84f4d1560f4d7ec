import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTopic } from '../kafka/topic.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { type Prometheus, prometheus, startPrometheus } from '../servers/prometheus.ts';
import { type Surprisal, startSurprisal } from '../servers/surprisal.ts';
import { until } from '../servers/until.ts';
import { hastened } from './hastened.ts';
import { readRules } from './rules.ts';

const BATCH = 3_000;
const EVERY_MS = 300;

let folder: string;
let cluster: KafkaCluster;
let program: Surprisal;
let server: Prometheus;
let producer: Producer;
let flood: NodeJS.Timeout;

/** A network far too large for what comes: each row is learned at once. */
const slow = { hidden: 256, steps: 16, learn_every: 1, engine: 'wasm' };

async function write(count: number): Promise<void> {
  const messages = Array.from({ length: count }, (_, i) => {
    const key = `meter-${i % 50}`;
    return { key, value: JSON.stringify({ id: key, t: Date.now(), value: i % 17 }) };
  });
  await producer.send({ topic: 'meters', messages });
}

describeWith(
  [kafkaLibraries, prometheus],
  'on a real Prometheus, when records come faster than they are processed',
  () => {
    beforeAll(async () => {
      folder = newFolder('lag-fires');
      writeFileSync(join(folder, 'rules.yml'), hastened(readRules('deploy/prometheus/rules.yml')));
      cluster = await startKafka();
      const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
      await newTopic(kafka, 'meters', 1);
      producer = kafka.producer();
      await producer.connect();
      program = await startSurprisal({
        kafka: { brokers: cluster.brokers },
        streams: {
          meters: {
            source: { kind: 'kafka', topic: 'meters' },
            decode: { key: 'id', time: { at: 't', format: 'epoch_ms' } },
            channels: { value: {} },
            window: { kind: 'event' },
            network: slow,
          },
        },
      });
      server = await startPrometheus({ targets: [program.address], rules: [join(folder, 'rules.yml')] });
    });
    afterAll(async () => {
      clearInterval(flood);
      await producer?.disconnect();
      await Promise.all([server?.stop(), program?.stop()]);
      await cluster?.stop();
      removeFolder(folder);
    });

    test('SurprisalConsumerLagGrowing fires for the topic, and not before', async () => {
      const firing = async () => {
        const alerts = await server.query('ALERTS{alertstate="firing",alertname="SurprisalConsumerLagGrowing"}');
        return alerts.map(({ metric }) => metric.topic);
      };
      await write(100);
      await until(
        'the lag is scraped',
        30_000,
        async () => (await server.query('surprisal_consumer_lag_records')).length > 0,
      );
      expect(await firing()).toEqual([]);
      flood = setInterval(() => void write(BATCH), EVERY_MS);
      await until('it fires', 60_000, async () => (await firing()).includes('meters'));
    }, 120_000);
  },
);

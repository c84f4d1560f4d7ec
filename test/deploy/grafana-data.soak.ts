import { readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTopic } from '../kafka/topic.ts';
import { type Influxdb, influxd, startInfluxdb } from '../servers/influxdb.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { type Prometheus, prometheus, startPrometheus } from '../servers/prometheus.ts';
import { type Surprisal, startSurprisal } from '../servers/surprisal.ts';
import { answersTo, type Choices, type Stores } from './grafana-answers.ts';
import { queriesOf } from './grafana-queries.ts';

const NAMES = ['operation', 'streams-influxdb', 'streams-prometheus'];
const NOTHING: Choices = { stream: 'none', series: 'none', channel: 'none' };
const CHOSEN: Choices = { stream: 'machine', series: 'machine-001', channel: 'current' };
/** Machines that break so often that some alerts fire, and others are over. */
const machine = {
  source: { kind: 'simulate', world: 'machine', machines: 2, calm: '1h', fault_rate: 100, speed: 1_200 },
  decode: { key: '/machine', time: { at: '/time' } },
  // Some of what the sensors say is out of this range, and dead-lettered.
  channels: { current: { resolution: 0.01 }, vibration: { resolution: 0.01, valid: [0, 4] } },
  window: { kind: 'event' },
  network: { hidden: 4, steps: 4 },
  alert: { budget: '10/day', keep_firing: '1h' },
};

let influxdb: Influxdb;
let kafka: KafkaCluster;
let programs: readonly Surprisal[];
let server: Prometheus;
let stores: Stores;

const written = (name: string) => readFileSync(`deploy/grafana/dashboards/${name}.json`, 'utf8');

/** Opens the dashboard as a reader would, with the first choice of every variable, or `chosen` where there is none: the queries that bring nothing. */
async function empty(json: string, chosen: Choices = NOTHING): Promise<readonly string[]> {
  let choices = chosen;
  const without: string[] = [];
  for (const query of queriesOf(JSON.parse(json))) {
    const answers = await answersTo(query, choices, stores);
    if (answers.length === 0) without.push(`${query.where}: ${query.text}`);
    if (query.kind === 'choices' && answers.length > 0) choices = { ...choices, [query.where]: [...answers].sort()[0] };
  }
  return without;
}

/** The embedded program writes to InfluxDB; beside it a member of a consumer group has lag in a topic. */
async function startPrograms(): Promise<readonly Surprisal[]> {
  const broker = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING });
  await newTopic(broker, 'plant', 1);
  const server = { series_metrics: { enabled: true } };
  const embedded = startSurprisal({
    state: { checkpoint_interval: '500ms', backup_interval: '1s' },
    server,
    streams: { machine },
    sinks: {
      influxdb: { kind: 'influxdb', api: 'v1', url: influxdb.url, database: 'surprisal', create_database: true },
    },
  });
  const { source, ...stream } = machine;
  const member = startSurprisal({
    kafka: { brokers: [...kafka.brokers] },
    streams: { plant: { ...stream, source: { kind: 'kafka', topic: 'plant' } } },
  });
  return await Promise.all([embedded, member]);
}

describeWith(
  [prometheus, influxd, kafkaLibraries],
  'every query of every dashboard, while programs feed real stores',
  () => {
    beforeAll(async () => {
      [influxdb, kafka] = await Promise.all([startInfluxdb(), startKafka()]);
      const fromMs = Date.now();
      programs = await startPrograms();
      server = await startPrometheus({ targets: programs.map(({ address }) => address) });
      stores = { prometheus: server.url, influxdb, database: 'surprisal', fromMs };
    }, 120_000);
    afterAll(async () => {
      await Promise.all([...(programs ?? []), server, influxdb, kafka].map((one) => one?.stop()));
    });

    test.each(NAMES)(
      '%s: each brings data',
      async (name) => {
        await expect.poll(() => empty(written(name)), { timeout: 60_000, interval: 1_000 }).toEqual([]);
      },
      70_000,
    );

    test.each([
      ['operation', 'surprisal_records_consumed_total', 'surprisal_records_consume_total'],
      ['operation', 'surprisal_row_shannons_bucket', 'surprisal_row_shanons_bucket'],
      ['operation', 'stream=~', 'streem=~'],
      ['streams-influxdb', 'surprisal_alert', 'surprisal_alerts'],
      ['streams-influxdb', 'mean(\\"upper\\")', 'mean(\\"uper\\")'],
      ['streams-prometheus', 'yhat_lower', 'yhat_low'],
    ])('%s: with %s misspelt, what asks for it brings nothing, and the rest does', async (name, right, wrong) => {
      const misspelt = written(name).replaceAll(right, wrong);
      const asking = queriesOf(JSON.parse(misspelt)).filter(({ text }) => JSON.stringify(text).includes(wrong));
      expect(asking.length).toBeGreaterThan(0);
      expect(await empty(misspelt, CHOSEN)).toEqual(asking.map(({ where, text }) => `${where}: ${text}`));
    });
  },
);

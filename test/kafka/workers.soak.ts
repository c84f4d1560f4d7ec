import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { freePort } from '../servers/ports.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Member } from './member.ts';
import { newTopic, readAll, untilRead } from './topic.ts';

const ROWS = 4_000;
let cluster: KafkaCluster;
const folder = newFolder('workers');

/** Pids of the processes that this one has started. */
function childrenOf(pid: number): readonly number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return listed === '' ? [] : listed.split(' ').map(Number);
}

async function fill(kafka: Kafka, from: number): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  const messages = Array.from({ length: ROWS }, (_, i) => {
    const key = `meter-${i % 20}`;
    return { key, value: JSON.stringify({ id: key, t: 1.7e12 + (from + i) * 1_000, value: (i * 7) % 11 }) };
  });
  await producer.send({ topic: 'meters', messages });
  await producer.disconnect();
}

describeWith([kafkaLibraries], 'workers', () => {
  beforeAll(async () => {
    cluster = await startKafka();
  });
  afterAll(async () => {
    await cluster?.stop();
    removeFolder(folder);
  });

  test('two are one group with one address; a killed one is started again, and all end with a signal', {
    timeout: 180_000,
  }, async () => {
    const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    await newTopic(kafka, 'meters', 4);
    const port = await freePort();
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      `group: workers
kafka: { brokers: '${cluster.brokers.join(',')}', session_timeout: 6s, heartbeat_interval: 1s, rebalance_timeout: 10s }
server: { port: ${port} }
streams:
  meters:
    source: { kind: kafka, topic: meters }
    decode: { key: id, time: { at: t, format: epoch_ms } }
    channels: { value: {} }
    window: { kind: event }
    network: { hidden: 4, steps: 4, engine: wasm }
sinks: {}
`,
    );
    const parent = new Member(['run', '-c', config, '--workers', '2'], join(folder, 'log'));
    parent.start();
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    const metric = async (name: string) => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(text)?.[1]);
    };
    await until('both are ready', 60_000, async () => (await status('/readyz').catch(() => 0)) === 200);
    const [first, second] = childrenOf(parent.pid);
    expect([first, second].every((pid) => pid > 0)).toBe(true);
    await fill(kafka, 0);
    await untilRead(kafka, 'workers', 'meters', 60_000);
    expect(await metric('surprisal_rows_scored_total')).toBe(ROWS);
    expect(await metric('surprisal_partitions_assigned')).toBe(4);
    expect(await metric('surprisal_series_active')).toBe(20);
    expect(await metric('surprisal_warm_up_ratio')).toBe(1);
    const api = async (route: string) => await (await fetch(`http://127.0.0.1:${port}/api/streams${route}`)).json();
    const status20 = { name: 'meters', series: 20, ready: 20, warming: 0, percent: 100, etaSeconds: 0 };
    expect(await api('')).toEqual({ streams: [status20] });
    const page = await api('/meters/series?limit=3&after=meter-1&state=ready');
    expect(page).toMatchObject({
      series: ['meter-10', 'meter-11', 'meter-12'].map((name) => ({ name })),
      next: 'meter-12',
    });

    process.kill(first, 'SIGKILL');
    const replaced = () => childrenOf(parent.pid).length === 2 && !childrenOf(parent.pid).includes(first);
    await until('another takes its place', 30_000, async () => replaced());
    await fill(kafka, ROWS);
    await untilRead(kafka, 'workers', 'meters', 60_000);
    await until('all are ready again', 60_000, async () => (await status('/readyz')) === 200);
    expect(await parent.end('SIGTERM')).toBe(0);
    expect(await readAll(kafka, 'workers-scores')).toHaveLength(2 * ROWS);
  });
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { surprisal } from '../cli/program.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { freePort } from '../servers/ports.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Member } from './member.ts';
import { newTopic } from './topic.ts';

const ROWS = 400;
let cluster: KafkaCluster;
let kafka: Kafka;
const folder = newFolder('kafka-reload');

async function fill(topic: string, from: number): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  const messages = Array.from({ length: ROWS }, (_, i) => {
    const key = `meter-${i % 8}`;
    return { key, value: JSON.stringify({ id: key, t: 1.7e12 + (from + i) * 1_000, value: (i * 7) % 11 }) };
  });
  await producer.send({ topic, messages });
  await producer.disconnect();
}

/** Series and time of every score that was written as JSON, and as text for people. */
function given(file: string): { readonly json: number; readonly text: number } {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  const json = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  const text = lines.map((line) => /^(\S+ \S+) score {4}meters\/(\S+)/.exec(line)).filter((found) => found !== null);
  return {
    json: new Set(json.map(({ series, timeMs }) => `${series} ${timeMs}`)).size,
    text: new Set(text.map(([, time, series]) => `${series} ${time}`)).size,
  };
}

function configure(topic: string, port: number, kinds: readonly string[]): string {
  const file = join(folder, `${topic}.yaml`);
  const sinks: Readonly<Record<string, string>> = {
    jsonl: '{ kind: jsonl, path: "-", outputs: [score] }',
    console: '{ kind: console, outputs: [score] }',
  };
  const lines = kinds.map((kind) => `  ${kind}: ${sinks[kind]}`);
  writeFileSync(
    file,
    `group: ${topic}
kafka: { brokers: '${cluster.brokers.join(',')}', session_timeout: 6s, heartbeat_interval: 1s, rebalance_timeout: 10s }
server: { port: ${port} }
streams:
  meters:
    source: { kind: kafka, topic: ${topic} }
    decode: { key: id, time: { at: t, format: epoch_ms } }
    channels: { value: {} }
    window: { kind: event }
    network: { hidden: 4, steps: 4, engine: wasm }
sinks:
${lines.join('\n')}
`,
  );
  return file;
}

describeWith([kafkaLibraries], 'a reload', () => {
  beforeAll(async () => {
    cluster = await startKafka();
    kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
  });
  afterAll(async () => {
    await cluster?.stop();
    removeFolder(folder);
  });

  test.each([
    ['a member', 1],
    ['two workers', 2],
  ])(
    'gives a new sink all that is committed and loses nothing for the old one: %s',
    { timeout: 120_000 },
    async (_, workers) => {
      const topic = `reload-${workers}`;
      const out = join(folder, `${topic}.out`);
      await newTopic(kafka, topic, 2);
      const port = await freePort();
      const config = configure(topic, port, ['jsonl']);
      const member = new Member(['run', '-c', config, '--workers', String(workers)], join(folder, `${topic}.log`), out);
      member.start();
      await fill(topic, 0);
      await until('the old sink has all', 60_000, async () => given(out).json === ROWS);
      configure(topic, port, ['jsonl', 'console']);
      const answer = await fetch(`http://127.0.0.1:${port}/-/reload`, { method: 'POST' });
      expect(answer.status, await answer.text()).toBe(200);
      await fill(topic, ROWS);
      await until(
        'both sinks have all',
        60_000,
        async () => given(out).json === 2 * ROWS && given(out).text === 2 * ROWS,
      );
      expect(await member.end('SIGTERM')).toBe(0);
    },
  );

  test('workers refuse a sink that is one file', async () => {
    const config = configure('reload-files', 0, ['jsonl']);
    writeFileSync(config, readFileSync(config, 'utf8').replace('path: "-"', 'path: scores.jsonl'));
    const { code, err } = await surprisal(['run', '-c', config, '--workers', '2']);
    expect([code, err]).toEqual([2, expect.stringContaining('sink jsonl writes the file scores.jsonl')]);
  });
});

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { type SharedKafka, sharedKafka } from '../servers/kafka/shared-broker.ts';
import { freePort } from '../servers/ports.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Member } from './member.ts';
import { newTopic, readAll } from './topic.ts';

const ROWS = 600;
const folder = newFolder('undelivered');
let cluster: SharedKafka;
let receiver: Server;

/** A steady meter, and one reading far from all others. */
function readings(): readonly { readonly key: string; readonly value: string }[] {
  const random = new Random(3);
  return Array.from({ length: ROWS }, (_, i) => {
    const value = i === ROWS - 50 ? 90 : 20 + random.normal();
    return { key: 'meter', value: JSON.stringify({ t: 1.7e12 + i * 60_000, value }) };
  });
}

describeWith([kafkaLibraries], 'an alert that a sink refuses for good', () => {
  beforeAll(async () => {
    cluster = await sharedKafka();
  });
  afterAll(async () => {
    receiver?.close();
    removeFolder(folder);
  });

  test('is kept in a topic, with the sink and the reason, and holds up nothing', { timeout: 120_000 }, async () => {
    const port = await freePort();
    receiver = createServer((_, response) => response.writeHead(400).end());
    await once(receiver.listen(port, '127.0.0.1'), 'listening');
    const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    await newTopic(kafka, 'meters', 1);
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'meters', messages: [...readings()] });
    await producer.disconnect();
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      `group: refused
kafka: { brokers: '${cluster.brokers.join(',')}' }
state: { folder: '${join(folder, 'state')}' }
server: { enabled: false }
streams:
  meters:
    source: { kind: kafka, topic: meters }
    decode: { key: record, time: { at: t, format: epoch_ms } }
    channels: { value: { resolution: 0.01 } }
    window: { kind: event }
    network: { hidden: 8, steps: 8, engine: wasm }
sinks:
  hook: { kind: webhook, url: 'http://127.0.0.1:${port}/', allow_private: true }
`,
    );
    const member = new Member(['run', '-c', config], join(folder, 'log'));
    member.start();
    const undelivered = async () => await readAll(kafka, 'refused-undelivered').catch(() => []);
    await until('it is kept', 90_000, async () => (await undelivered()).length > 0);
    expect(await member.end('SIGTERM')).toBe(0);
    const alerts = await readAll(kafka, 'refused-alerts');
    const kept = await undelivered();
    expect(kept.map(({ value }) => value)).toEqual(alerts.map(({ value }) => value));
    expect(kept[0]).toMatchObject({
      key: 'meter',
      headers: { sink: 'hook', task: 'refused-alerts/0', reason: expect.stringContaining('400') },
    });
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compressions, registerCodecs } from '../../src/kafka/compression.ts';
import { goods, ROWS } from '../cli/bad-records.ts';
import { surprisal } from '../cli/program.ts';
import { openssl } from '../servers/certificates.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { Member } from './member.ts';
import { keptAs, newTopic, readAll, untilRead } from './topic.ts';

const WRONG = 'correct-horse-battery';

describeWith([kafkaLibraries, openssl], 'the program before brokers behind TLS and a login', () => {
  const folder = mkdtempSync(join(tmpdir(), 'surprisal-secured-'));
  let cluster: KafkaCluster;
  let kafka: Kafka;

  beforeAll(async () => {
    registerCodecs();
    cluster = await startKafka({ security: 'sasl_ssl' });
    kafka = new Kafka({
      brokers: [...cluster.brokers],
      ssl: { ca: cluster.tls?.ca ?? '' },
      sasl: { mechanism: 'plain', ...cluster.login },
      logLevel: logLevel.NOTHING,
    });
    await newTopic(kafka, 'rooms', 1);
  }, 120_000);
  afterAll(async () => cluster?.stop());

  const secret = (name: string, text: string): string => {
    writeFileSync(join(folder, name), `${text}\n`);
    return `\${file:${name}}`;
  };

  /** A configuration whose secrets are files beside it, as they are in a container. */
  function configure(name: string, { password = cluster.login.password, ca = cluster.tls?.ca ?? '' }): string {
    const { key = '', certificate = '' } = cluster.tls ?? {};
    const config = join(folder, `${name}.yaml`);
    writeFileSync(
      config,
      `group: secured
kafka:
  brokers: '${cluster.brokers.join(',')}'
  compression: zstd
  tls:
    ca: ${secret(`${name}-ca.pem`, ca)}
    certificate: ${secret('own.pem', certificate)}
    key: ${secret('own.key', key)}
  sasl: { mechanism: scram-sha-512, username: ${cluster.login.username}, password: "${secret(`${name}-password`, password)}" }
server: { enabled: false }
log: { level: debug }
streams:
  room:
    source: { kind: kafka, topic: rooms }
    decode: { key: id }
    channels: { value: {} }
    network: { hidden: 4, steps: 4, engine: wasm }
sinks: {}
`,
    );
    return config;
  }

  test('reads, scores and commits there, compresses as configured, and its log keeps the password', {
    timeout: 120_000,
  }, async () => {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'rooms', messages: goods.map((value) => ({ key: 'a', value })) });
    await producer.disconnect();
    const member = new Member(['run', '-c', configure('right', {})], join(folder, 'right.log'));
    member.start();
    await untilRead(kafka, 'secured', 'rooms', 60_000);
    expect(await member.end('SIGTERM')).toBe(0);
    expect(await readAll(kafka, 'secured-scores')).toHaveLength(ROWS);
    expect(keptAs(cluster, 'secured-scores')).toBe(compressions.zstd);
    expect(member.said().length).toBeGreaterThan(0);
    expect(member.said().join('\n')).not.toContain(cluster.login.password);
  });

  test.each([
    [
      'a wrong password',
      () => ({ password: WRONG }),
      /^surprisal: .*the brokers refuse this user name or password \[kafka/,
    ],
    [
      'a wrong authority',
      () => ({ ca: cluster.tls?.otherCa ?? '' }),
      /^surprisal: .*by no authority that we trust \[kafka/,
    ],
  ])('ends with one line and 78 for %s', { timeout: 60_000 }, async (name, given, line) => {
    const config = configure(name.replaceAll(' ', '-'), given());
    for (const command of [['run'], ['topics']]) {
      const { code, err } = await surprisal([...command, '-c', config]);
      const plain = err
        .split('\n')
        .filter((text) => text !== '' && !text.startsWith('{"level":20') && !text.startsWith('{"level":30'));
      expect([code, plain]).toEqual([78, [expect.stringMatching(line)]]);
      expect(err).not.toContain(WRONG);
    }
  });
});

import { execFileSync } from 'node:child_process';
import { Kafka, logLevel } from 'kafkajs';
import { beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../src/kafka/names.ts';
import { Wire } from '../../src/kafka/wire.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { type SharedKafka, sharedKafka } from '../servers/kafka/shared-broker.ts';
import { debian, describeWith } from '../servers/program.ts';
import { Group } from './group.ts';
import { newTopic } from './topic.ts';

/** A reader and writer that has nothing of ours, nor of kafkajs': librdkafka. */
const kcat = debian('kcat', 'kcat', 'kafkacat');
const MANY = 20_000;

describeWith([kafkaLibraries, kcat], 'headers of a record', () => {
  let cluster: SharedKafka;
  beforeAll(async () => {
    cluster = await sharedKafka();
  }, 120_000);

  const run = (args: readonly string[], input = '') =>
    execFileSync(kcat.path(), ['-q', '-b', cluster.brokers.join(','), ...args], {
      encoding: 'utf8',
      input,
      maxBuffer: 1 << 28,
    });
  /** Writes one record with these headers, each `name=value`, or a name alone where the value is null. */
  const write = (topic: string, headers: readonly string[], value: string) =>
    run(['-P', '-t', topic, ...headers.flatMap((header) => ['-H', header])], value);

  test('reach the dead letters as they came: order, repetitions, null values, and names that objects have', {
    timeout: 240_000,
  }, async () => {
    const group = new Group(cluster, 'headers');
    await group.createInput(1);
    const headers = [
      '2=two',
      '__proto__=x',
      'b',
      'constructor=y',
      '1=one',
      'a=1',
      'toString',
      'a=2',
      'b=',
      '__proto__',
    ];
    write(group.input, headers, 'no JSON');
    const member = group.start();
    await group.untilRead();
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
    const read = run(['-C', '-t', topicNames.deadLetters(group.input), '-o', 'beginning', '-e', '-f', '%h']);
    const nulls = headers.map((header) => (header.includes('=') ? header : `${header}=NULL`));
    expect(read.split(',').slice(0, nulls.length)).toEqual(nulls);
    expect(read).toContain(',dlq_reason=decode/syntax,');
  });

  test('reach the dead letters in time that grows with their number, too', { timeout: 240_000 }, async () => {
    const group = new Group(cluster, 'as-many');
    await group.createInput(1);
    const headers = Array.from({ length: MANY }, (_, n) => `name-${n}=value-${n}`);
    for (let n = 0; n < 3; n++) write(group.input, headers, 'no JSON');
    const member = group.start();
    // 46 s, and more, while an object was made of them.
    await group.untilRead(30_000);
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);
    const read = run(['-C', '-t', topicNames.deadLetters(group.input), '-o', 'beginning', '-e', '-f', '%h\n']);
    const letters = read.trim().split('\n');
    expect(letters).toHaveLength(3);
    for (const letter of letters) expect(letter.split(',').slice(0, MANY)).toEqual(headers);
  });

  test('are read in time that grows with their number, and not with its square', { timeout: 240_000 }, async () => {
    const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    await newTopic(kafka, 'many-headers', 1);
    const headers = Array.from({ length: MANY }, (_, n) => `name-${n}=value-${n}`);
    for (let n = 0; n < 3; n++) write('many-headers', headers, '{}');
    const wire = new Wire(kafka);
    await wire.connect(['many-headers']);
    const began = performance.now();
    const { messages } = await wire.fetch({
      topic: 'many-headers',
      partition: 0,
      from: 0,
      maxBytes: 8 << 20,
      maxWaitMs: 100,
    });
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(messages.map(({ headers: read }) => Object.keys(read).length)).toEqual([MANY, MANY, MANY]);
    await wire.close();
  });
});

import type { Message } from 'kafkajs';
import { beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../src/kafka/names.ts';
import { goods } from '../cli/bad-records.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { type SharedKafka, sharedKafka } from '../servers/kafka/shared-broker.ts';
import { describeWith } from '../servers/program.ts';
import { Group } from './group.ts';
import { offsetsOf, readMessages } from './topic.ts';

/** What a topic takes by default, less what a batch needs around a record. */
const LARGEST = 1_048_588 - 150;

/** What only a topic can bring: no value, no key, headers, and sizes up to the largest. */
const bad: readonly Message[] = [
  { key: 'a', value: null, headers: { why: 'a tombstone' } },
  { key: null, value: null },
  { key: 'a', value: Buffer.alloc(0) },
  { key: Buffer.alloc(0), value: 'an empty key' },
  { key: null, value: 'no key' },
  { key: Buffer.from([0xff, 0x00, 0xfe]), value: 'a key that is no text' },
  { key: 'a', value: '[', headers: { twice: [Buffer.from([0xff, 0]), 'two'], empty: '' } },
  { key: 'a', value: '[', headers: { dlq_reason: 'was a dead letter before', trace: 'abc' } },
  { key: 'a', value: Buffer.alloc(900_000, 'x') },
  { key: 'a', value: Buffer.alloc(LARGEST, 'x') },
];

const buffer = (part: Buffer | string | null | undefined) =>
  part === null || part === undefined ? null : Buffer.from(part);

/** The headers that came, as bytes, one or several each; and ours as text. */
function parted(headers: Message['headers']) {
  const all = Object.entries(headers ?? {});
  const came = all.filter(([name]) => !name.startsWith('dlq_'));
  const ours = all.filter(([name]) => name.startsWith('dlq_'));
  return {
    came: Object.fromEntries(came.map(([name, value]) => [name, [value].flat().map(buffer)])),
    ours: Object.fromEntries(ours.map(([name, value]) => [name, String(value)])),
  };
}

describeWith([kafkaLibraries], 'bad records as only a topic has them', () => {
  let cluster: SharedKafka;
  beforeAll(async () => {
    cluster = await sharedKafka();
  });

  test('are dead letters with the key, bytes and headers that came, and why; the good ones beside them are scored as without them', {
    timeout: 240_000,
  }, async () => {
    const group = new Group(cluster, 'letters');
    await group.createInput(2);
    const on = (partition: number, values: readonly Buffer[]) =>
      values.map((value): Message => ({ key: 'a', value, partition }));
    await group.write([...on(0, goods), ...on(1, goods.slice(0, 30))]);
    await group.write(bad.map((message) => ({ ...message, partition: 1 })));
    await group.write(on(1, goods.slice(30)));
    const member = group.start();
    await group.untilRead();
    expect(await member.end('SIGTERM'), member.said().join('\n')).toBe(0);

    expect((await offsetsOf(group.kafka, 'letters', group.input)).get(1)).toBe(goods.length + bad.length);
    const letters = await readMessages(group.kafka, topicNames.deadLetters(group.input));
    expect(letters).toHaveLength(bad.length);
    letters.forEach(({ message: { key, value, headers } }, n) => {
      expect([key, value?.equals(buffer(bad[n].value) ?? Buffer.alloc(0)) ?? null], `dead letter ${n}`).toEqual([
        buffer(bad[n].key),
        bad[n].value === null ? null : true,
      ]);
      const { came, ours } = parted(headers);
      expect(came).toEqual(parted(bad[n].headers).came);
      expect(ours).toMatchObject({
        dlq_reason: 'decode/syntax',
        dlq_message: expect.stringMatching(`^${group.input}/1@${30 + n}: `),
        dlq_stage: 'decode',
        dlq_group: 'letters',
        dlq_stream: 'room',
        dlq_topic: group.input,
        dlq_partition: '1',
        dlq_offset: String(30 + n),
        dlq_timestamp: expect.stringMatching(/^\d{13}$/),
      });
    });

    const scores = await group.scores();
    const of = (place: number) =>
      scores.filter(({ partition }) => partition === place).map(({ key, value }) => [key, value]);
    expect(of(0)).toHaveLength(goods.length);
    expect(of(1)).toEqual(of(0));
  });
});

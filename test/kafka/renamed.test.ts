import { beforeAll, expect, test } from 'vitest';
import { entryKey } from '../../src/kafka/changelog-log.ts';
import { META_KEY } from '../../src/kafka/meta.ts';
import { oldNames, topicNames } from '../../src/kafka/names.ts';
import { decode, encode } from '../../src/store/codec.ts';
import { record } from '../cli/program.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { type SharedKafka, sharedKafka } from '../servers/kafka/shared-broker.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Group } from './group.ts';
import type { Member } from './member.ts';
import { endsOf, newTopic, readMessages } from './topic.ts';

const WITHIN_MS = 120_000;
const COMPACT = { 'cleanup.policy': 'compact', 'max.message.bytes': '16777216' };

const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({ key: 'a', value: record(from + n), partition: 0 }));

describeWith([kafkaLibraries], 'groups and streams with dashes in their names', () => {
  let cluster: SharedKafka;
  beforeAll(async () => {
    cluster = await sharedKafka();
  }, 240_000);

  /** A group of one stream that has a name of its own. */
  const groupOf = (name: string, stream: string, topic: string) => {
    const group = new Group(cluster, name);
    const config = {
      source: { kind: 'kafka', topic },
      decode: { key: 'id' },
      channels: { value: {} },
      network: { hidden: 4, steps: 4, engine: 'wasm' },
    };
    return { group, topic, start: () => group.start({ others: { [stream]: config } }) };
  };

  async function ended(member: Member): Promise<string> {
    const said = () => member.said().join('\n');
    expect(await member.end('SIGTERM'), said()).toBe(0);
    return said();
  }

  test('two that earlier versions gave the same names run side by side', { timeout: 300_000 }, async () => {
    const both = [groupOf('a', 'b-c', 'b-c'), groupOf('a-b', 'c', 'c')];
    const [{ group, topic, start }, other] = both;
    for (const [n, each] of both.entries()) {
      await each.group.createInput(1);
      await newTopic(each.group.kafka, each.topic, 2 - n);
      await each.group.write(records(0, 100), each.topic);
    }
    // The other one has the changelog that earlier versions would look for, with another count of partitions.
    const others = other.start();
    await other.group.untilRead(WITHIN_MS, other.topic);
    const members = [start()];
    await group.untilRead(WITHIN_MS, topic);
    await group.write(records(100, 150), topic);
    await group.untilRead(WITHIN_MS, topic);
    const said = await ended(members[0]);
    expect(said).toContain('takes over nothing of a-b-c-changelog/0');
    members.push(start());
    for (const each of both) {
      await each.group.write(records(each === other ? 100 : 150, 200), each.topic);
      await each.group.untilRead(WITHIN_MS, each.topic);
    }
    for (const member of [members[1], others]) expect(await ended(member)).not.toMatch(/fenced|foreign|takes over/);
    for (const each of both) expect(await each.group.scores()).toHaveLength(200);
  });

  /** Puts what the group has where an earlier version had it, with the `meta` that one wrote, and takes the new topic away. */
  async function asBefore(group: Group, stream: string): Promise<string> {
    const [now, before] = [topicNames.changelog(group.name, stream), oldNames.changelog(group.name, stream)];
    await newTopic(group.kafka, before, 1, COMPACT);
    const messages = (await readMessages(group.kafka, now))
      .map(({ message: { key, value } }) => ({ key: String(key), value }))
      .filter(({ key }) => key !== 'barrier')
      .map(({ key, value }) => {
        if (key !== META_KEY || value === null) return { key, value };
        const { names, input, changelog, records: count, ...meta } = Object(decode(META_KEY, value));
        expect([names, count === undefined]).toEqual([2, false]);
        return { key, value: Buffer.from(encode(META_KEY, meta)) };
      });
    const producer = group.kafka.producer();
    await producer.connect();
    await producer.send({ topic: before, messages });
    await producer.disconnect();
    const admin = group.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [now] });
    await until(`${now} is gone`, WITHIN_MS, async () => !(await admin.listTopics()).includes(now));
    await admin.disconnect();
    return before;
  }

  const bitsOf = async (group: Group) => (await group.scores()).map(({ value }) => JSON.parse(value ?? '').bits);

  /** The scores of a group that nobody renamed. */
  async function undisturbed(topic: string): Promise<readonly number[]> {
    const { group, start } = groupOf(`calm${topic.replaceAll('-', '')}`, 'rawmeters', topic);
    await group.createInput(1);
    const member = start();
    await group.untilRead(WITHIN_MS, topic);
    await ended(member);
    return await bitsOf(group);
  }

  /** A group whose first records an earlier version has read, under names that are others now. */
  async function updated(name: string, read: number) {
    const before = groupOf(name, 'raw-meters', `${name}-meters`);
    const { group, topic, start } = before;
    await group.createInput(1);
    await newTopic(group.kafka, topic, 1);
    await group.write(records(0, read), topic);
    const member = start();
    await group.untilRead(WITHIN_MS, topic);
    await ended(member);
    return { ...before, old: await asBefore(group, 'raw-meters') };
  }

  test('the state that an earlier version left is taken over once, and is no longer its own', {
    timeout: 300_000,
  }, async () => {
    const { group, topic, start, old } = await updated('old-plant', 150);

    await group.write(records(150, 200), topic);
    const second = start();
    await group.untilRead(WITHIN_MS, topic);
    expect(await ended(second)).toContain(`takes over its state from earlier names`);
    const left = await endsOf(group.kafka, old);
    await group.write(records(200, 250), topic);
    const third = start();
    await group.untilRead(WITHIN_MS, topic);
    expect(await ended(third)).not.toContain('takes over');
    expect(await endsOf(group.kafka, old)).toEqual(left);
    expect(await bitsOf(group)).toHaveLength(250);
    expect(await bitsOf(group)).toEqual(await undisturbed(topic));
    // What is left there is refused by versions that know no names.
    const metas = (await readMessages(group.kafka, old)).filter(({ message }) => String(message.key) === META_KEY);
    expect(decode(META_KEY, metas.at(-1)?.message.value ?? Buffer.alloc(0))).toHaveProperty('names', 2);
  });

  test('killed while the state is moved, a member moves all of it at the next start', {
    timeout: 300_000,
  }, async () => {
    const { group, topic, start, old } = await updated('cut-short', 150);
    const now = topicNames.changelog(group.name, 'raw-meters');
    await newTopic(group.kafka, now, 1, COMPACT);
    // A copied entry that the earlier version has dropped since, and both `meta`s in a transaction that is still open.
    const id = oldNames.transactionalId(group.name, topic, 0);
    const producer = group.kafka.producer({ transactionalId: id, maxInFlightRequests: 1 });
    await producer.connect();
    const copying = await producer.transaction();
    await copying.send({ topic: now, messages: [{ key: entryKey('dropped'), value: 'no entry of a state' }] });
    await copying.commit();
    const ending = await producer.transaction();
    for (const each of [old, now])
      await ending.send({ topic: each, messages: [{ key: META_KEY, value: 'unfinished' }] });
    await producer.disconnect();

    await group.write(records(150, 200), topic);
    const endOf = async (of: string) => (await endsOf(group.kafka, of)).get(0) ?? 0;
    for (const place of [old, now, now]) {
      const end = await endOf(place);
      const member = start();
      await until(`${place} grows`, WITHIN_MS, async () => (await endOf(place)) > end);
      await member.end('SIGKILL');
    }
    const last = start();
    await group.untilRead(WITHIN_MS, topic);
    await ended(last);
    expect(await bitsOf(group)).toEqual(await undisturbed(topic));
    const kept = await readMessages(group.kafka, now);
    expect(kept.findLast(({ message }) => String(message.key) === entryKey('dropped'))?.message.value).toBeNull();
  });
});

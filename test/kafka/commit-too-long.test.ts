import { Kafka, logLevel } from 'kafkajs';
import { beforeAll, expect, test } from 'vitest';
import type { Failure } from '../../src/errors/failure.ts';
import type { Outgoing } from '../../src/kafka/record-batch.ts';
import { Transactions } from '../../src/kafka/transactions.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { type SharedKafka, sharedKafka } from '../servers/kafka/shared-broker.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { newTopic, readAll } from './topic.ts';

const TIMEOUT_MS = 1_000;
/** Longer than the timeout, and than the brokers take to notice. */
const SLOW_MS = 4_000;
const signal = new AbortController().signal;

const record = (size: number): Outgoing => {
  return { topic: 'out', partition: 0, key: 'k', value: Buffer.alloc(size), headers: [] };
};

/** Two requests, and a process that is held up between them. */
function* slowly(): Generator<Outgoing> {
  yield record(800_000);
  yield record(800_000);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS);
  yield record(1);
}

describeWith([kafkaLibraries], 'a commit that takes longer than `transaction_timeout`', () => {
  let cluster: SharedKafka;
  let kafka: Kafka;
  const input = { topic: 'in', partition: 0 };
  const fence = async () => {
    const options = { id: 'slow', timeoutMs: TIMEOUT_MS, compression: 'none', topics: ['in', 'out'] } as const;
    return await Transactions.fence(kafka, options, signal);
  };

  beforeAll(async () => {
    cluster = await sharedKafka();
    kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    for (const topic of ['in', 'out']) await newTopic(kafka, topic, 1);
  });

  test('is undone, is reported as that and not as another member, and the next that is quicker is whole', async () => {
    const slow = await fence();
    const failed = slow.commit({ group: 'g', input, records: slowly(), offset: () => 7 });
    const failure: Failure = await failed.then(
      () => expect.fail('it was committed'),
      (error) => error,
    );
    expect(failure.code).toBe('kafka/commit-too-long');
    expect(failure.describe()).toMatch(
      /in\/0: after \d s the commit timed out and was aborted.*raise `kafka.transaction_timeout`/,
    );
    await slow.close();

    // A broker that has only begun may have no coordinator for the group yet.
    await until('a quick commit is through', 30_000, async () => {
      const quick = await fence();
      const writing = { group: 'g', input, records: [record(3)], offset: () => 8 };
      const done = await quick.commit(writing).then(
        () => true,
        () => false,
      );
      await quick.close();
      return done;
    });
    expect((await readAll(kafka, 'out')).map(({ value }) => value?.length)).toEqual([3]);
  });
});

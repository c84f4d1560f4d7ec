import { beforeAll, expect, test } from 'vitest';
import { surprisal } from '../cli/program.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { type SharedKafka, sharedKafka } from '../servers/kafka/shared-broker.ts';
import { describeWith } from '../servers/program.ts';
import { Group } from './group.ts';
import { readAll } from './topic.ts';

let cluster: SharedKafka;

describeWith([kafkaLibraries], '`produce --history`', () => {
  beforeAll(async () => {
    cluster = await sharedKafka();
  });

  test('begins in the past where the topic is new, and now where it has records already: none is late', {
    timeout: 300_000,
  }, async () => {
    const group = new Group(cluster, 'past', {
      stream: { decode: { key: '/home', time: { at: '/time' } }, channels: { inside: {} } },
    });
    const config = group.configure();
    expect(await surprisal(['topics', '--create', '--partitions', '1', '-c', config])).toMatchObject({ code: 0 });
    const flags = ['produce', '-c', config, '--world', 'thermostat', '--history', '2h', '-o', 'homes=1'];
    const times = async () =>
      (await readAll(group.kafka, group.input)).map(({ value }) => Date.parse(JSON.parse(value ?? '').time));

    const first = Date.now();
    expect(await surprisal([...flags, '-o', 'max_records=20'])).toMatchObject({ code: 0 });
    const past = await times();
    expect(past).toHaveLength(20);
    expect(past[0]).toBeGreaterThan(first - 2.1 * 3_600_000);
    expect(past[0]).toBeLessThan(first - 1.9 * 3_600_000);

    const second = Date.now();
    expect(await surprisal([...flags, '-o', 'max_records=2', '-o', 'interval=1s'])).toMatchObject({ code: 0 });
    const both = await times();
    expect(both).toHaveLength(22);
    expect(Math.min(...both.slice(20))).toBeGreaterThanOrEqual(second - 1_000);
  });

  test('is not for a file, which has a history of its own', async () => {
    const flags = ['produce', '-c', 'x.yaml', '--file', 'x.csv', '--history', '2h'];
    expect(await surprisal(flags)).toMatchObject({ code: 2, err: expect.stringContaining('a history of its own') });
  });
});

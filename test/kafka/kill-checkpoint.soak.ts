import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { Wire } from '../../src/kafka/wire.ts';
import { startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { Group } from './group.ts';

const SERIES = 4_000;
const RECORDS = 24_000;
const KILLS = 5;
const WITHIN_MS = 120_000;
const settings = {
  stream: {
    decode: { key: 'id', time: { at: 't', format: 'epoch_ms' } },
    // A record processed twice would be a row twice.
    window: { kind: 'event', repeats: 'keep' },
    network: { hidden: 4, steps: 4, engine: 'wasm' },
  },
  state: { commit_records: 500, checkpoint_records: 4_000, checkpoint_interval: '1h' },
};

/** Resolves once so many records of a transaction that is not committed lie in the changelog. */
async function untilHalfWritten(group: Group, records: number): Promise<void> {
  const wire = new Wire(group.kafka);
  const place = { topic: group.changelog, partition: 0 };
  for (const end = performance.now() + WITHIN_MS; ; ) {
    if (performance.now() > end) throw new Error('no checkpoint was seen half written');
    try {
      await wire.connect([place.topic]);
      const from = await wire.offset(place.topic, 0, 'latest');
      const fetched = await wire.fetch({ ...place, from, maxBytes: 1, maxWaitMs: 1 });
      if (fetched.highWatermark - fetched.end >= records) return await wire.close();
    } catch (error) {
      // It is not there yet.
      if (!(error instanceof Failure)) throw error;
      await pause(100);
    }
  }
}

/** Key, value and headers of each score, but for the group's name. */
async function scores(group: Group): Promise<readonly string[]> {
  return (await group.scores()).map(({ key, value, headers: { ce_source, ...headers } }) =>
    JSON.stringify([key, value, headers]),
  );
}

describeWith([kafkaLibraries], 'a checkpoint of thousands of series', () => {
  test('half written when its member is killed, leaves the same committed scores as undisturbed', {
    timeout: 300_000,
  }, async () => {
    const cluster = await startKafka();
    try {
      const group = new Group(cluster, 'killed', settings);
      await group.createInput(1);
      const records = Array.from({ length: RECORDS }, (_, n) => {
        const id = `meter-${n % SERIES}`;
        return { key: id, value: JSON.stringify({ id, t: 1.7e12 + n * 1_000, value: Math.sin(n / 7) }) };
      });
      for (let n = 0; n < RECORDS; n += SERIES) await group.write(records.slice(n, n + SERIES));
      for (let kill = 0; kill < KILLS; kill++) {
        const member = group.start();
        await untilHalfWritten(group, 200 + 800 * kill);
        expect(await member.end('SIGKILL'), member.said().join('\n')).toBeNull();
      }
      const member = group.start();
      await group.untilRead(WITHIN_MS);
      expect(await member.end('SIGTERM')).toBe(0);

      const calm = new Group(cluster, 'calm', settings);
      const other = calm.start({ source: { topic: group.input } });
      await calm.untilRead(WITHIN_MS, group.input);
      expect(await other.end('SIGTERM')).toBe(0);
      const expected = await scores(calm);
      expect(expected).toHaveLength(RECORDS);
      expect(await scores(group)).toEqual(expected);
    } finally {
      await cluster.stop();
    }
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oldChangelog, oldNames, topicNames, transactionalId } from '../../src/kafka/names.ts';

/** As a configuration allows them, of few letters, so that one is often the begin of another. */
const name = fc.stringMatching(/^[ab0-]{1,6}$/);
const topic = fc.stringMatching(/^[ab0.-]{1,6}$/);
const partition = fc.integer({ min: 0, max: 11 });

const own = (group: string) => {
  const { scores, alerts, feedback, deliveries, undelivered } = topicNames;
  return [scores, alerts, feedback, deliveries, undelivered].map((of) => of(group));
};

test('no two tasks have the same transactional id', () => {
  const task = fc.tuple(name, topic, partition);
  fc.assert(
    fc.property(task, task, (one, other) => {
      expect(transactionalId(...one) === transactionalId(...other)).toBe(String(one) === String(other));
    }),
    { numRuns: 5_000 },
  );
  expect(transactionalId('a', 'b-c', 0)).not.toBe(transactionalId('a-b', 'c', 0));
});

test('no two streams have the same changelog, and none is another topic of a group', () => {
  const stream = fc.tuple(name, name);
  fc.assert(
    fc.property(stream, stream, (one, other) => {
      expect(topicNames.changelog(...one) === topicNames.changelog(...other)).toBe(String(one) === String(other));
      expect(own(other[0])).not.toContain(topicNames.changelog(...one));
    }),
    { numRuns: 5_000 },
  );
  expect(topicNames.changelog('a', 'b-c')).not.toBe(topicNames.changelog('a-b', 'c'));
});

test('names without dashes are those of earlier versions', () => {
  expect(transactionalId('plant-2', 'meters.raw', 3)).toBe(oldNames.transactionalId('plant-2', 'meters.raw', 3));
  expect(topicNames.changelog('plant-2', 'meters')).toBe('plant-2-meters-changelog');
  expect(oldChangelog('plant-2', 'meters')).toBeUndefined();
  expect(oldChangelog('plant', 'raw-meters')).toBe('plant-raw-meters-changelog');
});

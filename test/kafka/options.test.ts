import { describe, expect, test } from 'vitest';
import { kafkaOptions } from '../../src/kafka/options.ts';

const faults = (section: unknown): readonly string[] => {
  const { error } = kafkaOptions.safeParse(section);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
};

test('brokers are a list, or one text with commas', () => {
  expect(kafkaOptions.parse({ brokers: 'a:9092, b:9093' }).brokers).toEqual(['a:9092', 'b:9093']);
  expect(kafkaOptions.parse({ brokers: ['a:9092'] }).brokers).toEqual(['a:9092']);
});

test.each([[''], [[]], ['a'], ['a:0'], ['a:65536'], ['a:9092,'], [['http://a:9092']], ['::1:9092']])(
  'brokers %j are refused',
  (brokers) => {
    expect(faults({ brokers })).toHaveLength(1);
  },
);

test('a member must be able to miss two heartbeats, and to rejoin within a session', () => {
  const brokers = 'a:9092';
  expect(faults({ brokers, session_timeout: '9s' })).toEqual([]);
  expect(faults({ brokers, session_timeout: '8s' })).toEqual([
    'heartbeat_interval: at most a third of `session_timeout`',
  ]);
  expect(faults({ brokers, session_timeout: '90s' })).toEqual(['rebalance_timeout: at least `session_timeout`']);
});

describe('a login', () => {
  test('names one of the mechanisms', () => {
    const sasl = { mechanism: 'oauthbearer', username: 'alice', password: 'x' };
    expect(faults({ brokers: 'a:9092', sasl })).toHaveLength(1);
  });
});

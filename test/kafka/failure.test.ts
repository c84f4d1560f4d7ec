import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { kafkaFailure } from '../../src/kafka/failure.ts';

/** kafkajs' own errors, made as its own code makes them: its types declare less. */
const require = createRequire(import.meta.url);
const { createErrorFromCode } = require('kafkajs/src/protocol/error.js');
const {
  KafkaJSAggregateError,
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSSASLAuthenticationError,
} = require('kafkajs/src/errors.js');

/** As kafkajs' admin takes it apart. */
function metadataOf(answer: { readonly topicMetadata: readonly unknown[] } | null) {
  const { topicMetadata } = answer as { readonly topicMetadata: readonly unknown[] };
  return topicMetadata;
}

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

/** As the protocol numbers them. */
const CODES: readonly (readonly [number, string])[] = [
  [1, 'kafka/offset-out-of-range'],
  [3, 'kafka/no-topic'],
  [10, 'kafka/too-large'],
  [17, 'kafka/no-topic'],
  [18, 'kafka/too-large'],
  [22, 'kafka/fenced'],
  [25, 'kafka/fenced'],
  [26, 'kafka/timeout-refused'],
  [29, 'kafka/not-allowed'],
  [30, 'kafka/not-allowed'],
  [31, 'kafka/not-allowed'],
  [33, 'kafka/login-refused'],
  [47, 'kafka/fenced'],
  [49, 'kafka/fenced'],
  [50, 'kafka/timeout-refused'],
  [51, 'kafka/unavailable'],
  [52, 'kafka/fenced'],
  [53, 'kafka/not-allowed'],
  [58, 'kafka/login-refused'],
  [90, 'kafka/fenced'],
  [19, 'kafka/unavailable'],
  [120, 'kafka/unavailable'],
];

describe('an error of the protocol', () => {
  test.each(CODES)('%i is %s', (number, code) => {
    expect(kafkaFailure(createErrorFromCode(number)).code).toBe(code);
  });

  test('is found below what kafkajs wraps around it', () => {
    const error = createErrorFromCode(29);
    const wrapped = new KafkaJSNumberOfRetriesExceeded(error, { retryCount: 3, retryTime: 800 });
    const twice = new KafkaJSNonRetriableError(wrapped, { cause: wrapped });
    const failure = kafkaFailure(twice, 'orders/3');
    expect(failure).toMatchObject({ code: 'kafka/not-allowed', where: 'orders/3', cause: twice });
  });

  test('is the first of several', () => {
    const errors = [createErrorFromCode(10), createErrorFromCode(7)];
    const several = new KafkaJSAggregateError('Topic creation errors', errors);
    expect(kafkaFailure(several).code).toBe('kafka/too-large');
  });
});

describe('a login that breaks off', () => {
  test('because the broker died is no wrong password', () => {
    for (const reason of ['Closed connection', 'Connection closed by the server', 'Not connected']) {
      const error = new KafkaJSSASLAuthenticationError(`SASL PLAIN authentication failed: ${reason}`);
      expect(kafkaFailure(error).code, reason).toBe('kafka/unreachable');
    }
  });

  test('because the broker has no such mechanism says so', () => {
    const error = new KafkaJSSASLAuthenticationError('SASL PLAIN mechanism is not supported by the server');
    expect(kafkaFailure(error).message).toBe('the brokers do not offer this `sasl.mechanism`');
  });
});

test('a connection that takes too long names the broker', () => {
  const error = new KafkaJSConnectionError('Connection timeout', { broker: 'kafka-1:9092' });
  expect(kafkaFailure(error).describe()).toMatch(
    /^kafka-1:9092 does not answer: Connection timeout \[kafka\/unreachable\]/,
  );
});

test.each([
  ['a client that never reached its broker', () => new Error('Broker not connected')],
  ['metadata that nobody gave', () => thrown(() => metadataOf(null))],
  ['no coordinator', () => new KafkaJSNonRetriableError('Failed to find group coordinator')],
])('%s is brokers that do not answer, wrapped or not', (_, made) => {
  const error = made();
  expect(kafkaFailure(error).code).toBe('kafka/unreachable');
  expect(kafkaFailure(new KafkaJSNonRetriableError(error, { cause: error })).code).toBe('kafka/unreachable');
});

test('a failure is returned as it is, also from inside', () => {
  const failure = new Failure('state/foreign', 'made by another');
  expect(kafkaFailure(failure)).toBe(failure);
  expect(kafkaFailure(new KafkaJSNonRetriableError('x', { cause: failure }))).toBe(failure);
});

test('a bug is thrown on, wrapped by kafkajs or not', () => {
  const bug = new TypeError('x is undefined');
  const wrapped = new KafkaJSNonRetriableError(bug, { cause: bug });
  expect(() => kafkaFailure(bug)).toThrow(bug);
  expect(() => kafkaFailure(wrapped)).toThrow(wrapped);
  expect(() => kafkaFailure(new Error('another program’s'))).toThrow('another program’s');
});

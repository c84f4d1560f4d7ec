import { Kafka, type LogEntry, logLevel, type SASLOptions } from 'kafkajs';
import { connectionOptions } from '../network/tls.ts';
import { registerCodecs } from './compression.ts';
import type { KafkaOptions } from './options.ts';
import { BrokerSockets } from './sockets.ts';

/** Takes what kafkajs says of itself. */
export type KafkaLog = (
  level: 'debug' | 'warn',
  message: string,
  fields: Readonly<Record<string, string | number>>,
) => void;

/** Tries after the first, for kafkajs' own short retry; what lasts longer is the caller's to try again. */
const RETRIES = 3;

/**
 * A client of the brokers; it connects when it is first used. It gives up after a second or so of quick failures,
 * `RETRIES` times the timeout of slow ones, and names the failure: see `kafkaFailure`. What it throws is not logged as
 * well, for it would be reported twice.
 */
export function connectKafka(
  options: KafkaOptions,
  log: KafkaLog,
  sockets = new BrokerSockets(options.brokers),
): Kafka {
  const { brokers, tls, sasl } = options;
  registerCodecs();
  return new Kafka({
    brokers: async () => sockets.brokers,
    socketFactory: sockets.create,
    clientId: options.client_id,
    ssl: tls?.enabled ? connectionOptions(tls) : false,
    ...(sasl === undefined ? {} : { sasl: login(sasl) }),
    connectionTimeout: options.connection_timeout,
    authenticationTimeout: options.request_timeout,
    requestTimeout: options.request_timeout,
    retry: { initialRetryTime: 100, multiplier: 2, maxRetryTime: 1_000, retries: Math.max(RETRIES, brokers.length) },
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => forward(entry, log),
  });
}

/** A mechanism of its own type for each name, as kafkajs declares them. */
function login({ mechanism, username, password }: NonNullable<KafkaOptions['sasl']>): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}

/**
 * kafkajs says at ERROR both what it tries again, as each CONCURRENT_TRANSACTIONS, and what it throws, which the caller
 * reports: both are `debug`. Its warnings are about what nobody else reports. Only words and numbers are logged: no
 * buffers, no stacks.
 */
function forward({ namespace, level, log: { message, timestamp, logger, ...rest } }: LogEntry, log: KafkaLog): void {
  const plain = Object.entries(rest).filter(
    ([key, value]) => key !== 'stack' && /^(string|number)$/.test(typeof value),
  );
  log(level === logLevel.WARN ? 'warn' : 'debug', `kafkajs: ${message}`, { namespace, ...Object.fromEntries(plain) });
}

import { z } from 'zod';
import { durationMs } from '../event/duration.ts';
import { tlsOptions } from '../network/tls.ts';

const ADDRESS = /^[A-Za-z0-9_.-]+:(\d{1,5})$/;
const ADDRESS_FORM = 'a host:port such as kafka-1:9092';

/** kafkajs cuts at the first colon, so there is no way to write an IPv6 address. */
const isAddress = (text: string): boolean => {
  const port = Number(ADDRESS.exec(text)?.[1]);
  return port >= 1 && port <= 65_535;
};

const several = (text: string): readonly string[] => text.split(',').map((part) => part.trim());

const positive = durationMs.refine((ms) => ms > 0, 'more than 0ms');

const saslOptions = z.strictObject({
  mechanism: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
    .describe('How the password is proved. `plain` sends it as it is: not without TLS.'),
  username: z.string().min(1).describe('Who logs in.'),
  password: z.string().min(1).meta({ secret: true }).describe('Their password. Secret.'),
});

/**
 * How to reach the brokers, and how long to wait for them: the section `kafka` of a configuration. Durations are
 * milliseconds.
 */
export const kafkaOptions = z
  .strictObject({
    brokers: z
      .union([
        z.string().refine((text) => several(text).every(isAddress), ADDRESS_FORM),
        z.array(z.string().refine(isAddress, ADDRESS_FORM)).min(1),
      ])
      .transform((brokers) => (typeof brokers === 'string' ? several(brokers) : brokers))
      .describe(
        'Brokers to begin with, as `host:port`: a list, or one text with commas. The others are learned from them.',
      ),
    client_id: z.string().min(1).default('surprisal').describe('Name in the logs and quotas of the brokers.'),
    tls: tlsOptions.optional().describe('TLS; none if absent. `{}` trusts the public authorities.'),
    sasl: saslOptions.optional().describe('Login; none if absent.'),
    compression: z
      .enum(['none', 'gzip', 'snappy', 'lz4', 'zstd'])
      .default('none')
      .describe('How what we write is compressed; what we read may be compressed in any of these ways.'),
    session_timeout: positive
      .prefault('30s')
      .describe('A member of the group that is silent for so long has lost its partitions.'),
    heartbeat_interval: positive
      .prefault('3s')
      .describe('How often a member shows that it lives; at most a third of `session_timeout`.'),
    rebalance_timeout: positive
      .prefault('60s')
      .describe('How long the group waits for its members to join anew; at least `session_timeout`.'),
    request_timeout: positive.prefault('10s').describe('How long to wait for an answer.'),
    connection_timeout: positive.prefault('5s').describe('How long to wait for a connection.'),
    transaction_timeout: positive
      .prefault('60s')
      .describe('The brokers undo a commit that takes longer, as that of a member that died in the middle of one.'),
    create_topics: z
      .boolean()
      .default(true)
      .describe('Whether the topics that are written to are created where they are not there; else they must be.'),
    replication_factor: z
      .int()
      .min(1)
      .optional()
      .describe('Copies of the topics that are created; the default of the brokers if absent.'),
  })
  .refine(({ heartbeat_interval, session_timeout }) => heartbeat_interval * 3 <= session_timeout, {
    path: ['heartbeat_interval'],
    error: 'at most a third of `session_timeout`',
  })
  .refine(({ rebalance_timeout, session_timeout }) => rebalance_timeout >= session_timeout, {
    path: ['rebalance_timeout'],
    error: 'at least `session_timeout`',
  });

export type KafkaOptions = z.output<typeof kafkaOptions>;

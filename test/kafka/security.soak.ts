import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { connectKafka } from '../../src/kafka/client.ts';
import { kafkaFailure } from '../../src/kafka/failure.ts';
import { kafkaOptions } from '../../src/kafka/options.ts';
import { openssl } from '../servers/certificates.ts';
import { type KafkaOptions as ClusterOptions, type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { freePorts } from '../servers/ports.ts';
import { describeWith } from '../servers/program.ts';

type Section = z.input<typeof kafkaOptions>;
type Mechanism = NonNullable<Section['sasl']>['mechanism'];

/** kafkajs would keep trying for half a minute. */
const SOON_MS = 8_000;
const WRONG = 'correct-horse-battery';

let cluster: KafkaCluster;
const started = (options: ClusterOptions) => {
  beforeAll(async () => {
    cluster = await startKafka(options);
  });
  afterAll(async () => cluster?.stop());
};
const broker = () => String(cluster.brokers[0]);
const pem = () => ({ ca: '', otherCa: '', key: '', certificate: '', ...cluster.tls });
const login = (mechanism: Mechanism, password = cluster.login.password) => ({
  mechanism,
  username: cluster.login.username,
  password,
});

/** Asks the brokers for their topics as a configuration says: `in`, or the one line that tells what is wrong. */
async function attempt(section: Omit<Section, 'brokers'>, brokers = broker()): Promise<string> {
  const logged: string[] = [];
  const options = kafkaOptions.parse({ brokers, ...section });
  const kafka = connectKafka(options, (...line) => void logged.push(JSON.stringify(line)));
  const admin = kafka.admin();
  const began = performance.now();
  try {
    await admin.connect();
    await admin.listTopics();
    return 'in';
  } catch (error) {
    const failure = kafkaFailure(error);
    expect(performance.now() - began).toBeLessThan(SOON_MS);
    logged.push(failure.stack ?? '', String(failure.cause));
    return failure.describe();
  } finally {
    await admin.disconnect();
    expect(logged.filter((line) => line.startsWith('["warn"'))).toEqual([]);
    expect(logged.join('\n')).not.toMatch(new RegExp(`${WRONG}|${options.sasl?.password ?? WRONG}`));
  }
}

const REFUSED =
  'the brokers refuse this user name or password [kafka/login-refused] Correct `kafka.sasl`: mechanism, user name, password.';
const TLS_HELP = '[kafka/tls] Correct `kafka.tls`, or the certificates of the brokers.';
const AGAIN = '[kafka/unreachable] Surprisal retries; if it lasts, check `kafka.brokers`, the network and the brokers.';

describeWith([kafkaLibraries, openssl], 'behind TLS and a login', () => {
  started({ security: 'sasl_ssl' });

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    '%s lets the right password in',
    async (mechanism) => {
      expect(await attempt({ tls: { ca: pem().ca }, sasl: login(mechanism) })).toBe('in');
    },
  );

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('%s refuses a wrong one', async (mechanism) => {
    expect(await attempt({ tls: { ca: pem().ca }, sasl: login(mechanism, WRONG) })).toBe(REFUSED);
  });

  test('an authority that did not sign the certificate, or none of our own, is not enough', async () => {
    const line = `the certificate of ${broker()} is signed by no authority that we trust ${TLS_HELP}`;
    expect(await attempt({ tls: { ca: pem().otherCa }, sasl: login('plain') })).toBe(line);
    expect(await attempt({ tls: {}, sasl: login('plain') })).toBe(line);
    expect(await attempt({ tls: { verify: false }, sasl: login('plain') })).toBe('in');
  });

  test('a certificate for another name is reported with both names', async () => {
    const tls = { ca: pem().ca, servername: 'kafka.example.org' };
    const names = 'kafka.example.org, but for IP Address:127.0.0.1, DNS:localhost';
    const line = `the certificate of ${broker()} is not for ${names} ${TLS_HELP}`;
    expect(await attempt({ tls, sasl: login('plain') })).toBe(line);
  });

  test('without TLS, or without a login, the broker closes the connection', async () => {
    const line = `${broker()} closed the connection: does its port want TLS, or a login? ${AGAIN}`;
    expect(await attempt({ sasl: login('plain') })).toBe(line);
    expect(await attempt({ tls: { enabled: false }, sasl: login('plain') })).toBe(line);
    expect(await attempt({ tls: { ca: pem().ca } })).toBe(line);
  });
});

describeWith([kafkaLibraries, openssl], 'behind TLS that asks for the client’s certificate', () => {
  started({ security: 'ssl' });

  test('one that its authority signed lets us in', async () => {
    const { ca, key, certificate } = pem();
    expect(await attempt({ tls: { ca, key, certificate } })).toBe('in');
  });

  test('none does not', async () => {
    const line = `${broker()} requires a client certificate, or refuses ours ${TLS_HELP}`;
    expect(await attempt({ tls: { ca: pem().ca } })).toBe(line);
  });
});

describeWith([kafkaLibraries, openssl], 'behind a certificate that has expired', () => {
  started({ security: 'sasl_ssl', certificate: 'expired' });

  test('nobody continues', async () => {
    const line = `the certificate of ${broker()} has expired ${TLS_HELP}`;
    expect(await attempt({ tls: { ca: pem().ca }, sasl: login('plain') })).toBe(line);
  });
});

describeWith([kafkaLibraries], 'a broker without TLS or login', () => {
  started({});

  test('closes the connection of a client that begins TLS', async () => {
    expect(await attempt({ tls: {} })).toBe(
      `${broker()} closed the connection during the TLS handshake: does its port speak TLS? ${AGAIN}`,
    );
  });

  test('takes no login', async () => {
    const help = '[kafka/login-refused] Correct `kafka.sasl`: mechanism, user name, password.';
    expect(await attempt({ sasl: { ...login('plain'), password: WRONG } })).toBe(
      `this port of the brokers has SASL disabled ${help}`,
    );
  });
});

describe('no broker', () => {
  test('where nobody listens', async () => {
    const [port] = await freePorts(1);
    expect(await attempt({}, `127.0.0.1:${port}`)).toBe(`nothing listens at 127.0.0.1:${port} ${AGAIN}`);
  });

  test('where the host has no address', async () => {
    const line = `the host name of no-such-host.invalid:9092 is not known ${AGAIN}`;
    expect(await attempt({}, 'no-such-host.invalid:9092')).toBe(line);
  });
});

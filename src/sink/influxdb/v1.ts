import { Agent, IncomingMessage } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { type IClusterConfig, InfluxDB, type IPoint, ResultError } from 'influx';
import { Failure } from '../../errors/failure.ts';
import { requestFault } from '../../network/connection-fault.ts';
import { shown } from '../../network/http-answer.ts';
import type { PointWriter } from './points.ts';
import { isPointAtFault, writeFailure } from './write-failure.ts';

/** Where an InfluxDB 1.x is, and who may write there. */
export interface DatabaseOptions {
  readonly url: string;
  readonly database: string;
  readonly retention_policy?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly create_database: boolean;
  /** Wall clock, ms. */
  readonly timeout: number;
  /** PEM of the authorities to trust; the public ones if absent. */
  readonly ca?: string | undefined;
}

type Pool = NonNullable<IClusterConfig['pool']>;

/** The client's own tries and waits are turned off: delivery has its own, and must not be told "No host available" meanwhile. */
const AT_ONCE: NonNullable<Pool['backoff']> = { getDelay: () => 0, next: () => AT_ONCE, reset: () => AT_ONCE };
const ONCE: Pool = { maxRetries: 0, backoff: AT_ONCE };
const KEPT = { keepAlive: true };

/** Writes to `/write` of InfluxDB 1.x through the package `influx`. */
export function databaseWriter(options: DatabaseOptions): PointWriter {
  const agent = isSecure(options) ? new SecureAgent({ ...KEPT, ca: options.ca }) : new Agent(KEPT);
  return {
    write(points, signal) {
      return inTime(options, signal, async (either) => {
        const client = clientOf(options, agent, either);
        try {
          await put(client, options, points);
        } catch (error) {
          if (!options.create_database || !isDatabaseMissing(error)) throw error;
          await create(client, options);
          await put(client, options, points);
        }
      });
    },
    async close() {
      agent.destroy();
    },
  };
}

async function put(client: InfluxDB, options: DatabaseOptions, points: readonly IPoint[]): Promise<void> {
  const { retention_policy: retentionPolicy } = options;
  const policy = retentionPolicy === undefined ? {} : { retentionPolicy };
  try {
    await client.writePoints([...points], { precision: 'n', ...policy });
  } catch (error) {
    throw (await missingPolicy(client, options, error)) ?? refused(error, options);
  }
}

async function create(client: InfluxDB, options: DatabaseOptions): Promise<void> {
  try {
    await client.createDatabase(options.database);
  } catch (error) {
    throw refused(error, options);
  }
}

/** A client for each write: a signal can be given to its hosts alone. */
function clientOf(options: DatabaseOptions, agent: Agent, signal: AbortSignal): InfluxDB {
  const { database, username = '', password = '' } = options;
  const { hostname, port, pathname } = new URL(options.url);
  const secure = isSecure(options);
  const host = {
    protocol: secure ? 'https' : 'http',
    host: hostname,
    port: Number(port) || (secure ? 443 : 80),
    path: pathname.replace(/\/$/, ''),
    options: { agent, signal },
  } as const;
  return new InfluxDB({ database, username, password, hosts: [host], pool: ONCE });
}

function isSecure({ url }: DatabaseOptions): boolean {
  return new URL(url).protocol === 'https:';
}

/** The client itself waits for ever where an answer breaks off. */
async function inTime(
  { timeout, url: where }: DatabaseOptions,
  signal: AbortSignal,
  act: (either: AbortSignal) => Promise<void>,
): Promise<void> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  await new Promise<void>((resolve, reject) => {
    const cut = () => {
      const why = signal.aborted ? 'stopped' : `no answer within ${timeout} ms`;
      reject(new Failure('sink/unavailable', why, { where }));
    };
    if (either.aborted) return cut();
    either.addEventListener('abort', cut, { once: true });
    act(either)
      .then(resolve, reject)
      .finally(() => either.removeEventListener('abort', cut));
  });
}

/** InfluxDB answers 500 where the retention policy is not there, and the client keeps the reason to itself: look. */
async function missingPolicy(client: InfluxDB, options: DatabaseOptions, error: unknown): Promise<Failure | undefined> {
  const { url: where, database, retention_policy: policy } = options;
  if (policy === undefined || !isServerError(error)) return undefined;
  try {
    const policies = await client.showRetentionPolicies(database);
    if (policies.some(({ name }) => name === policy)) return undefined;
    return new Failure('sink/misconfigured', `database ${database} has no retention policy ${policy}`, { where });
  } catch {
    // It may not be asked, or is not there: the first error says enough.
    return undefined;
  }
}

/** The client's own errors hold the request, password and all: none of them is a cause. */
function refused(error: unknown, options: DatabaseOptions): unknown {
  const { url: where } = options;
  const secrets = secretsOf(options);
  if (error instanceof Failure) return error;
  if (isRefusal(error)) {
    const { statusCode: status = 0, headers } = error.res;
    const body = error.message.slice(error.message.indexOf(ANSWER) + ANSWER.length);
    return writeFailure({ status, body, headers: { 'retry-after': headers['retry-after'] ?? '' } }, where, secrets);
  }
  if (error instanceof ResultError) return new Failure('sink/misconfigured', shown(error.message, secrets), { where });
  if (isServerError(error)) {
    const code = isPointAtFault(error.message) ? 'sink/rejected' : 'sink/unavailable';
    return new Failure(code, `InfluxDB answers: ${shown(error.message, secrets)}`, { where });
  }
  const fault = requestFault(error, new URL(where).host);
  if (fault === undefined) return error;
  return new Failure(fault.isTls ? 'sink/misconfigured' : 'sink/unavailable', fault.message, { where, cause: error });
}

const ANSWER = 'error occurred: ';

function secretsOf({ username = '', password = '' }: DatabaseOptions): readonly string[] {
  return password === '' ? [] : [password, Buffer.from(`${username}:${password}`).toString('base64')];
}

/** Below 500: the client's `RequestError`, which it does not export. */
function isRefusal(error: unknown): error is Error & { readonly res: IncomingMessage } {
  return error instanceof Error && 'res' in error && error.res instanceof IncomingMessage;
}

/** From 500 on: its `ServiceNotAvailableError`, of which the phrase after the status is all that is left. */
function isServerError(error: unknown): error is Error {
  return error instanceof Error && error.constructor.name === 'ServiceNotAvailableError';
}

function isDatabaseMissing(error: unknown): boolean {
  return error instanceof Failure && /database not found/.test(error.message);
}

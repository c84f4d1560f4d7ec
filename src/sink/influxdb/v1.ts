import { escape as escaped } from 'influx';
import { Failure } from '../../errors/failure.ts';
import { type HttpAnswer, logText } from '../../network/http-answer.ts';
import type { HttpClient } from '../../network/http-client.ts';
import { authorization } from '../../network/http-options.ts';
import { sinkClient } from '../http.ts';
import { lineProtocol } from './line-protocol.ts';
import type { PointWriter } from './points.ts';
import { WRITTEN, writeFailure } from './write-failure.ts';

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

/**
 * Writes to `/write` of InfluxDB 1.x. Not through the client of `influx`, which drops the body and the headers of every
 * answer from 500 on: why a point was refused, and when to come again.
 */
export function databaseWriter(options: DatabaseOptions): PointWriter {
  const client = sinkClient({ timeoutMs: options.timeout, allowPrivate: true, ca: options.ca });
  const { database, retention_policy: policy } = options;
  const place = new URLSearchParams({ db: database, precision: 'n', ...(policy === undefined ? {} : { rp: policy }) });
  const write = { url: address(options, `/write?${place}`), headers: headersOf(options, 'text/plain; charset=utf-8') };
  return {
    async write(points, signal) {
      const request = { ...write, body: lineProtocol(points) };
      let answer = await client.send(request, signal);
      if (options.create_database && isDatabaseMissing(answer)) {
        await create(client, options, signal);
        answer = await client.send(request, signal);
      }
      if (answer.status !== WRITTEN) throw writeFailure(answer, options.url, secretsOf(options));
    },
    close: () => client.close(),
  };
}

async function create(client: HttpClient, options: DatabaseOptions, signal: AbortSignal): Promise<void> {
  const body = `${new URLSearchParams({ q: `CREATE DATABASE ${escaped.quoted(options.database)}` })}`;
  const headers = headersOf(options, 'application/x-www-form-urlencoded');
  const answer = await client.send({ url: address(options, '/query'), headers, body }, signal);
  if (answer.status !== 200) throw writeFailure(answer, options.url, secretsOf(options));
  const [, why] = /"error":"((?:[^"\\]|\\.)*)"/.exec(answer.body) ?? [];
  if (why === undefined) return;
  const where = options.url;
  throw new Failure('sink/misconfigured', `InfluxDB answers: ${logText(why, secretsOf(options))}`, { where });
}

function address({ url }: DatabaseOptions, path: string): string {
  return url.replace(/\/$/, '') + path;
}

function headersOf(options: DatabaseOptions, contentType: string): Readonly<Record<string, string>> {
  return { ...authorization(options), 'content-type': contentType };
}

function secretsOf({ username = '', password = '' }: DatabaseOptions): readonly string[] {
  return password === '' ? [] : [password, Buffer.from(`${username}:${password}`).toString('base64')];
}

function isDatabaseMissing({ status, body }: HttpAnswer): boolean {
  return status === 404 && body.includes('database not found');
}

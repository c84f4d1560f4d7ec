import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { bare } from '../../src/config/schema-walk.ts';
import { isSecret } from '../../src/config/secret.ts';
import { Failure } from '../../src/errors/failure.ts';
import type { Sink, SinkKind } from '../../src/sink/sink.ts';
import { checkText, HOME } from '../config/text.ts';
import { alert, going } from './outputs.ts';

/** A configuration of a sink, and the secrets that stand in it. */
export interface Guarded {
  readonly config: object;
  readonly secrets: readonly string[];
}

const REFUSALS = [301, 400, 401, 403, 404, 410, 413, 422, 429, 500, 503];

/**
 * No secret of a sink is ever shown. `guarded` gives configurations for a server at `url`, which together set every key that the
 * kind's schema marks as secret.
 */
export function secretContract<C extends { readonly kind: string }>(
  { config: schema, open }: SinkKind<C>,
  guarded: (url: string) => readonly Guarded[] = () => [],
): void {
  const keys = secretKeys(schema);
  if (keys.length === 0) return;

  test(`is tried with a value for each of its secrets: ${keys.join(', ')}`, () => {
    const given = guarded('http://127.0.0.1:1').flatMap(({ config, secrets }) => {
      expect(secrets.every((secret) => secret.length > 7)).toBe(true);
      return leaves(config).filter(([, value]) => secrets.includes(value));
    });
    const set = given.map(([path]) => path);
    expect(keys.filter((key) => !set.some((path) => matches(path, key)))).toEqual([]);
  });

  test.each([...REFUSALS, 'hang up', 'nobody'] as const)('shows no secret where it is refused with %s', async (how) => {
    const url = await refusing(how);
    for (const { config, secrets } of guarded(url)) {
      const failure = await refusal(open(schema.parse(config)));
      expect(failure).toBeInstanceOf(Failure);
      if (failure instanceof Failure) expectNone(everything(failure), secrets);
    }
  });

  test('shows no secret where its configuration is printed, or is wrong', () => {
    for (const { config, secrets } of guarded('http://127.0.0.1:1')) {
      const verdict = checkText(HOME + stringify({ sinks: { tried: config } }));
      expect(verdict.faults).toEqual([]);
      expectNone(verdict.config === undefined ? '' : verdict.print(), secrets);
      for (const wrong of [{ ...config, surprise: secrets[0] }, ...wronged(config, secrets)]) {
        const { faults } = checkText(HOME + stringify({ sinks: { tried: wrong } }));
        expect(faults).not.toEqual([]);
        expectNone(JSON.stringify(faults), secrets);
      }
    }
  });
}

/** Paths of the keys that are marked, `*` for any name or place: `token`, `headers.*`. */
function secretKeys(schema: z.core.$ZodType): readonly string[] {
  if (isSecret(schema)) return [''];
  const { def } = bare(schema)._zod;
  const inside = (step: string, inner: z.core.$ZodType) =>
    secretKeys(inner).map((rest) => (rest === '' ? step : `${step}.${rest}`));
  if (def.type === 'object') return Object.entries(def.shape).flatMap(([key, inner]) => inside(key, inner));
  if (def.type === 'record') return inside('*', def.valueType);
  if (def.type === 'array') return inside('*', def.element);
  return def.type === 'union' ? [...new Set(def.options.flatMap(secretKeys))] : [];
}

function matches(path: string, key: string): boolean {
  const [steps, wanted] = [path.split('.'), key.split('.')];
  return steps.length === wanted.length && wanted.every((step, i) => step === '*' || step === steps[i]);
}

/** Every text of a value, with its path. */
function leaves(value: unknown, path: readonly string[] = []): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path.join('.'), value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([step, inner]) => leaves(inner, [...path, step]));
}

/** The configuration with each text that is secret in a list and in a mapping, where nobody wants one. */
function wronged(config: object, secrets: readonly string[]): readonly object[] {
  const replaced = (value: unknown, by: (secret: string) => unknown): unknown => {
    if (typeof value === 'string') return secrets.includes(value) ? by(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((inner) => replaced(inner, by));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, by)]));
  };
  return [(secret: string) => [[secret]], (secret: string) => ({ a: { b: secret } })].map((by) =>
    Object(replaced(config, by)),
  );
}

/** What the sink throws for one alert. */
async function refusal(opening: Promise<Sink>): Promise<unknown> {
  try {
    const sink = await opening;
    await sink.write([{ sequence: 0, output: alert() }], going).finally(() => sink.close());
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A server that refuses whatever it is asked, and tells all it was sent back in its answer. */
async function refusing(how: number | 'hang up' | 'nobody'): Promise<string> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const said = `${request.url}\n${JSON.stringify(request.headers)}\n${await text(request)}`;
    if (typeof how !== 'number') request.socket.destroy();
    else response.writeHead(how, { location: `http://127.0.0.1:1${request.url}` }).end(said);
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  if (how === 'nobody') server.close();
  else onTestFinished(() => void server.close().closeAllConnections());
  return `http://127.0.0.1:${port}`;
}

/** All that anybody could ever log of a failure. */
function everything(failure: Failure): string {
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  log.error(failure, failure.describe());
  log.error({ cause: failure.cause }, String(failure.stack));
  return [inspect(failure, { depth: 30, showHidden: true, getters: true }), ...logged].join('\n');
}

function expectNone(shown: string, secrets: readonly string[]): void {
  expect(shown).not.toBe('');
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), ...base64s(secret)]) expect(shown).not.toContain(form);
  }
}

/** The middle of a text in base64, whatever precedes it: it begins at any of three places within four letters. */
function base64s(text: string): readonly string[] {
  return ['', '.', '..'].map((before) =>
    Buffer.from(before + text)
      .toString('base64')
      .slice(4, -4),
  );
}

import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Failure } from '../../src/errors/failure.ts';
import { RegistryClient } from '../../src/registry/client.ts';
import { registryOptions } from '../../src/registry/options.ts';
import { type Certificate, EXPIRED, issue, newAuthority, openssl, VALID } from '../servers/certificates.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { freePort } from '../servers/ports.ts';
import { describeWith } from '../servers/program.ts';
import { type Front, startFront } from './front.ts';

const SECRET = 'correct-horse-battery';
const PATH = '/schemas/ids/7';
const FOUND = { status: 200, body: '{"schema":"\\"int\\""}' };
const RETRIED = '[registry/unreachable] Surprisal retries; if it lasts, check `schema_registry.url`.';
const REFUSED = '[registry/refused] Correct `schema_registry`: its url, its login, its tls.';

/** What is found, or the one line that tells what is wrong. */
async function ask(section: z.input<typeof registryOptions>, signal = new AbortController().signal): Promise<unknown> {
  try {
    return await new RegistryClient(registryOptions.parse(section)).get(PATH, signal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(`${error.stack}${error.cause}`).not.toContain(SECRET);
    return error.describe();
  }
}

describe('what a registry answers', () => {
  let front: Front;
  beforeAll(async () => {
    front = await startFront('http://127.0.0.1:9');
  });
  afterAll(async () => front.close());

  test.each([
    [FOUND, { found: { schema: '"int"' } }],
    [{ status: 404, body: '{"error_code":40403,"message":"Schema not found"}' }, { missing: 'Schema not found' }],
  ])('%j is an answer', async (answer, expected) => {
    front.answerWith(answer);
    expect(await ask({ url: `${front.url}/` })).toEqual(expected);
  });

  test.each([
    [500, 'the schema registry answered 500', RETRIED],
    [429, 'the schema registry answered 429', RETRIED],
    [401, 'the schema registry refuses our login: 401', REFUSED],
    [403, 'the schema registry refuses our login: 403', REFUSED],
    [404, 'this is no schema registry: it answered 404', REFUSED],
    [301, 'this is no schema registry: it answered 301', REFUSED],
    [200, 'this is no schema registry: it answered 200', REFUSED],
  ])('%i with a page of another server is: %s', async (status, sentence, help) => {
    front.answerWith({ status, body: '<html>' });
    expect(await ask({ url: front.url, token: SECRET })).toBe(`${front.url}${PATH}: ${sentence} ${help}`);
  });

  test('says how long to wait, in seconds or as a date', async () => {
    const client = new RegistryClient(registryOptions.parse({ url: front.url }));
    const wait = async (header: string): Promise<number> => {
      front.answerWith({ status: 503, body: '', headers: { 'retry-after': header } });
      const failure = await client.get(PATH, new AbortController().signal).catch((error) => error);
      expect(failure).toMatchObject({ code: 'registry/unreachable' });
      return failure.retryAfterMs;
    };
    expect(await wait('7')).toBe(7_000);
    const date = await wait(new Date(Date.now() + 60_000).toUTCString());
    expect(date).toBeGreaterThan(50_000);
    expect(date).toBeLessThanOrEqual(60_000);
  });

  test('is not read without end', async () => {
    front.answerWith({ status: 200, body: '"'.padEnd(5_000_000, 'x') });
    expect(await ask({ url: front.url })).toMatch(/: the answer is longer than 4194304 bytes /);
  });
});

describe('a registry that is not there', () => {
  test('is tried again', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    expect(await ask({ url })).toBe(`${url}: nothing listens at 127.0.0.1:${port} ${RETRIED}`);
    expect(await ask({ url: 'http://no-such-host.invalid' })).toBe(
      `http://no-such-host.invalid: the host name of no-such-host.invalid is not known ${RETRIED}`,
    );
  });

  test('or says nothing is waited for as long as is configured, or until the run ends', async () => {
    const port = await freePort();
    const silent = createServer(() => undefined).listen(port, '127.0.0.1');
    const url = `http://127.0.0.1:${port}`;
    expect(await ask({ url, timeout: '50ms' })).toBe(`${url}: no answer within 50 ms ${RETRIED}`);
    expect(await ask({ url, timeout: '1h' }, AbortSignal.timeout(50))).toMatch(/registry\/unreachable/);
    silent.close();
  });
});

describe('a registry that wants a login', () => {
  const basic = `Basic ${Buffer.from(`alice:${SECRET}`).toString('base64')}`;
  test.each([
    [basic, { username: 'alice', password: SECRET }],
    [`Bearer ${SECRET}`, { token: SECRET }],
  ])('gets %s', async (authorization, login) => {
    const behind = await startFront('http://127.0.0.1:9');
    behind.answerWith(FOUND);
    const front = await startFront(behind.url, { authorization });
    expect(await ask({ url: front.url, ...login })).toHaveProperty('found');
    expect(await ask({ url: front.url })).toMatch(/refuses our login: 401/);
    await front.close();
    await behind.close();
  });
});

describeWith([openssl], 'a registry behind TLS', () => {
  let folder: string;
  const made: { ca: string; other: string; good: Certificate; expired: Certificate }[] = [];
  beforeAll(() => {
    folder = newFolder('registry-tls');
    const authority = newAuthority(`${folder}/ca`, 'test authority');
    const other = newAuthority(`${folder}/other`, 'other authority').certificate;
    const good = issue(authority, 'good', VALID);
    made.push({ ca: authority.certificate, other, good, expired: issue(authority, 'expired', EXPIRED) });
  });
  afterAll(() => removeFolder(folder));

  test('is trusted by its authority alone, and while its certificate lasts', async () => {
    const [{ ca, other, good, expired }] = made;
    const front = await startFront('http://127.0.0.1:9', { certificate: good });
    const old = await startFront('http://127.0.0.1:9', { certificate: expired });
    front.answerWith(FOUND);
    const host = new URL(front.url).host;
    expect(await ask({ url: front.url, tls: { ca } })).toHaveProperty('found');
    const untrusted = `${front.url}: the certificate of ${host} is signed by no authority that we trust ${REFUSED}`;
    expect(await ask({ url: front.url })).toBe(untrusted);
    expect(await ask({ url: front.url, tls: { ca: other } })).toBe(untrusted);
    expect(await ask({ url: old.url, tls: { ca } })).toBe(
      `${old.url}: the certificate of ${new URL(old.url).host} has expired ${REFUSED}`,
    );
    expect(await ask({ url: front.url.replace('https', 'http'), timeout: '5s' })).toMatch(/registry\/unreachable/);
    await front.close();
    await old.close();
  });
});

test('the options want a login whole, and not in the address', () => {
  const faults = (section: object) =>
    (registryOptions.safeParse(section).error?.issues ?? []).map(({ path }) => path.join('.'));
  const url = 'https://registry:8081';
  expect(faults({ url })).toEqual([]);
  expect(faults({ url: `https://alice:${SECRET}@registry:8081` })).toEqual(['url']);
  expect(faults({ url: 'registry:8081' })).toEqual(['url']);
  expect(faults({ url, username: 'alice' })).toEqual(['username']);
  expect(faults({ url, username: 'alice', password: SECRET, token: SECRET })).toEqual(['token']);
});

import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Sink } from '../../src/sink/sink.ts';
import { webhook } from '../../src/sink/webhook/webhook.ts';
import { issue, newAuthority, openssl, VALID } from '../servers/certificates.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { describeWith } from '../servers/program.ts';
import { alert, going } from './outputs.ts';
import { type Received, receiver } from './receiver.ts';
import { sinkContract } from './sink-contract.ts';

const SECRET = `whsec_${Buffer.from('a secret of 24 bytes, ok').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('the key that comes after that one').toString('base64')}`;

/** Closed when the test ends. */
async function opened(options: object): Promise<Sink> {
  const sink = await webhook.open(webhook.config.parse({ kind: 'webhook', allow_private: true, ...options }));
  onTestFinished(() => sink.close());
  return sink;
}

async function send(options: object, some: Parameters<typeof alert>[0] = {}): Promise<void> {
  await (await opened(options)).write([{ sequence: 7, output: alert(some) }], going);
}

/** What the sink throws for one alert. */
async function refusal(options: object): Promise<unknown> {
  return await send(options).then(
    () => undefined,
    (failure) => failure,
  );
}

sinkContract(
  webhook,
  async () => {
    const { url, received } = await receiver();
    const written = () => received.map(({ body }) => JSON.parse(body).alerts[0].annotations.summary).join('\n');
    return { config: { kind: 'webhook', url, allow_private: true }, written };
  },
  (url) => {
    const place = `${url}/services/T0001/correct-horse-battery?key=staple-of-the-query`;
    const common = { kind: 'webhook', url: place, allow_private: true, secrets: [SECRET, OTHER] };
    const header = 'Bearer token-of-four-words';
    const hidden = [place, '/services/T0001', 'correct-horse', 'staple-of', SECRET, OTHER, header];
    return [
      { config: { ...common, headers: { authorization: header } }, secrets: [place, SECRET, OTHER, header] },
      {
        config: {
          ...common,
          ...{ body: 'template', template: '"{{values.key}}"', values: { key: 'routing-key-of-ours' } },
          headers: { 'x-key': header },
        },
        secrets: [...hidden.filter((text) => text.length > 7), 'routing-key-of-ours'],
      },
    ];
  },
);

describe('a request', () => {
  test('is signed so that the library of Standard Webhooks verifies it, by each secret while a key is changed', async () => {
    const { url, received } = await receiver();
    await send({ url, secrets: [OTHER, SECRET] });
    const [{ headers, body }] = received as [Received];
    expect(new Webhook(SECRET).verify(body, headers)).toMatchObject({ version: '4' });
    expect(new Webhook(OTHER).verify(body, headers)).toMatchObject({ version: '4' });
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    expect(() => new Webhook(SECRET).verify(body.replace('firing', 'fixing'), headers)).toThrow();
    expect(() => new Webhook(SECRET).verify(body, { ...headers, 'webhook-id': 'msg_other' })).toThrow();
  });

  test('has an id of its step: the same in every try, another for the next step', async () => {
    const { url, received } = await receiver();
    const sink = await opened({ url });
    for (const revision of [0, 0, 1]) await sink.write([{ sequence: 1, output: alert({ revision }) }], going);
    const ids = received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual(['msg_0123456789abcdef_0', 'msg_0123456789abcdef_0', 'msg_0123456789abcdef_1']);
  });

  test('without secrets is unsigned, and says its id and time all the same', async () => {
    const { url, received } = await receiver();
    await send({ url });
    expect(Object.keys(received[0]?.headers ?? {})).not.toContain('webhook-signature');
    expect(Number(received[0]?.headers['webhook-timestamp']) * 1000).toBeCloseTo(Date.now(), -5);
  });

  test('goes to the path and query of its address, with the headers that were given', async () => {
    const { url, received } = await receiver();
    await send({ url: `${url}/a/b?c=d`, headers: { Authorization: 'Bearer x', 'X-Team': 'north' } });
    expect(received[0]).toMatchObject({
      method: 'POST',
      path: '/a/b?c=d',
      headers: { authorization: 'Bearer x', 'x-team': 'north', 'content-type': 'application/json' },
    });
  });
});

describe('an answer', () => {
  test.each([
    [200, undefined],
    [299, undefined],
    [302, 'sink/misconfigured'],
    [400, 'sink/rejected'],
    [401, 'sink/misconfigured'],
    [404, 'sink/misconfigured'],
    [408, 'sink/unavailable'],
    [413, 'sink/rejected'],
    [422, 'sink/rejected'],
    [429, 'sink/unavailable'],
    [500, 'sink/unavailable'],
    [503, 'sink/unavailable'],
    ['cut', 'sink/unavailable'],
    ['half', 'sink/unavailable'],
    ['hang', 'sink/unavailable'],
  ] as const)('%s means %s', async (answer, code) => {
    const { url, received } = await receiver(() => answer);
    const failure = await refusal({ url, timeout: '200ms' });
    expect(failure).toEqual(code === undefined ? undefined : expect.objectContaining({ code, where: url }));
    expect(received).toHaveLength(1);
  });

  test('may say when to come again, in seconds or as a date, if it is 429 or 503', async () => {
    const asking = async (status: number, value: string) => {
      const { url } = await receiver(() => ({ status, headers: { 'retry-after': value } }));
      return Object(await refusal({ url })).retryAfterMs;
    };
    expect(await asking(429, '120')).toBe(120_000);
    expect(await asking(503, '1')).toBe(1_000);
    const date = new Date(Date.now() + 60_000).toUTCString();
    expect(await asking(503, date)).toBeGreaterThan(58_000);
    expect(await asking(503, date)).toBeLessThanOrEqual(60_000);
    expect(await asking(500, '120')).toBeUndefined();
    expect(await asking(429, 'soon')).toBeUndefined();
  });

  test('of 410 ends it: no request follows', async () => {
    const { url, received } = await receiver(() => 410);
    const sink = await opened({ url });
    for (let i = 0; i < 3; i++) {
      const write = sink.write([{ sequence: i, output: alert() }], going);
      await expect(write).rejects.toMatchObject({ code: 'sink/gone', remedy: 'stop' });
    }
    expect(received).toHaveLength(1);
  });

  test('that redirects is not followed, and the target is not shown', async () => {
    const other = await receiver();
    const { url } = await receiver(() => ({ status: 307, headers: { location: `${other.url}/secret-place` } }));
    const failure = Object(await refusal({ url }));
    expect(failure.message).toBe('it answers 307 Temporary Redirect, a redirect, and none is followed');
    expect(other.received).toEqual([]);
  });

  test('without an end is not read to it', async () => {
    const { url } = await receiver(() => 'endless');
    await send({ url });
  });
});

describeWith([openssl], 'over TLS', () => {
  test('a server is believed by the authority that was given, and by no other', async () => {
    const folder = newFolder('webhook-tls');
    onTestFinished(() => removeFolder(folder));
    const authority = newAuthority(folder, 'ours');
    const { url, received } = await receiver(undefined, issue(authority, 'server', VALID));
    await send({ url, ca: authority.certificate });
    expect(received).toHaveLength(1);
    expect(await refusal({ url })).toMatchObject({ code: 'sink/misconfigured', where: url });
    expect(received).toHaveLength(1);
  });
});

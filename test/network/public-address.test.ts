import type { LookupFunction } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isPrivateHost, isPublic, PrivateAddress, publicLookup } from '../../src/network/public-address.ts';
import { webhook } from '../../src/sink/webhook/webhook.ts';
import { HOME, linesOf } from '../config/text.ts';
import { alert, going } from '../sink/outputs.ts';
import { receiver } from '../sink/receiver.ts';

const PRIVATE = [
  ...['127.0.0.1', '127.8.9.1', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['169.254.169.254', '100.64.0.1', '224.0.0.1', '255.255.255.255', '240.0.0.1', '198.18.0.1', '192.0.2.1'],
  ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12:3456::1', 'fec0::1', 'ff02::1', '2001:db8::1'],
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::127.0.0.1', '::7f00:1'],
  ...['::a9fe:a9fe', '4000::1', '5f00::1'],
  ...['64:ff9b::7f00:1', '64:ff9b::a00:1', '64:ff9b:1::a00:1', '2002:7f00:1::', '2001::1', '', 'example.org'],
];
const PUBLIC = ['8.8.8.8', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'];

test('public is what the Internet routes, and nothing else', () => {
  expect(PRIVATE.filter(isPublic)).toEqual([]);
  expect(PUBLIC.filter((address) => !isPublic(address))).toEqual([]);
});

test('a host is known as private by its address, in any way of writing it, or as a name of this machine', () => {
  const hosts = [
    'http://127.1',
    'http://0x7f.1',
    'http://2130706433',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::127.0.0.1]',
  ];
  for (const url of [...hosts, 'http://LOCALHOST', 'http://a.localhost.']) {
    expect(isPrivateHost(new URL(url).hostname), url).toBe(true);
  }
  expect(isPrivateHost('localhost.example.org')).toBe(false);
  expect(isPrivateHost('8.8.8.8')).toBe(false);
});

describe('a name', () => {
  const answering = (...answers: readonly (readonly string[])[]): LookupFunction & { asked: number } => {
    const resolve: LookupFunction = (_, { all }, callback) => {
      const addresses = (answers[counted.asked++] ?? []).map((address) => ({ address, family: 4 }));
      if (all) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', 4);
    };
    const counted = Object.assign(resolve, { asked: 0 });
    return counted;
  };
  const looked = (resolve: LookupFunction, all: boolean) =>
    new Promise((done, fail) =>
      publicLookup(resolve)('a.example', { all }, (error, found) => (error ? fail(error) : done(found))),
    );

  test('is connected to under the very addresses that were looked at: it is looked up once', async () => {
    const resolve = answering(['8.8.8.8'], ['127.0.0.1']);
    expect(await looked(resolve, true)).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(resolve.asked).toBe(1);
    await expect(looked(resolve, true)).rejects.toThrow(PrivateAddress);
  });

  test('with one private address among public ones is refused', async () => {
    const why = '10.0.0.7 is a private address, where nothing is sent unless `allow_private` is true';
    await expect(looked(answering(['8.8.8.8', '10.0.0.7']), true)).rejects.toThrow(why);
    await expect(looked(answering(['10.0.0.7']), false)).rejects.toThrow(why);
  });
});

describe('a webhook', () => {
  const refusal = async (url: string) => {
    // Past the check of the configuration, which looks at addresses alone.
    const options = webhook.config.parse({ kind: 'webhook', url: 'https://a.example' });
    const sink = await webhook.open({ ...options, url });
    onTestFinished(() => sink.close());
    return await sink.write([{ sequence: 0, output: alert() }], going).then(
      () => undefined,
      (failure) => failure,
    );
  };

  test.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost', '2130706433'])(
    'to %s is refused before a connection is made',
    async (host) => {
      const { url, received } = await receiver();
      const failure = await refusal(`http://${host}:${new URL(url).port}/x`);
      expect(failure).toMatchObject({
        code: 'sink/misconfigured',
        message: expect.stringContaining('private address'),
      });
      expect(received).toEqual([]);
    },
  );

  test.each(['10.0.0.1', '169.254.169.254'])('to %s is refused at once, not after a time of waiting', async (host) => {
    expect(await refusal(`http://${host}/latest/meta-data`)).toMatchObject({ code: 'sink/misconfigured' });
  });

  test('says in its configuration that it may go there', () => {
    const lines = (more: string) =>
      linesOf(`${HOME}sinks:\n  pager: { kind: webhook, url: "http://10.1.2.3/x"${more} }\n`);
    expect(lines('')).toEqual([
      'c.yaml:8:32: sinks.pager.url: a private address, which must be allowed: `allow_private: true`; found a secret',
    ]);
    expect(lines(', allow_private: true')).toEqual([]);
  });
});

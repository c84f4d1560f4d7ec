import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { compress } from '@mongodb-js/zstd';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { elementsAt } from '../../src/server/json-spans.ts';
import { type Server, startServer } from '../../src/server/server.ts';
import { zstdBound } from '../../src/server/zstd-bound.ts';

const running: Server[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

/** A server with one stream; `post` answers with the status, the detail, and what was taken. */
async function taking(records?: string, take?: () => Promise<void>) {
  const taken: string[] = [];
  const into = async (pushed: readonly Uint8Array[]) =>
    void taken.push(...pushed.map((bytes) => Buffer.from(bytes).toString()));
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    onBug: (error) => {
      throw error;
    },
    exposition: async () => ({ contentType: 'text/plain', text: '' }),
    health: () => ({ started: true, ready: true, reasons: [] }),
    push: new Map([['room', { take: take ?? into, records }]]),
    api: { names: [], streams: async () => [], series: async () => [] },
  });
  running.push(server);
  return async (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) => {
    const bytes = Uint8Array.from(Buffer.from(body));
    const url = `${server.url}/api/streams/room/observations`;
    const answer = await fetch(url, { method: 'POST', body: bytes, headers });
    const { detail } = JSON.parse(await answer.text());
    return {
      status: answer.status,
      detail,
      accepts: answer.headers.get('accept-encoding'),
      taken: taken.splice(0),
    };
  };
}

const json = { 'content-type': 'application/json' };

test.each([
  ['none', {}],
  ['what curl -d sends', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['text', { 'content-type': 'text/plain; charset=utf-8' }],
  ['bytes', { 'content-type': 'application/octet-stream' }],
  ['an event', { 'content-type': 'application/cloudevents+json' }],
  ['a list of events', { 'content-type': 'Application/CloudEvents-Batch+JSON' }],
  ['JSON', json],
])('a content type that is %s takes an object, an array and lines', async (_, headers) => {
  const post = await taking();
  expect(await post('{"t":1}', headers)).toMatchObject({ status: 202, taken: ['{"t":1}'] });
  expect(await post('[{"t":1},\n{"t":2}]', headers)).toMatchObject({ status: 202, taken: ['{"t":1}', '{"t":2}'] });
  expect(await post('{"t":1}\n{"t":2}\n', headers)).toMatchObject({ status: 202, taken: ['{"t":1}', '{"t":2}'] });
  expect((await post('{\n  "t": 1\n}\n', headers)).taken).toEqual(['{\n  "t": 1\n}']);
  expect((await post('t=1', headers)).status).toBe(400);
});

describe('a packed body', () => {
  const text = Buffer.from('{"t":1}\n{"t":2}\n');

  test.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['identity', text],
    ['deflate, gzip', gzipSync(deflateSync(text))],
  ])('is unpacked: %s', async (encoding, body) => {
    const post = await taking();
    const answer = await post(body, { ...json, 'content-encoding': encoding });
    expect(answer).toMatchObject({ status: 202, taken: ['{"t":1}', '{"t":2}'] });
  });

  test('is unpacked: zstd', async () => {
    const post = await taking();
    const answer = await post(await compress(text), { ...json, 'content-encoding': 'zstd' });
    expect(answer).toMatchObject({ status: 202, taken: ['{"t":1}', '{"t":2}'] });
  });

  test('is refused where it is too large once it is unpacked, however small it came', async () => {
    const post = await taking();
    const large = Buffer.alloc(20 << 20, ' ');
    for (const [encoding, body] of [
      ['gzip', gzipSync(large)],
      ['deflate', deflateSync(large)],
      ['zstd', await compress(large)],
      ['zstd', Buffer.concat(Array<Buffer>(10).fill(await compress(large)))],
    ] as const) {
      expect(body.length).toBeLessThan(1 << 20);
      const answer = await post(body, { ...json, 'content-encoding': encoding });
      expect(answer).toMatchObject({ status: 413, detail: expect.stringContaining('more than 8388608 bytes') });
    }
  });

  test('is refused where it is not what it says, or something unknown, with what there is', async () => {
    const post = await taking();
    for (const encoding of ['gzip', 'deflate', 'zstd']) {
      const answer = await post(text, { ...json, 'content-encoding': encoding });
      expect(answer).toMatchObject({ status: encoding === 'zstd' ? 413 : 400, taken: [] });
    }
    expect(await post(text, { ...json, 'content-encoding': 'br' })).toMatchObject({
      status: 415,
      detail: 'no content-encoding "br"; there are: gzip, deflate, zstd, identity',
      accepts: 'gzip, deflate, zstd, identity',
    });
  });

  test('of zstd never gives more than its bound', async () => {
    for (const bytes of [
      Buffer.alloc(0),
      text,
      Buffer.alloc(1 << 20, 'ab'),
      Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) >> 3)),
    ]) {
      const packed = await compress(bytes);
      expect(zstdBound(packed)).toBeGreaterThanOrEqual(bytes.length);
      expect(zstdBound(Buffer.concat([packed, packed]))).toBe(2 * zstdBound(packed));
    }
    expect(zstdBound(text)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a wrapper', () => {
  test('gives the records at the pointer, of a body and of each line', async () => {
    const post = await taking('/data/metrics');
    expect((await post('{"host":"h","data":{"metrics":[{"t":1},{"t":2}]}}', json)).taken).toEqual([
      '{"t":1}',
      '{"t":2}',
    ]);
    expect((await post('{"data":{"metrics":[{"t":1}]}}\n{"data":{"metrics":[]}}', json)).taken).toEqual(['{"t":1}']);
  });

  test('without an array there is refused with 422, and one that holds something else with 400', async () => {
    const post = await taking('metrics');
    for (const body of ['{}', '[{"t":1}]', '{"metrics":{"t":1}}', '5']) {
      expect(await post(body, json)).toMatchObject({
        status: 422,
        detail: expect.stringContaining('no array at metrics'),
        taken: [],
      });
    }
    expect(await post('{"metrics":[1]}', json)).toMatchObject({ status: 400, taken: [] });
  });
});

test('numbers arrive as they were sent, in an array too', async () => {
  const post = await taking();
  const records = ['{"v":1e400}', '{"v":12345678901234567890.125, "w":"a\\\\\\"]"}'];
  expect((await post(`[${records.join(' , ')}]`, json)).taken).toEqual(records);
});

test('a push of which nothing can be used is 422, with the reasons', async () => {
  const post = await taking(undefined, async () => {
    throw new Failure('source/unusable', 'none of 2 records can be used: record 0: no time');
  });
  expect(await post('[{},{}]', json)).toMatchObject({
    status: 422,
    detail: 'none of 2 records can be used: record 0: no time',
  });
});

test('the texts of elements are those that JSON.parse finds', () => {
  const spaced = fc.tuple(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 2));
  fc.assert(
    fc.property(spaced, fc.string(), ([values, indent], name) => {
      const array = JSON.stringify(values, null, indent);
      expect(elementsAt(` ${array}\n`, [])?.map((text) => JSON.parse(text))).toEqual(JSON.parse(array));
      const wrapped = JSON.stringify({ a: [1], [name]: { x: 'y', inner: values } }, null, indent);
      expect(elementsAt(wrapped, [name, 'inner'])?.map((text) => JSON.parse(text))).toEqual(JSON.parse(array));
    }),
  );
});

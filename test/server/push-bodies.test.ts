import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { compress } from '@mongodb-js/zstd';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import type { RecordBytes } from '../../src/event/record.ts';
import { zstdBound } from '../../src/network/zstd-bound.ts';
import { arrayAt, elements } from '../../src/server/json-spans.ts';
import { type Server, startServer } from '../../src/server/server.ts';

const running: Server[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

/** A server with one stream; `post` answers with the status, the detail, and what was taken. */
async function taking(records?: string, take?: () => Promise<void>) {
  const taken: string[] = [];
  const into = async (pushed: RecordBytes) =>
    void taken.push(...Array.from(pushed, (bytes) => Buffer.from(bytes).toString()));
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
  ['what older clients call JSON', { 'content-type': 'text/json; charset=utf-8' }],
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

test('a wrapper that the configuration does not name, or names wrongly, is refused with where its array is', async () => {
  const unusable = async () => {
    throw new Failure('source/unusable', 'the record cannot be used: record 0: key id: there is none');
  };
  const body = '{"count":1,"data":{"a/b":[{"id":"x"}]}}';
  expect(await (await taking(undefined, unusable))(body, json)).toMatchObject({
    status: 422,
    detail: expect.stringMatching(/there is none; .*`source\.records: \/data\/a~1b`$/),
  });
  expect((await (await taking(undefined, unusable))('{"tags":["x"]}', json)).detail).not.toContain('source.records');
  expect(await (await taking('/metrics'))(body, json)).toMatchObject({
    status: 422,
    detail: expect.stringMatching(/no array at \/metrics, .*; there is one at \/data\/a~1b$/),
  });
});

test('documents with nothing between them, or as a sequence of RFC 7464, are one record each', async () => {
  const post = await taking();
  const all = ['{"t":1,"w":"}{"}', '{"t":2}', '{"t":NaN}'];
  expect((await post(all.join(''), json)).taken).toEqual(all);
  const sequence = all.map((each) => `\u001e${each}\n`).join('');
  for (const type of ['application/json-seq', 'application/json']) {
    expect((await post(sequence, { 'content-type': type })).taken).toEqual(all);
  }
  expect(await post('{"t":1}{"t":2', json)).toMatchObject({
    status: 400,
    detail: expect.stringContaining('document 2 is no JSON'),
    taken: [],
  });
  expect(await post('{"t":1} x', json)).toMatchObject({ status: 400, taken: [] });
  expect(await post('{"t":1}]', json)).toMatchObject({ status: 400, taken: [] });
  const wrapped = await taking('/m');
  expect((await wrapped('{"m":[{"t":1}]}{"m":[{"t":2}]}', json)).taken).toEqual(['{"t":1}', '{"t":2}']);
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
      expect(parsedAt(` ${array}\n`, [])).toEqual(JSON.parse(array));
      const wrapped = JSON.stringify({ a: [1], [name]: { x: 'y', inner: values } }, null, indent);
      expect(parsedAt(wrapped, [name, 'inner'])).toEqual(JSON.parse(array));
    }),
  );
});

function parsedAt(text: string, tokens: readonly string[]): readonly unknown[] | undefined {
  const open = arrayAt(text, tokens);
  return open === undefined ? undefined : Array.from(elements(text, open), (element) => JSON.parse(element));
}

test('whatever text comes, looking for its elements ends, and what is no JSON is refused', {
  timeout: 120_000,
}, async () => {
  const post = await taking();
  const torn = fc.tuple(fc.array(fc.object()), fc.nat(), fc.string()).map(([values, at, put]) => {
    const text = JSON.stringify(values);
    return `[${text.slice(1, at % text.length)}${put}${text.slice((at + 1) % text.length)}`;
  });
  await fc.assert(
    fc.asyncProperty(torn, async (text) => {
      const { status, taken } = await post(text, json);
      const wanted = attempt(text);
      expect([text, status]).toEqual([text, wanted === undefined ? 400 : 202]);
      if (wanted !== undefined) expect(taken.map((each) => JSON.parse(each))).toEqual(wanted);
    }),
    { numRuns: 300 },
  );
});

/** What the text says; undefined where it is not an array of objects. */
function attempt(text: string): readonly unknown[] | undefined {
  try {
    const values: unknown = JSON.parse(text);
    const isArray = Array.isArray(values) && values.every((each) => typeof each === 'object' && each !== null);
    return isArray && !values.some(Array.isArray) ? values : undefined;
  } catch {
    return undefined;
  }
}

describe('a push that is costly', () => {
  test('by the number of its records is 413, whatever its form', async () => {
    const post = await taking('list');
    const bare = await taking();
    const many = 100_001;
    for (const [to, body] of [
      [bare, '{}\n'.repeat(many)],
      [bare, `[${'{},'.repeat(many - 1)}{}]`],
      [post, `{"list":[${'{},'.repeat(many - 1)}{}]}`],
    ] as const) {
      const answer = await to(body, json);
      expect(answer).toMatchObject({ status: 413, detail: expect.stringContaining('at most 100000 records') });
    }
    expect(await bare('{}\n'.repeat(many - 1), json)).toMatchObject({ status: 202 });
  });

  test('by the length of one record, or of what is around them, is 413', async () => {
    const post = await taking('list');
    const bare = await taking();
    const long = `{"a":"${'x'.repeat(1 << 20)}"}`;
    expect(await bare(long, json)).toMatchObject({ status: 413 });
    expect(await bare(`[${long}]`, json)).toMatchObject({ status: 413 });
    expect(await post(`{"b":${long},"list":[{"a":1}]}`, json)).toMatchObject({ status: 413, taken: [] });
    expect(await bare(`{"a":"${'x'.repeat(1 << 19)}"}`, json)).toMatchObject({ status: 202 });
  });

  test('by its depth is read as any other', async () => {
    const post = await taking();
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(await post(deep, json)).toMatchObject({ status: 202, taken: [deep] });
    expect(await post(`{"a":${'['.repeat(100_000)}`, json)).toMatchObject({ status: 400 });
  });
});

test('a type that a form can send is not taken from a page, and an unknown one before the body has come', async () => {
  const post = await taking();
  const page = { 'sec-fetch-site': 'none' };
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
    expect((await post('{"t":1}', { 'content-type': type })).status).toBe(202);
    expect((await post('{"t":1}', { 'content-type': type, ...page })).status).toBe(415);
  }
  expect((await post('{"t":1}', { ...json, ...page })).status).toBe(202);
});

test('bare NaN and Infinity are taken as the stream takes them from a file: the cell is missing, the rest is used', async () => {
  const [plain, wrapped] = [await taking(), await taking('/metrics')];
  const records = ['{"t":1,"v":NaN}', '{"t":2,"v":-Infinity,"name":"NaN"}'];
  expect(await plain(records[0], json)).toMatchObject({ status: 202, taken: [records[0]] });
  expect(await plain(`[${records}]`, json)).toMatchObject({ status: 202, taken: records });
  expect(await plain(records.join('\n'), json)).toMatchObject({ status: 202, taken: records });
  expect(await wrapped(`{"metrics":[${records}]}`, json)).toMatchObject({ status: 202, taken: records });
  expect(await plain('{"t":1,"v":NaNa}', json)).toMatchObject({ status: 400, taken: [] });
});

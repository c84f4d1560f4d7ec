import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import type { RecordBytes } from '../../src/event/record.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { type Server, type ServerOptions, startServer } from '../../src/server/server.ts';
import { freePort } from '../servers/ports.ts';
import { until } from '../servers/until.ts';

const running: Server[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

const NDJSON = 'application/x-ndjson';
const TOKEN = 'a-secret-token';

async function started(options: Partial<ServerOptions> = {}) {
  const port = await freePort();
  const health = () => ({ started: true, ready: true, reasons: [] });
  const server = await startServer({
    onBug: (error) => {
      throw error;
    },
    ...{
      host: '127.0.0.1',
      port,
      exposition: async () => ({ contentType: 'text/plain', text: '' }),
      health,
      push: new Map(),
      api: { names: [], streams: async () => [], series: async () => [] },
    },
    ...options,
  });
  running.push(server);
  return { ...server, port };
}

/** A server with one stream, `thermostat`, and what was pushed to it. */
async function taking(options: Partial<ServerOptions> = {}) {
  const pushes: string[][] = [];
  const into = async (records: RecordBytes) =>
    void pushes.push(Array.from(records, (each) => Buffer.from(each).toString()));
  const server = await started({ push: new Map([['thermostat', { take: into }]]), ...options });
  const push = (
    body: string | Uint8Array<ArrayBuffer>,
    type = 'application/json',
    headers: Record<string, string> = {},
  ) =>
    fetch(`${server.url}/api/streams/thermostat/observations`, {
      method: 'POST',
      body,
      headers: { 'content-type': type, ...headers },
    });
  return { ...server, pushes, push };
}

test('the probes say what state the process is in, and why', async () => {
  let health = { started: false, ready: false, reasons: ['thermostat restores its state'] };
  const { url } = await started({ health: () => health });
  const status = async (path: string) => (await fetch(url + path)).status;
  expect(await Promise.all(['/livez', '/-/healthy', '/readyz', '/-/ready', '/startupz'].map(status))).toEqual([
    200, 200, 503, 503, 503,
  ]);
  expect(await (await fetch(`${url}/readyz`)).text()).toBe('thermostat restores its state\n');
  health = { started: true, ready: false, reasons: ['shutting down'] };
  expect(await Promise.all(['/livez', '/readyz', '/startupz'].map(status))).toEqual([200, 503, 200]);
  health = { started: true, ready: true, reasons: [] };
  expect(await Promise.all(['/livez', '/readyz', '/startupz'].map(status))).toEqual([200, 200, 200]);
});

test('the metrics are scraped as text, brought up to date before', async () => {
  const metrics = new Metrics();
  const exposition = async () => {
    metrics.seriesActive.set({ stream: 'thermostat' }, 20);
    return { contentType: metrics.registry.contentType, text: await metrics.registry.metrics() };
  };
  const { url } = await started({ exposition });
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  expect(await answer.text()).toContain('surprisal_series_active{stream="thermostat"} 20');
});

test('scrapes that come while one is answered cost nothing more', async () => {
  let count = 0;
  const exposition = async () => {
    count++;
    // All that came in one packet has been read by then.
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    return { contentType: 'text/plain', text: `scrape ${count}\n` };
  };
  const { url } = await started({ exposition });
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /metrics HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(20));
  let answered = '';
  socket.on('data', (bytes) => {
    answered += bytes;
  });
  await until('all are answered', 10_000, async () => answered.split('scrape').length > 20);
  socket.destroy();
  expect(count).toBeLessThan(3);
  expect(await (await fetch(`${url}/metrics`)).text()).toBe(`scrape ${count}\n`);
});

test('an object, an array and lines are taken, each push as one', async () => {
  const { push, pushes } = await taking();
  const bodies = [
    ['{"t": 1}', 'application/json'],
    ['[{"t":2},{"t":3}]', 'application/json; charset=utf-8'],
    ['{"t":4}\r\n\n{"t":"ä"}\n', NDJSON],
    ['[]', 'application/json'],
  ] as const;
  for (const [i, [body, type]] of bodies.entries()) {
    const answer = await push(body, type);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ accepted: [1, 2, 2, 0][i] });
  }
  expect(pushes).toEqual([['{"t": 1}'], ['{"t":2}', '{"t":3}'], ['{"t":4}', '{"t":"ä"}']]);
});

test('a body with anything wrong is refused whole, and the answer says where', async () => {
  const { push, pushes } = await taking();
  const wrong = [
    ['{"t":1', 'application/json', /the body is no JSON/],
    ['', 'application/json', /./],
    ['[{"t":1},5]', 'application/json', /element 1 is no JSON object/],
    ['[{"t":1},[2]]', 'application/json', /element 1 is no JSON object/],
    ['null', 'application/json', /the body is no JSON object/],
    ['{"t":1}\n{"t":\n{"t":3}', NDJSON, /line 2 is no JSON/],
    ['{"t":1}\n\n"x"', NDJSON, /line 3 is no JSON object/],
    [new Uint8Array([0x7b, 0xff, 0x7d]), 'application/json', /not UTF-8/],
  ] as const;
  for (const [body, type, says] of wrong) {
    const answer = await push(body, type);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 400, detail: expect.stringMatching(says) });
  }
  expect(pushes).toEqual([]);
});

test('a body that is too large, or of another type, is refused', async () => {
  const { push, pushes } = await taking();
  expect((await push(`["${'x'.repeat(9 << 20)}"]`)).status).toBe(413);
  const answer = await push('<t>1</t>', 'application/xml');
  expect([answer.status, answer.headers.get('accept-post')]).toEqual([
    415,
    expect.stringContaining('application/json, '),
  ]);
  expect(await answer.json()).toMatchObject({
    detail: expect.stringMatching(/"application\/xml" is not taken; there are: .*x-ndjson/),
  });
  expect(pushes).toEqual([]);
});

test('an unknown stream is named with the nearest one', async () => {
  const { url } = await taking();
  const answer = await fetch(`${url}/api/streams/termostat/observations`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('did you mean "thermostat"?') });
  expect((await fetch(`${url}/nowhere`)).status).toBe(404);
});

test('a full stream answers 429 with the time to wait', async () => {
  const full = async () => {
    throw new Failure('source/full', 'the inbox is full', { retryAfterMs: 1_500 });
  };
  const { push } = await taking({ push: new Map([['thermostat', { take: full }]]) });
  const answer = await push('{}');
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe('2');
});

test('with a token, only who knows it may push; the probes stay open, and no answer holds the token', async () => {
  const { url, push, pushes } = await taking({ token: () => TOKEN });
  for (const authorization of ['', 'Bearer ', `Bearer ${TOKEN}x`, TOKEN, `Basic ${TOKEN}`]) {
    const answer = await push('{}', 'application/json', authorization === '' ? {} : { authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.text()).not.toContain(TOKEN);
  }
  expect(pushes).toEqual([]);
  expect((await push('{}', 'application/json', { authorization: `Bearer ${TOKEN}` })).status).toBe(202);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  expect((await fetch(`${url}/metrics`)).status).toBe(200);
});

test('a port in use is a failure that names it', async () => {
  const { port } = await started();
  await expect(started({ port })).rejects.toMatchObject({
    code: 'server/port-in-use',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});

test('closing waits for the push that is being taken, and takes no more', async () => {
  let release = () => {};
  let arrived = () => {};
  const inside = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = async () => {
    arrived();
    await held;
  };
  const server = await taking({ push: new Map([['thermostat', { take: slow }]]) });
  const pushing = server.push('{}');
  await inside;
  const closing = server.close();
  release();
  expect((await pushing).status).toBe(202);
  await closing;
  await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
});

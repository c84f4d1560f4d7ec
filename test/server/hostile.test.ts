import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { Shelf } from '../../src/bundle/shelf.ts';
import { Live } from '../../src/live/live.ts';
import { pageOptions } from '../../src/live/options.ts';
import { alertsPageOf } from '../../src/live/recent-alerts.ts';
import type { LiveApi } from '../../src/server/live.ts';
import { openApi } from '../../src/server/openapi.ts';
import { type Server, startServer } from '../../src/server/server.ts';
import { freePort } from '../servers/ports.ts';
import { until } from '../servers/until.ts';
import { alert, score } from '../sink/outputs.ts';
import { verdictsOn } from './verdicts-on.ts';

const TOKEN = 'open-sesame-1234567890';
const NAME = '"><script>alert(1)</script>\u0000\u001b[2J\u202e\ud800/../../%2e%2e';

const running: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of running.splice(0)) await server.close();
});

/** A server with a series of a hostile name; `changes`: what was pushed or reloaded; `bugs`: what no failure explains. */
async function serving() {
  const live = new Live([{ name: 's', channels: [{ name: 'inside', unit: '' }] }], pageOptions.parse({}));
  const channels = [score().channels[0]];
  live.emitted('s', [
    score({ stream: 's', series: NAME, channels }),
    alert({ stream: 's', series: NAME, summary: NAME }),
  ]);
  const changes: string[] = [];
  const bugs: unknown[] = [];
  const shelf = new Shelf('no-such-folder', { most: 1, mostBytes: 1 });
  const api: LiveApi = {
    names: ['s'],
    series: async (query) => live.series(query),
    history: async (query) => live.history(query),
    alerts: async (query) => alertsPageOf(live.alerts, query),
    alert: async (id) => live.alert(id),
    bundle: (id) => shelf.read(id),
    health: async () => ({ ready: true, reasons: [], streams: [], sinks: [] }),
    pulse: async () => live.pulse(),
    ...verdictsOn(live),
  };
  const port = await freePort();
  const server = await startServer({
    host: '127.0.0.1',
    port,
    token: () => TOKEN,
    reload: async () => void changes.push('reload'),
    exposition: async () => ({ contentType: 'text/plain', text: 'metrics' }),
    health: () => ({ started: true, ready: true, reasons: [] }),
    onBug: (error) => bugs.push(error),
    push: new Map([['s', { take: async () => void changes.push('push') }]]),
    api: { names: ['s'], streams: async () => [], series: async () => [] },
    live: { api, files: new Map([['/', { type: 'text/html', body: Buffer.from('<!doctype html>') }]]) },
  });
  running.push(server);
  return { server, port, changes, bugs };
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable;
}

interface Answered {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** A request as it is written here: no path is normalised, no header is chosen by anybody else. Status 0: the connection was ended. */
function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answered> {
  return new Promise((resolve) => {
    const none = () => resolve({ status: 0, type: '', text: '' });
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (bytes: Buffer) => {
        text += bytes.toString();
        if (text.startsWith('event:')) answer.destroy();
      });
      answer.on('close', () =>
        resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text }),
      );
    });
    asked.on('error', none);
    if (body instanceof Readable) body.on('error', none).pipe(asked);
    else asked.end(body);
  });
}

const bearer = { authorization: `Bearer ${TOKEN}` };
const { paths } = openApi() as unknown as { paths: Record<string, Record<string, { security?: unknown }>> };
const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { security }]) => ({
    path: path.replace('{id}', alert().id).replace('{stream}', 's'),
    method: method.toUpperCase(),
    guarded: security !== undefined,
  })),
);

test('a foreign Host or Origin gets 403 from every route, with the right token too, and changes nothing', async () => {
  const { port, changes, bugs } = await serving();
  for (const { path, method } of routes) {
    for (const foreign of [
      { host: 'evil.example' },
      { host: `127.0.0.1.evil.example:${port}` },
      { host: 'localhost@evil.example' },
      { host: `127.0.0.1:${port}`, origin: 'https://evil.example' },
      { host: `127.0.0.1:${port}`, origin: 'null' },
      { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port + 1}` },
    ]) {
      const { status, text } = await ask(port, path, { method, headers: { ...bearer, ...foreign } });
      expect([path, foreign, status]).toEqual([path, foreign, 403]);
      expect(text).not.toContain(TOKEN);
    }
  }
  expect([changes, bugs]).toEqual([[], []]);
});

test('a wrong token, or none, gets 401 from every guarded route, and neither data nor the token', async () => {
  const { port, changes, bugs } = await serving();
  const wrong = ['', 'Bearer', 'Bearer ', `Bearer ${TOKEN.slice(0, -1)}`, `Bearer ${TOKEN}x`, TOKEN, `Basic ${TOKEN}`];
  const long = `Bearer ${'x'.repeat(8_000)}`;
  for (const { path, method } of routes.filter(({ guarded }) => guarded)) {
    for (const authorization of [...wrong, long]) {
      const { status, text } = await ask(port, path, { method, headers: { authorization } });
      expect([path, authorization, status]).toEqual([path, authorization, 401]);
      expect(text).not.toMatch(/script|open-sesame/);
    }
  }
  expect([changes, bugs]).toEqual([[], []]);
});

test('bodies that are too large, packed, endless or torn are refused, and nothing is taken', async () => {
  const { port, changes, bugs } = await serving();
  const path = '/api/streams/s/observations';
  const send = (body: Buffer | Readable, headers: Record<string, string> = {}) =>
    ask(port, path, { method: 'POST', headers: { ...bearer, 'content-type': 'application/json', ...headers }, body });
  const large = Buffer.alloc(9 << 20, ' ');
  // A client that still sends when it is refused sees the answer, or the end of the connection.
  expect([0, 413]).toContain((await send(large)).status);
  const endless = Readable.from(
    (function* () {
      for (let n = 0; n < 64; n++) yield Buffer.alloc(1 << 20, ' ');
    })(),
  );
  expect([0, 413]).toContain((await send(endless)).status);
  expect((await send(gzipSync(Buffer.alloc(64 << 20, ' ')), { 'content-encoding': 'gzip' })).status).toBe(413);
  expect((await send(Buffer.from('{"a":'))).status).toBe(400);
  expect((await send(Buffer.from('not gzip'), { 'content-encoding': 'gzip' })).status).toBe(400);
  expect((await send(Buffer.from('[{"a":1}]'), { 'content-encoding': Array(50).fill('gzip').join(',') })).status).toBe(
    400,
  );
  expect([changes, bugs]).toEqual([[], []]);
});

test.each([
  '/api/alerts/../../../../etc/passwd',
  '/api/alerts/..%2f..%2fetc%2fpasswd',
  '/api/alerts/%2e%2e/%2e%2e/bundle',
  '/api/alerts/..%5c..%5cwindows/bundle',
  `/api/alerts/${alert().id}%00.bundle/bundle`,
  '/api/alerts/%00/bundle',
  '/api/alerts/%ff%fe/bundle',
  '/..//..//etc/passwd',
  '//evil.example/api/series',
  '/api/streams/__proto__/series',
  '/api/streams/constructor/series',
  `/api/history?stream=__proto__&series=${encodeURIComponent('constructor')}`,
  `/api/history?stream=s&series=${'x'.repeat(2_000)}`,
  '/api/series?limit=1e9',
  '/api/series?sort=__proto__',
  '/api/series?search[$ne]=x',
  '/api/series?stream=s&stream=t',
  '/%',
])('%s reads no file and no object, and is the asker’s fault', async (path) => {
  const { port, changes, bugs } = await serving();
  const { status, text, type } = await ask(port, path, { headers: bearer });
  expect([400, 404]).toContain(status);
  expect(type).toMatch(/json/);
  expect(text).not.toMatch(/root:|\bat .*\.ts|node_modules/);
  expect([changes, bugs]).toEqual([[], []]);
});

test('names with HTML and control characters come back as JSON and nothing else', async () => {
  const { port, bugs } = await serving();
  for (const path of ['/api/series', '/api/alerts', `/api/alerts/${alert().id}`, '/api/events']) {
    const { status, type, text } = await ask(port, path, { headers: bearer });
    expect([path, status]).toEqual([path, 200]);
    expect(type).toMatch(/^(application\/json|text\/event-stream)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
    expect(text).not.toMatch(/[\u0000\u001b]/);
  }
  const known = await ask(port, `/api/history?stream=s&series=${encodeURIComponent('<script>\u0000')}`, {
    headers: bearer,
  });
  expect([known.status, known.type]).toEqual([404, 'application/problem+json; charset=utf-8']);
  expect(bugs).toEqual([]);
});

/** A connection that sends this and reads nothing. */
function open(port: number, text: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  socket.on('error', () => {});
  sockets.push(socket.pause());
  return socket;
}

test('two thousand connections that send half a request cost nobody else anything once they are gone', {
  timeout: 60_000,
}, async () => {
  const { port, changes, bugs } = await serving();
  const half = Array.from({ length: 2_000 }, () => open(port, 'POST /-/reload HTTP/1.1\r\nHost: localhost\r\nX: '));
  await until('all are connected', 30_000, async () => half.every((socket) => !socket.connecting));
  for (const socket of half) socket.destroy();
  await until('the server answers', 30_000, async () => (await ask(port, '/livez')).status === 200);
  expect([changes, bugs]).toEqual([[], []]);
});

test('hundreds that read nothing and hundreds that send nothing leave the server answering', {
  timeout: 60_000,
}, async () => {
  const { port, changes, bugs } = await serving();
  const head = `HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n`;
  for (let n = 0; n < 300; n++) {
    open(port, `GET /api/events ${head}\r\n`);
    open(port, `GET /api/series ${head}\r\n`);
    open(port, `POST /api/streams/s/observations ${head}Content-Length: 1000000\r\n\r\n[`);
  }
  for (let n = 0; n < 20; n++) expect((await ask(port, '/api/alerts', { headers: bearer })).status).toBe(200);
  // No more than a hundred pages are served.
  await until('the server serves no more pages', 30_000, async () => {
    return (await ask(port, '/api/events', { headers: bearer })).status === 503;
  });
  expect([changes, bugs]).toEqual([[], []]);
});

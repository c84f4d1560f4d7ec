import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { Live } from '../../src/live/live.ts';
import { pageOptions } from '../../src/live/options.ts';
import { alertsPageOf } from '../../src/live/recent-alerts.ts';
import { alertRecord, alertsPage, history, seriesPage } from '../../src/live/schema.ts';
import type { LiveApi } from '../../src/server/live.ts';
import { type Server, type ServerOptions, startServer } from '../../src/server/server.ts';
import { freePort } from '../servers/ports.ts';
import { alert, score } from '../sink/outputs.ts';

const running: Server[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

/** A server with a page over one stream, and that which feeds it. */
async function serving(options: Partial<ServerOptions> = {}) {
  const channels = ['inside', 'outside'].map((name) => ({ name, unit: '°C' }));
  const live = new Live([{ name: 'thermostat', channels }], pageOptions.parse({}));
  const api: LiveApi = {
    names: ['thermostat'],
    series: async (query) => live.series(query),
    history: async (query) => live.history(query),
    alerts: async (query) => alertsPageOf(live.alerts, query),
    alert: async (id) => live.alert(id),
    health: async () => ({ ready: true, reasons: [], streams: [], sinks: [] }),
    pulse: async () => live.pulse(),
    similar: async () => undefined,
    verdict: async () => undefined,
    give: async () => undefined,
    verdicts: async () => [],
  };
  const page = { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html>') };
  const port = await freePort();
  const server = await startServer({
    host: '127.0.0.1',
    port,
    exposition: async () => ({ contentType: 'text/plain', text: '' }),
    health: () => ({ started: true, ready: true, reasons: [] }),
    onBug: (error) => {
      throw error;
    },
    push: new Map(),
    api: { names: [], streams: async () => [], series: async () => [] },
    live: { api, files: new Map([['/', page]]) },
    ...options,
  });
  running.push(server);
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(server.url + path, { headers });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  return { server, port, live, get };
}

/** The status of a request with headers that `fetch` does not let anybody choose. */
function statusOf(port: number, path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, setHost: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject).end();
  });
}

test('series, their histories and alerts are answered as the schemas say', async () => {
  const { live, get } = await serving();
  live.emitted('thermostat', [
    score({ series: 'Küche/1 <b>' }),
    alert({ series: 'Küche/1 <b>', timeMs: score().timeMs }),
  ]);
  const { body, headers } = await get('/api/series');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(seriesPage.parse(body).series).toMatchObject([{ name: 'Küche/1 <b>', channel: 'inside', value: 12.1 }]);
  const path = `/api/history?stream=thermostat&series=${encodeURIComponent('Küche/1 <b>')}`;
  expect(history.parse((await get(path)).body).timeMs).toEqual([score().timeMs]);
  expect(alertsPage.parse((await get('/api/alerts?state=firing')).body).alerts).toHaveLength(1);
  expect(alertRecord.parse((await get('/api/alerts/0123456789abcdef')).body).parts).toHaveLength(2);
  expect((await get('/api/health')).body).toMatchObject({ ready: true });
});

test.each([
  ['/api/series?stream=thermostatt', 404, 'did you mean "thermostat"?'],
  ['/api/series?limit=5000', 400, 'limit'],
  ['/api/series?sort=size', 400, 'sort'],
  ['/api/series?colour=red', 400, 'colour'],
  ['/api/series?search=a&search=b', 400, 'search'],
  ['/api/history?stream=thermostat', 400, 'series'],
  ['/api/history?stream=thermostat&series=none', 404, 'keeps no history of "none"'],
  ['/api/alerts/0123456789abcde0', 404, 'is not known'],
  ['/api/alerts/..%2f..%2fetc', 400, '16 hex digits'],
  ['/api/events?stream=nowhere', 404, 'no stream "nowhere"'],
])('%s is refused with %i, and with what to do', async (path, status, detail) => {
  const { get } = await serving();
  expect(await get(path)).toMatchObject({ status, body: { detail: expect.stringContaining(detail) } });
});

test('the page may run its own scripts alone, ask its own server alone, and be framed by nobody', async () => {
  const { server } = await serving();
  const answer = await fetch(`${server.url}/?alert=0123456789abcdef`);
  const csp = answer.headers.get('content-security-policy') ?? '';
  expect(csp).toContain("default-src 'none'");
  expect(csp).toContain("script-src 'self'");
  expect(csp).toContain("frame-ancestors 'none'");
  expect(csp).not.toContain('unsafe');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});

test.each(['/', '/api/series', '/api/events', '/metrics', '/livez', '/nowhere'])(
  '%s is called by a name of the server only, and by no page of others',
  async (path) => {
    const { port } = await serving({ allowedHosts: ['Surprisal.example.org'] });
    const own = `127.0.0.1:${port}`;
    const refused = [
      { host: 'evil.example' },
      { host: `evil.example:${port}` },
      { host: '127.0.0.1.evil.example' },
      { host: 'localhost@evil.example' },
      {},
      { host: own, origin: 'https://evil.example' },
      { host: own, origin: 'null' },
      { host: own, origin: `http://127.0.0.1:${port + 1}` },
      { host: 'evil.example', origin: 'http://evil.example' },
    ];
    for (const headers of refused) {
      const status = await statusOf(port, path, headers as Record<string, string>);
      expect([400, 403], JSON.stringify(headers)).toContain(status);
    }
    const own404 = path === '/nowhere' ? 404 : 200;
    for (const host of [own, `localhost:${port}`, `[::1]:${port}`, '10.1.2.3', 'surprisal.example.org']) {
      expect(await statusOf(port, path, { host }), host).toBe(own404);
    }
    const tls = { host: 'surprisal.example.org', origin: 'https://surprisal.example.org' };
    expect(await statusOf(port, path, tls)).toBe(own404);
  },
);

test('the API wants the token where there is one; the page itself holds no data, and is open', async () => {
  const { get, server } = await serving({ token: () => 'letmein' });
  expect((await fetch(`${server.url}/`)).status).toBe(200);
  for (const path of ['/api/series', '/api/alerts', '/api/health']) {
    expect((await get(path)).status).toBe(401);
    expect((await get(path, { authorization: 'Bearer letmein' })).status).toBe(200);
  }
  expect((await fetch(`${server.url}/api/events`)).status).toBe(401);
});

/** The next messages of a stream of events. */
async function* messages(url: string, signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
  const { body } = await fetch(url, { signal });
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString();
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) yield JSON.parse(part.slice(part.indexOf('data: ') + 6));
  }
}

test('events tell at once and then each second what is new: alerts, and the rows of the series that is drawn', async () => {
  const { server, live } = await serving();
  const minute = (n: number) => score({ series: 'home 3', timeMs: n * 60_000 });
  live.emitted('thermostat', [minute(1), minute(2)]);
  const stop = new AbortController();
  const events = messages(`${server.url}/api/events?stream=thermostat&series=home%203&after=60000`, stop.signal);
  const first = (await events.next()).value;
  expect(first).toMatchObject({ pulse: { firing: 0 }, points: { timeMs: [120_000] } });
  live.emitted('thermostat', [minute(3), alert()]);
  const second = (await events.next()).value;
  expect(second).toMatchObject({ pulse: { firing: 1 }, points: { timeMs: [180_000] } });
  expect((await events.next()).value).toMatchObject({ points: { timeMs: [] } });
  stop.abort();
});

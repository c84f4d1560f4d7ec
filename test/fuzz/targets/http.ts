import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Live } from '../../../src/live/live.ts';
import { pageOptions } from '../../../src/live/options.ts';
import { alertsPageOf } from '../../../src/live/recent-alerts.ts';
import type { Random } from '../../../src/math/random.ts';
import type { LiveApi } from '../../../src/server/live.ts';
import { type Server, startServer } from '../../../src/server/server.ts';
import { verdictsOn } from '../../server/verdicts-on.ts';
import { alert, score } from '../../sink/outputs.ts';
import type { FuzzKind } from '../campaign.ts';
import { anyOf, spoiledBytes } from '../spoil.ts';

const PUSH = 'POST /api/streams/s/observations HTTP/1.1\r\nHost: localhost\r\n';
const push = (type: string, body: Buffer | string, headers = '') => {
  const bytes = Buffer.from(body);
  const head = `${PUSH}Content-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n${headers}Connection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
};
const get = (path: string, headers = '') =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}Connection: close\r\n\r\n`);
const LINES = '{"id":"h","time":1700000000,"a":1}\n{"id":"h","time":1700000001,"a":NaN}\n';
const REQUESTS = [
  push('application/json', '[{"id":"h","time":1700000000,"a":1},{"a":[{"b":{}}]}]'),
  push('application/json', '{"metrics":[{"a":1}]}'),
  push('application/x-ndjson', LINES),
  push('text/plain; charset=utf-8', LINES),
  push('application/x-ndjson', gzipSync(LINES), 'Content-Encoding: gzip\r\n'),
  push('application/vnd.x+json', gzipSync('[{}]'), 'Content-Encoding: zstd, gzip, deflate\r\n'),
  Buffer.from(`${PUSH}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n2\r\n{}\r\n0\r\n\r\n`),
  ...['/livez', '/metrics', '/api/openapi.json', '/api/streams', '/api/health', '/api/pulse'].map((path) => get(path)),
  ...['/api/alerts?state=firing&limit=5&before=x', '/api/series?stream=s&limit=2'].map((path) => get(path)),
  get(`/api/alerts/${alert().id}/bundle`, 'Origin: http://localhost\r\nAccept: */*\r\n'),
  get('/api/history?stream=s&series=home%203&from=0&to=9e99'),
  Buffer.from('POST /-/reload HTTP/1.1\r\nHost: localhost\r\nAuthorization: bearer  x\r\nConnection: close\r\n\r\n'),
];

/** Requests to every route, spoiled: never a 5xx of a bug, and the probe answers all the while. */
export const http: FuzzKind = {
  kind: 'http',
  open: async () => {
    const bugs: unknown[] = [];
    const server = await serving((error) => bugs.push(error));
    const port = Number(new URL(server.url).port);
    let asked = 0;
    const attempt = async (random: Random) => {
      const request = spoiledBytes(random, anyOf(random, REQUESTS));
      const answer = await exchanged(port, request);
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? [];
      const text = JSON.stringify(request.toString('latin1'));
      if (bugs.length > 0) throw new Error(`a bug, by the request ${text}`, { cause: bugs.splice(0)[0] });
      if (status === '500') throw new Error(`500, by the request ${text}`);
      if (++asked % 500 !== 0) return;
      const probe = await exchanged(port, get('/livez'));
      if (!probe.startsWith('HTTP/1.1 200'))
        throw new Error(`the probe answers ${JSON.stringify(probe)} after ${text}`);
    };
    return { attempt, close: () => server.close() };
  },
};

/** What a server sends until it closes, or the request is seen to want more. */
async function exchanged(port: number, request: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString('latin1');
    // Events, and connections that are kept: all that is looked at is there.
    if (answer.includes('\r\n\r\n') && !answer.startsWith('HTTP/1.1 100')) socket.destroy();
  });
  // The end of what is sent tells a server that waits for the rest of a request that there is none.
  socket.end(request);
  if (!socket.closed) await once(socket, 'close');
  return answer;
}

function serving(onBug: (error: unknown) => void): Promise<Server> {
  const live = new Live([{ name: 's', channels: [{ name: 'inside', unit: '' }] }], pageOptions.parse({}));
  live.emitted('s', [score({ stream: 's', channels: [score().channels[0]] }), alert({ stream: 's' })]);
  const api: LiveApi = {
    names: ['s'],
    series: async (query) => live.series(query),
    history: async (query) => live.history(query),
    alerts: async (query) => alertsPageOf(live.alerts, query),
    alert: async (id) => live.alert(id),
    bundle: async () => undefined,
    health: async () => ({ ready: true, reasons: [], streams: [], sinks: [] }),
    pulse: async () => live.pulse(),
    ...verdictsOn(live),
  };
  return startServer({
    host: '127.0.0.1',
    port: 0,
    reload: async () => {},
    exposition: async () => ({ contentType: 'text/plain', text: 'metrics' }),
    health: () => ({ started: true, ready: true, reasons: [] }),
    onBug,
    push: new Map([['s', { take: async () => {}, records: '/metrics' }]]),
    api: { names: ['s'], streams: async () => [], series: async () => [] },
    live: { api, files: new Map([['/', { type: 'text/html', body: Buffer.from('<!doctype html>') }]]) },
  });
}

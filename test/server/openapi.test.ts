import { Readable } from 'node:stream';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, expect, test } from 'vitest';
import { Live } from '../../src/live/live.ts';
import { pageOptions } from '../../src/live/options.ts';
import { alertsPageOf } from '../../src/live/recent-alerts.ts';
import type { LiveApi } from '../../src/server/live.ts';
import { openApi } from '../../src/server/openapi.ts';
import { type Server, startServer } from '../../src/server/server.ts';
import { freePort } from '../servers/ports.ts';
import { alert, score } from '../sink/outputs.ts';
import { verdictsOn } from './verdicts-on.ts';

const running: Server[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

const TOKEN = 'open sesame';
const ID = alert().id;

interface Operation {
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const document = openApi() as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

/** A server that has everything, with a series and an alert. */
async function serving(): Promise<Server> {
  const channels = ['inside', 'outside'].map((name) => ({ name, unit: '°C' }));
  const live = new Live([{ name: 'thermostat', channels }], pageOptions.parse({}));
  live.emitted('thermostat', [score(), alert({ timeMs: score().timeMs })]);
  const api: LiveApi = {
    names: ['thermostat'],
    series: async (query) => live.series(query),
    history: async (query) => live.history(query),
    alerts: async (query) => alertsPageOf(live.alerts, query),
    alert: async (id) => live.alert(id),
    bundle: async (id) => (id === ID ? { bytes: 3, stream: Readable.from([Buffer.from('abc')]) } : undefined),
    whatIf: async () => ({ yaml: '', rows: 1, series: 1, fromMs: 0, toMs: 1, before: 0, after: 0, changes: [] }),
    health: async () => ({ ready: true, reasons: [], streams: [], sinks: [] }),
    pulse: async () => live.pulse(),
    ...verdictsOn(live),
  };
  const server = await startServer({
    host: '127.0.0.1',
    port: await freePort(),
    token: () => TOKEN,
    reload: async () => {},
    exposition: async () => ({ contentType: 'text/plain', text: '' }),
    health: () => ({ started: true, ready: false, reasons: ['not yet'] }),
    onBug: (error) => {
      throw error;
    },
    push: new Map([['thermostat', { take: async () => {} }]]),
    api: {
      names: ['thermostat'],
      streams: async () => [{ name: 'thermostat', series: 1, ready: 0, warming: 1, percent: 10, etaSeconds: null }],
      series: async () => [{ name: 'a', state: 'warming', percent: 10, rows: 15, rowsNeeded: 150, etaSeconds: null }],
    },
    live: { api, files: new Map([['/', { type: 'text/html', body: Buffer.from('') }]]) },
  });
  running.push(server);
  return server;
}

function bodyOf(path: string): string {
  if (path.endsWith('/verdict')) return '{"verdict":"real"}';
  return path.endsWith('/what-if') ? '{"stream":"thermostat","series":"a","budget":"1/week"}' : '{"inside":1}';
}

/** A request that the document allows: every parameter that it requires, and the token. */
async function asked(server: Server, { method, path, operation }: (typeof operations)[number], token = TOKEN) {
  const values: Readonly<Record<string, string>> = { id: ID, stream: 'thermostat', series: score().series };
  const query = new URLSearchParams();
  for (const { name, in: where, required } of operation.parameters ?? []) {
    if (where === 'query' && required) query.set(name, values[name]);
  }
  const url = `${server.url}${path.replace(/\{(\w+)\}/g, (_, name: string) => values[name])}?${query}`;
  const body = method === 'POST' ? { body: bodyOf(path) } : {};
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const end = new AbortController();
  const answer = await fetch(url, { method, headers, ...body, signal: end.signal });
  const type = answer.headers.get('content-type') ?? '';
  const text = type.startsWith('text/event-stream') ? '' : await answer.text();
  end.abort();
  return { status: answer.status, type, text };
}

/** What is wrong with an answer, by the document. */
function fault(operation: Operation, { status, type, text }: Awaited<ReturnType<typeof asked>>): string | undefined {
  const response = operation.responses[status];
  if (response === undefined) return `${status} is not described`;
  const media = Object.entries(response.content).find(([name]) => type.split(';')[0] === name.split(';')[0]);
  if (media === undefined) return `${type} is not described`;
  if (!type.includes('json')) return undefined;
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: 'api', components: document.components });
  const schema = JSON.parse(JSON.stringify(media[1].schema).replaceAll('#/components', 'api#/components'));
  return ajv.validate(schema, JSON.parse(text)) ? undefined : ajv.errorsText();
}

test('docs/openapi.json is fresh', async () => {
  await expect(`${JSON.stringify(openApi(), null, 2)}\n`).toMatchFileSnapshot('../../docs/openapi.json');
});

test('every route of the server is in the document, and the other way round', async () => {
  const { routes } = await serving();
  const described = operations.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
  expect([...routes].sort()).toEqual(described.sort());
});

test.each(operations)('$method $path answers as the document says', async (route) => {
  const server = await serving();
  const answer = await asked(server, route);
  expect(fault(route.operation, answer)).toBeUndefined();
  const isProbe = ['/readyz', '/-/ready'].includes(route.path);
  expect(answer.status).toBe(isProbe ? 503 : Number(Object.keys(route.operation.responses)[0]));
});

test.each(operations)('$method $path asks for the token exactly where the document says so', async (route) => {
  const server = await serving();
  const answer = await asked(server, route, 'wrong');
  expect(answer.status === 401).toBe(route.operation.security !== undefined);
  expect(fault(route.operation, answer)).toBeUndefined();
});

test.each([
  ['/api/series', 'limit=0', 400],
  ['/api/series', 'stream=nope', 404],
  ['/api/history', '', 400],
  ['/api/history', 'stream=thermostat&series=nope', 404],
  ['/api/streams/{stream}/series', 'limit=5000', 400],
] as const)('%s?%s is refused as the document says', async (path, query, status) => {
  const server = await serving();
  const url = `${server.url}${path.replace('{stream}', 'thermostat')}?${query}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
  const type = answer.headers.get('content-type') ?? '';
  expect(answer.status).toBe(status);
  const said = { status, type, text: await answer.text() };
  expect(fault(document.paths[path].get, said)).toBeUndefined();
});

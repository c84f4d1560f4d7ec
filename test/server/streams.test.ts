import { afterEach, expect, test } from 'vitest';
import { type Server, startServer } from '../../src/server/server.ts';
import type { SeriesQuery, SeriesStatus } from '../../src/server/streams.ts';
import { freePort } from '../servers/ports.ts';

const running: Server[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

interface Page {
  readonly series?: readonly SeriesStatus[];
  readonly next?: string | null;
}

const series = (name: string, rows: number): SeriesStatus => ({
  name,
  state: rows < 150 ? 'warming' : 'ready',
  percent: Math.min(100, Math.floor(rows / 1.5)),
  rows,
  rowsNeeded: 150,
  etaSeconds: Math.max(0, 60 * (150 - rows)),
});

const STREAM = { name: 'home', series: 4, ready: 1, warming: 3, percent: 60, etaSeconds: 7_200 };
const ALL = [series('home-1', 150), series('home-2', 140), series('home-3', 30), series('home-4', 40)];

/** A server with the stream `home`, what it was asked, and how to ask it. */
async function serving(token?: string) {
  const asked: SeriesQuery[] = [];
  const server = await startServer({
    host: '127.0.0.1',
    port: await freePort(),
    token: () => token,
    exposition: async () => ({ contentType: 'text/plain', text: '' }),
    health: () => ({ started: true, ready: true, reasons: [] }),
    onBug: (error) => {
      throw error;
    },
    push: new Map(),
    api: {
      names: ['home'],
      streams: async () => [STREAM],
      async series(query) {
        asked.push(query);
        const { state, after, limit } = query;
        const found = ALL.filter(({ name }) => name > (after ?? ''));
        return found.filter((each) => (state ?? each.state) === each.state).slice(0, limit);
      },
    },
  });
  running.push(server);
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(server.url + path, { headers });
    return { status: answer.status, body: (await answer.json()) as Page };
  };
  return { asked, get };
}

test('every stream says how far its warm-up has come', async () => {
  const { get } = await serving();
  expect(await get('/api/streams')).toEqual({ status: 200, body: { streams: [STREAM] } });
});

test('the series of a stream come page by page, those in one state where it is asked for', async () => {
  const { get } = await serving();
  const path = '/api/streams/home/series?state=warming&limit=2';
  const first = await get(path);
  expect(first).toEqual({
    status: 200,
    body: { stream: 'home', series: [series('home-2', 140), series('home-3', 30)], next: 'home-3' },
  });
  const second = await get(`${path}&after=${first.body.next}`);
  expect(second.body).toEqual({ stream: 'home', series: [series('home-4', 40)], next: null });
});

test('without a limit a hundred series come at most', async () => {
  const { get, asked } = await serving();
  expect((await get('/api/streams/home/series')).body.series).toHaveLength(4);
  // One more than the answer holds, to know whether there are more.
  expect(asked).toEqual([{ stream: 'home', state: undefined, limit: 101, after: undefined }]);
});

test.each([
  ['/api/streams/hmoe/series', 404, 'did you mean "home"?'],
  ['/api/streams/home/series?state=cold', 400, 'state is warming or ready'],
  ['/api/streams/home/series?limit=0', 400, 'limit is a number from 1 to 1000'],
  ['/api/streams/home/series?limit=5000', 400, 'limit is a number from 1 to 1000'],
  ['/api/streams/home/series?after=a&after=b', 400, 'after is given once'],
  ['/api/streams/home/series?stat=ready', 400, 'there is no parameter "stat"'],
])('%s is refused with %i, and with what to do', async (path, status, detail) => {
  const { get, asked } = await serving();
  expect(await get(path)).toMatchObject({ status, body: { detail: expect.stringContaining(detail) } });
  expect(asked).toEqual([]);
});

test('names of series are read by nobody who does not know the token', async () => {
  const { get } = await serving('letmein');
  for (const path of ['/api/streams', '/api/streams/home/series']) {
    expect((await get(path)).status).toBe(401);
    expect((await get(path, { authorization: 'Bearer letmein' })).status).toBe(200);
  }
});

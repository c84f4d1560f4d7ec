import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { influxdb } from '../../src/sink/influxdb/influxdb.ts';
import type { NumberedOutput, Sink } from '../../src/sink/sink.ts';
import { deliver, newStore } from '../pipeline/outbox.ts';
import { issue, newAuthority, openssl, VALID } from '../servers/certificates.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { type Influxdb, influxd, startInfluxdb } from '../servers/influxdb.ts';
import { describeWith } from '../servers/program.ts';
import { rowsOf } from './influxdb-server.ts';
import { alert, going, numbered } from './outputs.ts';
import { type Answer, receiver } from './receiver.ts';

const LOGIN = { username: 'writer', password: 'correct-horse-battery' };
const COUNT = 'select count(summary) from surprisal_alert';

async function opened(options: object): Promise<Sink> {
  const sink = await influxdb.open(influxdb.config.parse({ kind: 'influxdb', ...options }));
  onTestFinished(() => sink.close());
  return sink;
}

/** What a write is refused with. @throws Error where it is taken */
async function failure(sink: Sink, batch: readonly NumberedOutput[] = numbered(0, 3)): Promise<Failure> {
  const error = await sink.write(batch, going).then(
    () => new Error('it was taken'),
    (refused: unknown) => refused,
  );
  if (error instanceof Failure) return error;
  throw error;
}

describeWith([influxd], 'a real InfluxDB', () => {
  let open: Influxdb;
  let locked: Influxdb;
  let databases = 0;

  beforeAll(async () => {
    [open, locked] = await Promise.all([startInfluxdb(), startInfluxdb({ login: LOGIN })]);
  });
  afterAll(async () => {
    await Promise.all([open?.stop(), locked?.stop()]);
  });

  async function newDatabase(server: Influxdb = open): Promise<string> {
    const name = `fault${databases++}`;
    await server.query(`CREATE DATABASE ${name}`);
    return name;
  }

  test('that is stopped is tried again, as often as it takes, and takes everything once it is back', async () => {
    const database = await newDatabase();
    const sink = await opened({ api: 'v1', url: open.url, database });
    await sink.write(numbered(0, 10), going);
    await open.kill();
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await failure(sink, numbered(10, 20))).toMatchObject({
        code: 'sink/unavailable',
        message: expect.stringMatching(/^(nothing listens at 127\.0\.0\.1:\d+|the connection failed \(ECONNRESET\))$/),
        where: open.url,
      });
    }
    await open.restart();
    await sink.write(numbered(10, 20), going);
    expect(await rowsOf(open, database, COUNT)).toMatchObject([{ count: 20 }]);
  });

  test('without the database is a fault of the configuration, which ends when somebody makes it', async () => {
    const sink = await opened({ api: 'v1', url: open.url, database: 'nowhere' });
    expect(await failure(sink)).toMatchObject({
      code: 'sink/misconfigured',
      message: 'InfluxDB answers 404: database not found: "nowhere"',
    });
    await open.query('CREATE DATABASE nowhere');
    await sink.write(numbered(0, 3), going);
    expect(await rowsOf(open, 'nowhere', COUNT)).toMatchObject([{ count: 3 }]);
  });

  test('without the database is given one where the configuration says so', async () => {
    const sink = await opened({ api: 'v1', url: open.url, database: 'made "here"', create_database: true });
    await sink.write(numbered(0, 3), going);
    expect(await rowsOf(open, 'made "here"', COUNT)).toMatchObject([{ count: 3 }]);
  });

  test('that asks for a login refuses a wrong one, and one that may not write or create, as faults of the configuration', async () => {
    const database = await newDatabase(locked);
    await locked.query("CREATE USER reader WITH PASSWORD 'reader-secret'");
    const to = { api: 'v1', url: locked.url, database };
    const wrong = { code: 'sink/misconfigured', message: 'InfluxDB answers 401: authorization failed' };
    expect(await failure(await opened({ ...to, ...LOGIN, password: 'wrong-password' }))).toMatchObject(wrong);
    expect(await failure(await opened({ ...to, username: 'nobody', password: 'x' }))).toMatchObject(wrong);
    expect(await failure(await opened(to))).toMatchObject({ code: 'sink/misconfigured' });
    const reader = { username: 'reader', password: 'reader-secret' };
    expect(await failure(await opened({ ...to, ...reader }))).toMatchObject({
      code: 'sink/misconfigured',
      message: expect.stringMatching(/^InfluxDB answers 403: .*not authorized/),
    });
    const making = await opened({ ...to, ...reader, database: 'not_there', create_database: true });
    expect(await failure(making)).toMatchObject({ code: 'sink/misconfigured' });
    await (await opened({ ...to, ...LOGIN })).write(numbered(0, 3), going);
  });

  test('without the retention policy is a fault of the configuration, though the server calls it its own', async () => {
    const database = await newDatabase();
    const sink = await opened({ api: 'v1', url: open.url, database, retention_policy: 'nope' });
    expect(await failure(sink)).toMatchObject({
      code: 'sink/misconfigured',
      message: expect.stringMatching(/^InfluxDB answers 500: retention policy not found: nope$/),
    });
  });

  test('refuses a field of another type than it has, so that delivery finds the culprit', async () => {
    const database = await newDatabase();
    const written = await fetch(`${open.url}/write?db=${database}`, {
      method: 'POST',
      body: 'surprisal_alert value=1i 0',
    });
    expect(written.status).toBe(204);
    const sink = await opened({ api: 'v1', url: open.url, database });
    expect(await failure(sink, [{ sequence: 0, output: alert({ timeMs: 0 }) }])).toMatchObject({
      code: 'sink/rejected',
      message: expect.stringMatching(/^InfluxDB answers 400: .*field type conflict.*"value".*surprisal_alert/),
    });
  });

  test('drops a point older than its retention policy keeps, says how many, and takes the others', async () => {
    const database = await newDatabase();
    await open.query(`CREATE RETENTION POLICY brief ON ${database} DURATION 1h REPLICATION 1 DEFAULT`);
    const sink = await opened({ api: 'v1', url: open.url, database });
    const batch = [0, Date.now()].map((timeMs, sequence) => ({ sequence, output: alert({ timeMs }) }));
    expect(await failure(sink, batch)).toMatchObject({
      code: 'sink/rejected',
      dropped: 1,
      message: expect.stringContaining('points beyond retention policy'),
    });
    expect(await rowsOf(open, database, COUNT)).toMatchObject([{ count: 1 }]);
  });

  test('refuses one of many: delivery sets that one aside, and all the others arrive', async () => {
    const database = await newDatabase();
    // Types are of a shard: two of the outputs fall into the week where the field is an integer.
    const line = 'surprisal_alert value=1i 0';
    await fetch(`${open.url}/write?db=${database}`, { method: 'POST', body: line });
    const store = await newStore();
    onTestFinished(() => store.close());
    const now = Date.now();
    const outputs = Array.from({ length: 300 }, (_, n) => alert({ timeMs: n === 137 || n === 138 ? n : now + n }));
    await store.commit('t', { outputs, offset: 300 });
    const reported = deliver(store, await opened({ api: 'v1', url: open.url, database }));
    await reported.done;
    expect(reported.aside).toEqual([137, 138]);
    expect(await rowsOf(open, database, COUNT)).toMatchObject([{ count: 298 }]);
  });

  test('drops a backlog that is too old: counted, batch by batch, with one request for each', async () => {
    const database = await newDatabase();
    await open.query(`CREATE RETENTION POLICY brief ON ${database} DURATION 1h REPLICATION 1 DEFAULT`);
    const store = await newStore();
    onTestFinished(() => store.close());
    const now = Date.now();
    const outputs = Array.from({ length: 300 }, (_, n) => alert({ timeMs: n < 250 ? n : now + n }));
    await store.commit('t', { outputs, offset: 300 });
    const reported = deliver(store, await opened({ api: 'v1', url: open.url, database, batch: 100 }));
    await reported.done;
    expect([reported.aside, reported.failed, reported.dropped]).toEqual([[], [], [100, 100, 50]]);
    expect(await rowsOf(open, database, COUNT)).toMatchObject([{ count: 50 }]);
  });

  test('on a full disk is tried again, and takes everything when there is room', async (context) => {
    const disk = newFolder('disk');
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      return context.skip('mounting a small disk takes root');
    }
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    const small = await startInfluxdb({ folder: join(disk, 'influxdb') });
    onTestFinished(() => small.stop());
    await small.query('CREATE DATABASE d');
    const sink = await opened({ api: 'v1', url: small.url, database: 'd' });
    await sink.write(numbered(0, 3), going);
    fill(disk);
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(await failure(sink, numbered(3, 400))).toMatchObject({
        code: 'sink/unavailable',
        message: expect.stringContaining('no space left on device'),
      });
    }
    execFileSync('mount', ['-o', 'remount,size=200m', disk]);
    // 1.6 believes its disk is full until it starts anew.
    await small.kill();
    await small.restart();
    await sink.write(numbered(3, 400), going);
    expect(await rowsOf(small, 'd', COUNT)).toMatchObject([{ count: 400 }]);
  });
});

function fill(disk: string): void {
  for (const size of [1 << 20, 1 << 12, 1]) {
    try {
      for (;;) writeFileSync(join(disk, `fill-${readdirSync(disk).length}`), Buffer.alloc(size));
    } catch {
      // No room for another of that size.
    }
  }
}

/** A server that gives these answers in turn, the last of them for ever. */
function answering(...answers: readonly [Answer, ...Answer[]]) {
  return receiver((_, before) => answers[Math.min(before, answers.length - 1)] ?? 204);
}

describe.each(['v1', 'v2'] as const)('a server that misbehaves, over %s', (api) => {
  const to = (url: string, more: object = {}) => {
    const where = api === 'v1' ? { database: 'd' } : { org: 'o', bucket: 'b', token: 'token-of-four-words' };
    return opened({ api, url, ...where, ...more });
  };

  test.each([
    [400, 'sink/rejected'],
    [413, 'sink/rejected'],
    [422, 'sink/rejected'],
    [401, 'sink/misconfigured'],
    [403, 'sink/misconfigured'],
    [404, 'sink/misconfigured'],
    [405, 'sink/misconfigured'],
    [307, 'sink/misconfigured'],
    [408, 'sink/unavailable'],
    [429, 'sink/unavailable'],
    [500, 'sink/unavailable'],
    [502, 'sink/unavailable'],
    [503, 'sink/unavailable'],
  ] as const)('answer %i is %s', async (status, code) => {
    const { url } = await answering({ status, body: '{"error":"the reason"}' });
    const refused = await failure(await to(url));
    expect(refused.code).toBe(code);
    expect(refused.message).toBe(`InfluxDB answers ${status}: the reason`);
  });

  test('retry-after is passed on, in seconds or as a date', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    const waiting = (text: string, status = 429) => ({ status, headers: { 'retry-after': text } });
    const sink = await to((await answering(waiting('30', 503), waiting('7'), waiting(date))).url);
    expect(await failure(sink)).toMatchObject({ code: 'sink/unavailable', retryAfterMs: 30_000 });
    expect(await failure(sink)).toMatchObject({ code: 'sink/unavailable', retryAfterMs: 7_000 });
    const { retryAfterMs = 0 } = await failure(sink);
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  test('a field conflict that comes as a 500 costs the point at fault, and the others arrive', async () => {
    const conflict = 'partial write: field type conflict: input field "value" on measurement "m" is type float';
    const taken: string[] = [];
    const baseMs = 1_767_225_600_000;
    const { url } = await receiver(({ body }) => {
      const isAtFault = body.includes(`${baseMs + 5}000000`);
      if (!isAtFault) taken.push(...body.split('\n'));
      return isAtFault ? { status: 500, body: JSON.stringify({ error: conflict }) } : 204;
    });
    const store = await newStore();
    onTestFinished(() => store.close());
    const outputs = Array.from({ length: 16 }, (_, n) => alert({ timeMs: baseMs + n }));
    await store.commit('t', { outputs, offset: 16 });
    const events = deliver(store, await to(url));
    await events.done;
    expect(events.aside).toEqual([5]);
    expect(taken).toHaveLength(15);
  });

  test('no answer in time is tried again, and the connection is let go', async () => {
    const sink = await to((await answering('hang', 204)).url, { timeout: '1s' });
    expect(await failure(sink)).toMatchObject({ code: 'sink/unavailable', message: 'no answer within 1000 ms' });
    await sink.write(numbered(0, 3), going);
  });

  test.each(['cut', { half: 200 }, { half: 400 }, { half: 503 }] as const)(
    'a connection closed half way (%o) is tried again',
    async (answer) => {
      const sink = await to((await answering(answer, 204)).url, { timeout: '1s' });
      expect(await failure(sink)).toMatchObject({ code: 'sink/unavailable' });
      await sink.write(numbered(0, 3), going);
    },
  );

  test('a write that is stopped ends at once, and says it is to be tried again', async () => {
    const { url, received } = await answering('hang');
    const stop = new AbortController();
    const sink = await to(url, { timeout: '1h' });
    const writing = sink.write(numbered(0, 3), stop.signal);
    const outcome = expect(writing).rejects.toMatchObject({ code: 'sink/unavailable', message: 'stopped' });
    await expect.poll(() => received.length).toBe(1);
    stop.abort();
    await outcome;
  });

  test('a server that does not speak TLS, or is no InfluxDB, is a fault of the configuration', async () => {
    const { url } = await answering({ status: 200, body: '<html>' });
    expect(await failure(await to(url.replace('http:', 'https:')))).toMatchObject({ code: 'sink/misconfigured' });
    expect(await failure(await to(url))).toMatchObject({ code: 'sink/misconfigured' });
  });

  describeWith([openssl], 'over TLS', () => {
    test('only a server is trusted whose authority is', async () => {
      const folder = newFolder('influxdb-tls');
      onTestFinished(() => removeFolder(folder));
      const authority = newAuthority(folder, 'ours');
      const { url, received } = await receiver(() => 204, issue(authority, 'localhost', VALID));
      const secure = url.replace('127.0.0.1', 'localhost');
      expect(await failure(await to(secure))).toMatchObject({ code: 'sink/misconfigured' });
      await (await to(secure, { ca: authority.certificate })).write(numbered(0, 3), going);
      expect(received).toHaveLength(1);
    });
  });
});

/** As 2.8.0 writes it, by its source. */
const TOO_OLD_28 =
  'failure writing points to database: partial write: dropped 2 points outside retention policy of duration 1h0m0s - oldest point a at 1970-01-01T00:00:00Z dropped because it violates a Retention Policy Lower Bound at 2026-01-01T00:00:00Z, newest point a at 1970-01-01T00:00:01Z dropped because it violates a Retention Policy Lower Bound at 2026-01-01T00:00:00Z dropped=2 for database: 91040e1bf6671dfd for retention policy: autogen';

describe('over v2', () => {
  test('points older than the bucket keeps cost one request, and are counted', async () => {
    const body = JSON.stringify({ code: 'unprocessable entity', message: TOO_OLD_28 });
    const { url, received } = await answering({ status: 422, body }, 204);
    const store = await newStore();
    onTestFinished(() => store.close());
    await store.commit('t', { outputs: Array.from({ length: 40 }, (_, n) => alert({ timeMs: n })), offset: 40 });
    const reported = deliver(
      store,
      await opened({ api: 'v2', url, bucket: 'b', token: 'token-of-four-words', batch: 20 }),
    );
    await reported.done;
    expect([reported.aside, reported.failed, reported.dropped, received.length]).toEqual([[], [], [2], 2]);
  });

  test('a 503 with retry-after says how long to wait, and 201 that some points were refused', async () => {
    const busy = { status: 503, headers: { 'retry-after': '30' } };
    const partly = { status: 201, body: '{"code":"invalid","message":"1 point was refused"}' };
    const { url, received } = await answering(busy, partly);
    const sink = await opened({ api: 'v2', url, bucket: 'b', token: 'token-of-four-words' });
    expect(await failure(sink)).toMatchObject({ code: 'sink/unavailable', retryAfterMs: 30_000 });
    expect(await failure(sink)).toMatchObject({
      code: 'sink/rejected',
      message: 'InfluxDB answers 201: 1 point was refused',
    });
    expect(received[0]).toMatchObject({ method: 'POST', path: '/api/v2/write?bucket=b&precision=ns' });
    expect(received[0]?.headers.authorization).toBe('Token token-of-four-words');
  });
});

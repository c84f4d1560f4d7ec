import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { influxdb } from '../../src/sink/influxdb/influxdb.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { type Influxdb, influxd, startInfluxdb } from '../servers/influxdb.ts';
import { describeWith } from '../servers/program.ts';
import { bridge, rowsOf } from './influxdb-server.ts';
import { alert, going, numbered, score } from './outputs.ts';
import { sinkContract } from './sink-contract.ts';

const LOGIN = { username: 'writer', password: 'correct-horse-battery' };
const TOKEN = 'token-of-four-words==';
const STAMP = 1_767_269_100_000_000_000;

let open: Influxdb;
let locked: Influxdb;
let databases = 0;

async function newDatabase(server: Influxdb): Promise<string> {
  const name = `db${databases++}`;
  await server.query(`CREATE DATABASE ${name}`);
  return name;
}

/** Closed when the test ends. */
async function opened(options: object): Promise<Sink> {
  const sink = await influxdb.open(influxdb.config.parse({ kind: 'influxdb', ...options }));
  onTestFinished(() => sink.close());
  return sink;
}

describeWith([influxd], 'InfluxDB', () => {
  beforeAll(async () => {
    [open, locked] = await Promise.all([startInfluxdb(), startInfluxdb({ login: LOGIN })]);
  });
  afterAll(async () => {
    await Promise.all([open?.stop(), locked?.stop()]);
  });

  const ways = {
    'v1, no login': async () => {
      const database = await newDatabase(open);
      return { server: open, database, config: { kind: 'influxdb', api: 'v1', url: open.url, database } };
    },
    'v1, with a login': async () => {
      const database = await newDatabase(locked);
      return { server: locked, database, config: { kind: 'influxdb', api: 'v1', url: locked.url, database, ...LOGIN } };
    },
    'v2, with a token': async () => {
      const database = await newDatabase(open);
      const { url, close } = await bridge(open, { org: 'home', bucket: 'b', token: TOKEN, database });
      onTestFinished(close);
      const to = { url, org: 'home', bucket: 'b', token: TOKEN };
      return { server: open, database, config: { kind: 'influxdb', api: 'v2', ...to } };
    },
  };

  describe.each(Object.entries(ways))('%s', (_, way) => {
    sinkContract(
      influxdb,
      async () => {
        const { server, database, config } = await way();
        const written = async () => {
          const rows = await rowsOf(server, database, 'select summary from surprisal_alert');
          return rows.map(({ summary }) => `${summary}\n`).join('');
        };
        return { config, written };
      },
      (url) => [
        { config: { kind: 'influxdb', api: 'v1', url, database: 'd', ...LOGIN }, secrets: [LOGIN.password] },
        { config: { kind: 'influxdb', api: 'v2', url, org: 'o', bucket: 'b', token: TOKEN }, secrets: [TOKEN] },
      ],
    );

    test('what is written is found by query, number by number, and written again it changes nothing', async () => {
      const { server, database, config } = await way();
      const sink = await opened(config);
      const batch = [score(), alert()].map((output, sequence) => ({ sequence, output }));
      const ask = async () => [
        await rowsOf(server, database, 'select * from surprisal_score'),
        await rowsOf(server, database, 'select * from surprisal_alert'),
      ];
      await sink.write(batch, going);
      const found = await ask();
      const about = { time: STAMP, series: 'home 3', stream: 'thermostat' };
      expect(found).toEqual([
        [
          {
            ...{ ...about, channel: 'inside', value: 12.1, expected: 20.3, lower: 19.5, upper: 21, bits: 21.44 },
            ...{ attribution: 0.75, p_value: 0.001, score: 0.93 },
          },
          {
            ...{ ...about, channel: 'outside', value: null, expected: null, lower: null, upper: null, bits: 0 },
            ...{ attribution: 0.25, p_value: 0.001, score: 0.93 },
          },
        ],
        [
          {
            ...{ ...about, channel: 'inside', severity: 'critical', state: 'firing', reason: 'unusual_value' },
            ...{ value: 12.1, expected: 20.3, lower: 19.5, upper: 21, bits: 21.44, p_value: 1 / 40_321, score: 0.93 },
            ...{ id: '0123456789abcdef', revision: 0, start_ms: 1_767_268_800_000 },
            summary: 'inside is 12.1 °C where 20.3 °C was expected',
          },
        ],
      ]);
      await sink.write(batch, going);
      await (await opened(config)).write(batch, going);
      expect(await ask()).toEqual(found);
    });

    test('names and texts come back as they were sent, whatever characters they hold', async () => {
      const { server, database, config } = await way();
      const sink = await opened(config);
      const names = [
        'a b',
        'a,b',
        'a=b',
        'say "hi"',
        "it's",
        'C:\\temp',
        '🔥é漢',
        ' ',
        '#x',
        "'",
        '"',
        'a\\',
        '\\',
        'a\nb',
      ];
      const escaped = ['a⧵', '⧵', 'a␊b'];
      const batch = names.map((name, sequence) => {
        const about = { stream: name, series: name, channel: name, summary: `${name} and "${name}" \\ x` };
        return { sequence, output: alert({ ...about, timeMs: sequence }) };
      });
      await sink.write(batch, going);
      const expected = [...names.slice(0, 11), ...escaped].map((name, time) => {
        return { time: time * 1e6, stream: name, series: name, channel: name, summary: `${name} and "${name}" ⧵ x` };
      });
      const asked = 'select "stream", "series", "channel", summary from surprisal_alert';
      expect(await rowsOf(server, database, asked)).toEqual(expected);
    });

    test('numbers come back to the last bit, from the smallest to the greatest', async () => {
      const { server, database, config } = await way();
      const sink = await opened(config);
      const values = [0.1 + 0.2, 1e21, 5e-324, Number.MAX_VALUE, -1.5e-7, 1 / 3, 2 ** 53, 0];
      const batch = values.map((value, sequence) => ({ sequence, output: alert({ value, timeMs: sequence }) }));
      await sink.write(batch, going);
      const rows = await rowsOf(server, database, 'select value from surprisal_alert');
      expect(rows.map(({ value }) => value)).toEqual(values);
    });
  });

  test('scores of one series and one time are all there, and still are when they are delivered again', async () => {
    const database = await newDatabase(open);
    const sink = await opened({ api: 'v1', url: open.url, database });
    const series = ['a', 'b', 'a', 'a', 'b', 'a'];
    const batch = series.map((name, sequence) => ({ sequence, output: score({ series: name, score: sequence }) }));
    const ask = async () => {
      const rows = await rowsOf(open, database, "select score from surprisal_score where channel = 'inside'");
      return rows.map(({ score: found }) => found).sort();
    };
    await sink.write(batch.slice(0, 2), going);
    await sink.write(batch.slice(2, 4), going);
    await sink.write(batch.slice(3, 6), going);
    expect(await ask()).toEqual([0, 1, 2, 3, 4, 5]);
    await (await opened({ api: 'v1', url: open.url, database })).write(batch, going);
    expect(await ask()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('a batch is cut into requests of the size that is set, each full but the last', async () => {
    const database = await newDatabase(open);
    const { url, close, requests } = await bridge(open, { org: 'home', bucket: 'b', token: TOKEN, database });
    onTestFinished(close);
    const sink = await opened({ api: 'v2', url, org: 'home', bucket: 'b', token: TOKEN, batch: 40 });
    expect(sink.batch).toBe(40);
    await sink.write(numbered(0, 100), going);
    expect(requests.map((lines) => lines.split('\n').length)).toEqual([40, 40, 20]);
    await sink.write([], going);
    expect(requests).toHaveLength(3);
  });

  test('a retention policy is written to where one is named', async () => {
    const database = await newDatabase(open);
    await open.query(`CREATE RETENTION POLICY "long time" ON ${database} DURATION INF REPLICATION 1`);
    const sink = await opened({ api: 'v1', url: `${open.url}/`, database, retention_policy: 'long time' });
    await sink.write(numbered(0, 3), going);
    expect(await rowsOf(open, database, 'select summary from surprisal_alert')).toEqual([]);
    expect(await rowsOf(open, database, 'select summary from "long time".surprisal_alert')).toHaveLength(3);
  });
});

test('a key of the other api is refused, and the address takes no login', () => {
  const parse = (config: object) => influxdb.config.safeParse({ kind: 'influxdb', url: 'http://h', ...config }).success;
  expect(parse({ api: 'v1', database: 'd' })).toBe(true);
  expect(parse({ api: 'v2', bucket: 'b', token: 't' })).toBe(true);
  expect(parse({ api: 'v1', database: 'd', token: 't' })).toBe(false);
  expect(parse({ api: 'v3', bucket: 'b', token: 't' })).toBe(false);
  for (const url of ['http://user:pass@h', 'http://h?u=a', 'http://h#a', 'ftp://h', 'h:8086']) {
    expect(parse({ api: 'v1', database: 'd', url })).toBe(false);
  }
});

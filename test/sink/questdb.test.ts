import { expect, onTestFinished, test } from 'vitest';
import { influxdb } from '../../src/sink/influxdb/influxdb.ts';
import { describeWith } from '../servers/program.ts';
import { questdb, startQuestDb } from '../servers/questdb.ts';
import { until } from '../servers/until.ts';
import { alert, going, score } from './outputs.ts';

const BASE_MS = Date.UTC(2026, 0, 5);
/** What escapes go wrong with: each is a tag's value, and part of a text. A backslash in a tag is lost in QuestDB alone. */
const SERIES = ['plain', 'with space', 'comma,here', 'a=b', 'quote"d', 'Zürich 📈', "it's"];

describeWith([questdb], 'QuestDB, a second reader of our line protocol', () => {
  test('has every score and alert with its tags, numbers, texts and time', { timeout: 120_000 }, async () => {
    const server = await startQuestDb();
    onTestFinished(() => server.stop());
    const options = { kind: 'influxdb', api: 'v2', url: server.url, bucket: 'any', token: 'any-token' };
    const sink = await influxdb.open(influxdb.config.parse(options));
    onTestFinished(() => sink.close());
    const outputs = SERIES.flatMap((series, n) => [
      score({ series, timeMs: BASE_MS + n, pValue: 1 / (n + 3) }),
      alert({ series, timeMs: BASE_MS + n, summary: `back\\slash ${n} of ${series}` }),
    ]);
    await sink.write(
      outputs.map((output, sequence) => ({ sequence, output })),
      going,
    );
    const counted = async (table: string) => Number((await server.rows(`select count() from ${table}`))[0][0]);
    await until('QuestDB shows them', 60_000, async () => (await counted('surprisal_alert')) === SERIES.length);
    const alerts = await server.rows('select series, summary, timestamp from surprisal_alert order by timestamp');
    expect(alerts).toEqual(
      SERIES.map((series, n) => [
        series,
        `back\\slash ${n} of ${series}`,
        new Date(BASE_MS + n).toISOString().replace('Z', '000Z'),
      ]),
    );
    await until('and the scores', 60_000, async () => (await counted('surprisal_score')) >= SERIES.length);
    const scores = await server.rows('select distinct series, p_value from surprisal_score order by p_value desc');
    expect(scores).toEqual(SERIES.map((series, n) => [series, 1 / (n + 3)]));
  });
});

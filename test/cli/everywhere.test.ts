import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { alertmanager, startAlertmanager } from '../servers/alertmanager.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { influxd, startInfluxdb } from '../servers/influxdb.ts';
import { describeWith } from '../servers/program.ts';
import { prometheus, startPrometheus } from '../servers/prometheus.ts';
import { startSurprisal } from '../servers/surprisal.ts';
import { until } from '../servers/until.ts';
import { rowsOf } from '../sink/influxdb-server.ts';
import { type Receiver, receiver } from '../sink/receiver.ts';

const SECRET = `whsec_${Buffer.from('a secret of 24 bytes, ok').toString('base64')}`;
/**
 * `fixtures/streams/thermostat.truth.jsonl`: the sensor of home-002 drifts from 21:00 on the 14th; from 13:15 on the 15th its furnace gives nothing, until
 * 00:45 the next day. It takes a day for the house and its means to be what they were.
 */
const HOME = 'home-002';
const BEGAN = '2026-01-15T13';
const BEFORE = '2026-01-15T00:00';
const DURING = '2026-01-15T14:00';
const AFTER = '2026-01-17T00:00';

const lines = readFileSync('fixtures/streams/thermostat.jsonl', 'utf8').trimEnd().split('\n');
const between = (from: string, to: string) =>
  lines.filter((line) => line.slice(9) >= from && line.slice(9) < to).map((line) => `${line}\n`);

/** The stream of `config/thermostat.yaml`, from a file that grows. */
function thermostat(path: string) {
  return {
    source: { kind: 'file', path, follow: true },
    decode: { key: '/home', time: { at: '/time' } },
    channels: {
      setpoint: { unit: '°C', resolution: 0.5, aggregate: 'last', score: false },
      outside: { unit: '°C', resolution: 0.1, score: false },
      inside: { unit: '°C', resolution: 0.1, min_deviation: { absolute: 0.5 } },
      hvac: { resolution: 0.01, valid: [0, 1], min_deviation: { absolute: 0.2 } },
    },
    window: { kind: 'tumbling', size: '5m' },
    features: { zone: 'America/New_York', season: '1d' },
    alert: { budget: '1/week/series', keep_firing: '1h' },
  };
}

/** Alerts of Alertmanager's bodies that are about the incident, as they came. */
function notices({ received }: Receiver, began = BEGAN) {
  const alerts = received.flatMap(({ body }) => JSON.parse(body).alerts);
  return alerts.filter(({ labels, startsAt }) => labels.series === HOME && startsAt.startsWith(began));
}

const statuses = (place: Receiver) => [...new Set(notices(place).map(({ status }) => status))];

describeWith([influxd, prometheus, alertmanager], 'with every server', () => {
  test('a furnace that fails is reported everywhere: InfluxDB, Prometheus, Alertmanager and through it a receiver, a webhook; and so is its end', async () => {
    const folder = newFolder('everywhere');
    const path = join(folder, 'thermostat.jsonl');
    writeFileSync(path, between('', BEFORE).join(''));
    const [behind, hook] = [await receiver(), await receiver()];
    const [influxdb, manager] = await Promise.all([startInfluxdb(), startAlertmanager({ webhookUrl: behind.url })]);
    await influxdb.query('CREATE DATABASE home');
    const program = await startSurprisal({
      streams: { thermostat: thermostat(path) },
      sinks: {
        history: { kind: 'influxdb', api: 'v1', url: influxdb.url, database: 'home' },
        alertmanager: { kind: 'alertmanager', url: manager.url, resend_every: '1s' },
        hook: { kind: 'webhook', url: hook.url, allow_private: true, secrets: [SECRET] },
      },
    });
    const scraper = await startPrometheus({ targets: [program.address] });
    onTestFinished(async () => {
      await Promise.all([program, scraper, manager, influxdb].map((server) => server.stop()));
      removeFolder(folder);
    });
    const firing = async () => Number((await scraper.query('surprisal_alerts_firing'))[0]?.value[1]);
    const active = async () => {
      const response = await fetch(`${manager.url}/api/v2/alerts?filter=series="${HOME}"`);
      return (await response.json()) as readonly { readonly startsAt: string; readonly annotations: object }[];
    };
    const since = (day: string) =>
      rowsOf(
        influxdb,
        'home',
        `select state, id, summary from surprisal_alert where "series" = '${HOME}' and time > '${day}'`,
      );
    const stored = () => since('2026-01-15');
    const open = () => notices(behind, '').at(-1)?.status === 'firing';
    // An alert with the labels of one that Alertmanager has just sent would not be sent again.
    await until('what was found in the days before is over', 60_000, async () => {
      const steps = await since('2026-01-05');
      return steps.at(-1)?.state === 'resolved' && (await active()).length === 0 && !open();
    });
    appendFileSync(path, between(BEFORE, DURING).join(''));

    const began = async () => (await active()).filter(({ startsAt }) => startsAt.startsWith(BEGAN));
    await until('it fires at Alertmanager', 60_000, async () => (await began()).length > 0);
    // What was found in the days before is over.
    expect(await active()).toEqual(await began());
    await until('the receiver behind it has it', 20_000, async () => notices(behind).length > 0);
    await until('the webhook has it', 20_000, async () => notices(hook).length > 0);
    await until('it is in the scrape', 20_000, async () => (await firing()) === 1);
    await until('it is in InfluxDB', 20_000, async () => (await stored()).length > 0);
    expect([statuses(behind), statuses(hook)]).toEqual([['firing'], ['firing']]);

    appendFileSync(path, between(DURING, AFTER).join(''));
    await until('the receiver has the end', 60_000, async () => statuses(behind).includes('resolved'));
    await until('the webhook has the end', 20_000, async () => statuses(hook).includes('resolved'));
    await until('nothing is in the scrape', 20_000, async () => (await firing()) === 0);
    await until('its end is in InfluxDB', 20_000, async () => (await stored()).at(-1)?.state === 'resolved');
    expect(await active()).toEqual([]);

    for (const { headers, body } of hook.received) new Webhook(SECRET).verify(body, { ...headers });
    expect(new Set(hook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(hook.received.length);
    const ids = [...notices(behind).map(({ annotations }) => annotations.id), ...(await stored()).map(({ id }) => id)];
    expect(new Set([...ids, ...notices(hook).map(({ fingerprint }) => fingerprint)]).size).toBe(1);
  }, 240_000);
});

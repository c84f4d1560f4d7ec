import { once } from 'node:events';
import { appendFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { type Influxdb, influxd, startInfluxdb } from '../servers/influxdb.ts';
import { freePort } from '../servers/ports.ts';
import { describeWith } from '../servers/program.ts';
import { type Prometheus, prometheus, startPrometheus } from '../servers/prometheus.ts';
import { type Surprisal, startSurprisal } from '../servers/surprisal.ts';
import { until } from '../servers/until.ts';
import { flipBit } from '../state/flip-bit.ts';
import { hastened } from './hastened.ts';
import { readRules } from './rules.ts';

const rules = readRules('deploy/prometheus/rules.yml');

let folder: string;
let well: Surprisal;
let ill: Surprisal;
let server: Prometheus;
let influxdb: Influxdb;
let receiver: Server;
let garbling: NodeJS.Timeout;

const machine = {
  source: { kind: 'simulate', world: 'machine', machines: 2, fault_rate: 0, speed: 60 },
  decode: { key: '/machine', time: { at: '/time' } },
  channels: { vibration: { resolution: 0.01 } },
  window: { kind: 'event' },
  network: { hidden: 2, steps: 4 },
};

/** A stream for each thing that can be wrong with one. */
function illStreams() {
  const followed = (name: string) => ({
    ...machine,
    source: { kind: 'file', path: join(folder, name), follow: true },
    decode: { key: 'id' },
    channels: { value: {} },
  });
  return {
    dry: followed('dry.jsonl'),
    garbled: followed('garbled.jsonl'),
    wrong: { ...machine, decode: { key: '/machine', time: { at: '/time', format: 'epoch_s' } } },
    slow: { ...machine, source: { ...machine.source, interval: '500ms', speed: 0.5 } },
    strangers: { ...machine, decode: { key: '/time', time: { at: '/time' } } },
    loud: {
      ...machine,
      source: { ...machine.source, calm: '20m', fault_rate: 200, speed: 7_200 },
      alert: { budget: '1/week', keep_firing: '1s' },
    },
  };
}

const line = (minute: number) =>
  `${JSON.stringify({ id: 'a', time: new Date(6e4 * minute).toISOString(), value: 1 })}\n`;

/** The address of a receiver that answers with the status that its path names. */
async function answering(): Promise<string> {
  const port = await freePort();
  receiver = createServer(({ url = '' }, response) => response.writeHead(Number(url.slice(1))).end());
  await once(receiver.listen(port, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${port}`;
}

/** A database in which the bits of a score are text in the week that the simulated streams begin: there it takes no number for them. */
async function knowBitsAsText({ url, query }: Influxdb): Promise<void> {
  await query('CREATE DATABASE picky');
  const body = `surprisal_score bits="many" ${Date.parse('2026-01-05T06:00:00Z')}`;
  const { status } = await fetch(`${url}/write?db=picky&precision=ms`, { method: 'POST', body });
  expect(status).toBe(204);
}

/** `alertname`, and what it is about. */
async function firing(): Promise<readonly string[]> {
  const alerts = await server.query('ALERTS{alertstate="firing"}');
  return alerts.map(
    ({ metric: { alertname, stream, sink, instance } }) => `${alertname} ${stream ?? sink ?? instance}`,
  );
}

const fires = (alert: string) => until(`${alert} fires`, 45_000, async () => (await firing()).includes(alert));

describeWith([prometheus, influxd], 'on a real Prometheus, when the thing really breaks', () => {
  beforeAll(async () => {
    folder = newFolder('rules-fire');
    writeFileSync(join(folder, 'rules.yml'), hastened(rules));
    writeFileSync(join(folder, 'dry.jsonl'), line(0));
    writeFileSync(join(folder, 'garbled.jsonl'), line(0));
    influxdb = await startInfluxdb();
    await knowBitsAsText(influxdb);
    well = await startSurprisal({
      state: { checkpoint_interval: '1s', backup_interval: '1s' },
      streams: { well: { ...machine, source: { ...machine.source, speed: 600 } } },
      sinks: { file: { kind: 'jsonl', path: 'out.jsonl' } },
    });
    const webhook = { kind: 'webhook', allow_private: true };
    const address = await answering();
    ill = await startSurprisal({
      state: { checkpoint_interval: '1d', checkpoint_records: 100_000_000, backup_interval: '1s' },
      streams: illStreams(),
      sinks: {
        full: { kind: 'jsonl', path: '/dev/full', outputs: ['score'] },
        gone: { ...webhook, url: `${address}/410` },
        down: { ...webhook, url: `${address}/500` },
        picky: { kind: 'influxdb', api: 'v1', url: influxdb.url, database: 'picky', streams: ['slow'] },
      },
    });
    server = await startPrometheus({ targets: [well.address, ill.address], rules: [join(folder, 'rules.yml')] });
    let minute = 0;
    garbling = setInterval(() => appendFileSync(join(folder, 'garbled.jsonl'), `${line(++minute)}{"id": "a",\n`), 200);
  });
  afterAll(async () => {
    clearInterval(garbling);
    receiver?.close();
    await Promise.all([server?.stop(), well?.stop(), ill?.stop(), influxdb?.stop()]);
    removeFolder(folder);
  });

  test.each([
    ['NoRecords', 'dry', 'nothing is appended to a file'],
    ['RecordsDropped', 'garbled', 'every second line is torn'],
    ['NothingUsable', 'wrong', 'the mapping reads times in another format'],
    ['FallingBehind', 'slow', 'a sender lives at half the speed of time'],
    ['WarmUpStuck', 'strangers', 'the key names the message instead of the sensor'],
    ['BudgetOverspent', 'loud', 'machines break all the time'],
    ['CheckpointTooOld', 'loud', 'the state is saved once a day'],
    ['DeliveryFailing', 'full', 'a sink’s disk is full'],
    ['DeliveryRefused', 'picky', 'a sink knows a field under another type'],
    ['DeliveryWaiting', 'down', 'a receiver answers 500'],
    ['DeliveryOff', 'gone', 'a receiver says that it is gone for good'],
    ['DeliveryQueueGrowing', 'full', 'a sink takes nothing'],
  ])(
    'Surprisal%s fires for %s: %s',
    async (alert, about) => {
      await fires(`Surprisal${alert} ${about}`);
    },
    60_000,
  );

  test('SurprisalReloadFailed fires: a faulty configuration is asked for', async () => {
    writeFileSync(join(ill.folder, 'config.yaml'), 'streams: { a: { sorce: 1 } }\n');
    ill.process.signal('SIGHUP');
    await fires(`SurprisalReloadFailed ${ill.address}`);
  }, 60_000);

  test('SurprisalBackupFailing fires: a file is in the place of the backups', async () => {
    const backups = join(ill.folder, 'state/backups');
    renameSync(backups, join(ill.folder, 'moved'));
    writeFileSync(backups, '');
    await fires(`SurprisalBackupFailing ${ill.address}`);
  }, 60_000);

  test('nothing fires for a program and a stream that are well', async () => {
    expect((await firing()).filter((alert) => alert.endsWith(' well') || alert.endsWith(well.address))).toEqual([]);
  });

  test('SurprisalStateFellBack fires: a bit of the state flipped while the program was down', async () => {
    await until('there is a backup', 20_000, async () => readdirSync(join(well.folder, 'state/backups')).length > 0);
    await well.process.end('SIGKILL');
    flipBit(join(well.folder, 'state'));
    await well.restart();
    await fires(`SurprisalStateFellBack ${well.address}`);
  }, 60_000);

  test('SurprisalDown fires: the process is gone', async () => {
    await well.process.end('SIGKILL');
    await fires(`SurprisalDown ${well.address}`);
  }, 60_000);
});

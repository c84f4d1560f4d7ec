import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Surprisal, startSurprisal } from '../servers/surprisal.ts';
import { until } from '../servers/until.ts';

const room = {
  source: { kind: 'simulate', world: 'machine', machines: 2, fault_rate: 0, speed: 600 },
  decode: { key: '/machine', time: { at: '/time' } },
  channels: { vibration: { resolution: 0.01 } },
  window: { kind: 'event' },
  network: { hidden: 2, steps: 4 },
};
const to = (path: string) => ({ kind: 'jsonl', path, outputs: ['score'] });

interface Given {
  readonly sinks: object;
  readonly stream?: object;
  readonly token?: string;
  readonly log?: object;
}

let program: Surprisal;

const at = (name: string) => join(program.folder, name);
const said = () => program.process.logTail();
const sequences = (name: string): readonly number[] =>
  readFileSync(at(name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).sequence);
const metric = async (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await program.metrics())?.[1]);
const succeeded = () => metric('surprisal_config_last_reload_successful');

function configuration({ sinks, stream = {}, token = 'token-one', log = {} }: Given) {
  return {
    state: { commit_interval: '50ms' },
    server: { token },
    log: { level: 'info', ...log },
    streams: { room: { ...room, ...stream } },
    sinks,
  };
}

/** Writes the file anew, as a person would who leaves the rest alone. */
function rewrite(given: Given): void {
  const before = JSON.parse(readFileSync(at('config.yaml'), 'utf8'));
  const { state, server, ...rest } = configuration(given);
  const kept = { state: { ...before.state, ...state }, server: { ...before.server, ...server } };
  writeFileSync(at('config.yaml'), JSON.stringify({ ...kept, ...rest }));
}

async function post(token: string): Promise<readonly [status: number, body: string]> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${program.url}/-/reload`, { method: 'POST', headers });
  return [answer.status, await answer.text()];
}

beforeEach(async () => {
  program = await startSurprisal(configuration({ sinks: { out: to('one.jsonl') } }));
  await until('something is delivered', 20_000, async () => sequences('one.jsonl').length > 10);
});
afterEach(() => program.stop());

test('SIGHUP takes other sinks in: what is delivered continues where it was, and scoring never stops', async () => {
  rewrite({ sinks: { out: to('two.jsonl'), more: to('more.jsonl') } });
  const before = await metric('surprisal_config_last_reload_success_timestamp_seconds');
  program.process.signal('SIGHUP');
  await until('the new sinks are served', 20_000, async () => said().includes('configuration reloaded'));
  await until('they are delivered to', 20_000, async () => sequences('two.jsonl').length > 20);
  expect(said()).toContain('sinks.out.path');
  expect(await metric('surprisal_config_last_reload_success_timestamp_seconds')).toBeGreaterThan(before);
  await program.process.end('SIGTERM');
  const [one, two, more] = ['one.jsonl', 'two.jsonl', 'more.jsonl'].map(sequences);
  const count = two[two.length - 1] + 1;
  const delivered = [...new Set([...one, ...two])];
  expect(delivered).toEqual(Array.from({ length: count }, (_, sequence) => sequence));
  // A sink that is new is given what the outbox still has.
  expect(more).toEqual(Array.from({ length: count }, (_, sequence) => sequence));
}, 60_000);

test('a faulty file keeps the old configuration, and says so in the log and in a metric, until it is mended', async () => {
  const before = readFileSync(at('config.yaml'));
  writeFileSync(at('config.yaml'), 'streams:\n  room: { sorce: 1 }\n');
  program.process.signal('SIGHUP');
  await until('the metric says so', 20_000, async () => (await succeeded()) === 0);
  expect(said()).toContain('configuration rejected; still running the previous one: config.yaml:2:');
  expect(said()).toContain('source');
  const count = sequences('one.jsonl').length;
  await until('the old sink is served on', 20_000, async () => sequences('one.jsonl').length > count);
  writeFileSync(at('config.yaml'), before);
  program.process.signal('SIGHUP');
  await until('it is mended', 20_000, async () => (await succeeded()) === 1);
}, 60_000);

test('POST /-/reload asks for the token, names each key that only a restart can change, and changes none of it', async () => {
  expect((await post('wrong'))[0]).toBe(401);
  rewrite({ sinks: { out: to('two.jsonl') }, stream: { alert: { for: '5m' }, emit: { scores: 'alerts' } } });
  const [status, body] = await post('token-one');
  expect([status, JSON.parse(body).detail]).toEqual([
    400,
    'streams.room.alert.for, streams.room.emit.scores: only a restart can change these',
  ]);
  expect(await succeeded()).toBe(0);
  const count = sequences('one.jsonl').length;
  await until('the old sink is served on', 20_000, async () => sequences('one.jsonl').length > count);
}, 60_000);

test('a sink that cannot be opened is named, and the old ones are served on', async () => {
  rewrite({ sinks: { out: to('one.jsonl'), bad: to('no/such/folder/out.jsonl') } });
  expect(await post('token-one')).toEqual([400, expect.stringContaining('sinks.bad: ')]);
  const count = sequences('one.jsonl').length;
  await until('the old sink is served on', 20_000, async () => sequences('one.jsonl').length > count);
}, 60_000);

test('the token and the level of the log change at once', async () => {
  rewrite({ sinks: { out: to('one.jsonl') }, token: 'token-two', log: { level: 'error' } });
  const statuses = [];
  for (const token of ['token-one', 'token-one', 'token-two']) statuses.push((await post(token))[0]);
  expect(statuses).toEqual([200, 401, 200]);
  expect(said().match(/configuration reloaded/g)).toHaveLength(1);
  for (const secret of ['token-one', 'token-two']) expect(said()).not.toContain(secret);
}, 60_000);

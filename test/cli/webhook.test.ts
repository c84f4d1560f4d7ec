import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { alertmanager, startAlertmanager } from '../servers/alertmanager.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { describeWith } from '../servers/program.ts';
import { receiver } from '../sink/receiver.ts';
import { type Ended, surprisal } from './program.ts';

const SECRET = `whsec_${Buffer.from('a secret of 24 bytes, ok').toString('base64')}`;
const TOKEN = 'token-of-four-words';

/** `surprisal webhook test pager` with this sink of that name. */
async function tested(sink: object, ...words: readonly string[]): Promise<Ended> {
  const folder = newFolder('webhook-test');
  onTestFinished(() => removeFolder(folder));
  const config = join(folder, 'c.yaml');
  const home = { source: { kind: 'simulate', world: 'thermostat' }, channels: { inside: {} } };
  const file = { kind: 'jsonl', path: join(folder, 'out.jsonl') };
  writeFileSync(config, JSON.stringify({ streams: { home }, sinks: { pager: sink, file } }));
  return await surprisal([...(words.length > 0 ? words : ['webhook', 'test', 'pager']), '-c', config]);
}

test('a test alert goes out like any other, and what was sent and answered is shown without its secrets', async () => {
  const { url, received } = await receiver(() => ({ status: 202, headers: { 'x-says': `hello ${TOKEN}` } }));
  const sink = { kind: 'webhook', url: `${url}/hook/${TOKEN}`, allow_private: true, secrets: [SECRET] };
  const { code, out, err } = await tested({ ...sink, headers: { authorization: `Bearer ${TOKEN}` } });
  expect([code, err]).toEqual([0, '']);
  expect(received).toHaveLength(1);
  const [{ headers, body, path } = Object(undefined)] = received;
  expect(path).toBe(`/hook/${TOKEN}`);
  expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(new Webhook(SECRET).verify(body, headers)).toMatchObject({
    commonLabels: { test: 'true', stream: 'test' },
    commonAnnotations: { summary: expect.stringContaining('This is a test') },
  });
  expect(out).toContain(`> POST ${url}\n`);
  expect(out).toContain('> authorization: ***\n');
  expect(out).toContain(`> webhook-id: ${headers['webhook-id']}\n`);
  expect(out).toContain(`> ${body}\n`);
  expect(out).toContain('< 202 Accepted\n');
  expect(out).toContain('< x-says: hello ***\n');
  expect(out).toContain('< said the receiver\n\ntaken\n');
  for (const secret of [TOKEN, SECRET]) expect(out).not.toContain(secret);
});

test('a refusal is shown, named on standard error, and is the exit code', async () => {
  const { url } = await receiver(({ path }) => Number(path.slice(1)));
  const refusing = (status: number) => tested({ kind: 'webhook', url: `${url}/${status}`, allow_private: true });
  const down = await refusing(500);
  expect([down.code, down.err]).toEqual([
    1,
    `surprisal: ${url}: it answers 500 Internal Server Error [sink/unavailable] The sink is not available; Surprisal retries.\n`,
  ]);
  expect(down.out).toContain('< 500 Internal Server Error\n');
  expect(down.out).toMatch(/\nnot taken\n$/);
  expect((await refusing(404)).code).toBe(78);
});

test('a private address is refused before anything is sent', async () => {
  const { received, url } = await receiver();
  const { code, err } = await tested({ kind: 'webhook', url });
  expect(code).toBe(78);
  expect(err).toContain('sinks.pager.url: a private address, which must be allowed: `allow_private: true`');
  expect(received).toEqual([]);
});

test('a name that is no sink, and a sink that has no test, are reported', async () => {
  const sink = { kind: 'webhook', url: 'https://hooks.example/x' };
  const misspelt = await tested(sink, 'webhook', 'test', 'pagr');
  expect([misspelt.code, misspelt.err]).toEqual([2, expect.stringContaining('did you mean "pager"?')]);
  const file = await tested(sink, 'sink', 'test', 'file');
  expect([file.code, file.err]).toEqual([2, expect.stringContaining('a sink of kind jsonl has no test')]);
});

test('a run tells a webhook that fails at every level of its log, and none of its secrets', async () => {
  const folder = newFolder('webhook-log');
  onTestFinished(() => removeFolder(folder));
  const { url, received } = await receiver(() => 500);
  const path = join(folder, 'home.jsonl');
  const lines = readFileSync('fixtures/streams/thermostat.jsonl', 'utf8').split('\n');
  writeFileSync(path, lines.slice(0, 900).join('\n'));
  const home = {
    source: { kind: 'file', path },
    decode: { key: '/home', time: { at: '/time' } },
    channels: { inside: {}, hvac: {} },
    window: { kind: 'event' },
    network: { hidden: 4, steps: 4, engine: 'wasm' },
    alert: { budget: '10/day/series' },
  };
  const common = { kind: 'webhook', allow_private: true, secrets: [SECRET], retries: ['1ms'] };
  const pager = { ...common, url: `${url}/hook/${TOKEN}?key=${TOKEN}`, headers: { authorization: `Bearer ${TOKEN}` } };
  const whole = {
    server: { enabled: false },
    log: { level: 'trace', format: 'json' },
    state: { folder: join(folder, 'state') },
  };
  writeFileSync(join(folder, 'c.yaml'), JSON.stringify({ ...whole, streams: { home }, sinks: { pager } }));
  const { code, out, err } = await surprisal(['run', '-c', join(folder, 'c.yaml')]);
  expect(code).toBe(0);
  const codes = err
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).code);
  const count = (wanted: string) => codes.filter((each) => each === wanted).length;
  expect(count('sink/given-up')).toBeGreaterThan(0);
  expect(count('sink/unavailable')).toBe(count('sink/given-up'));
  expect(received).toHaveLength(2 * count('sink/given-up'));
  for (const secret of [TOKEN, SECRET, '/hook']) expect(out + err).not.toContain(secret);
});

describeWith([alertmanager], 'with a real Alertmanager', () => {
  test('the test alert fires there', async () => {
    const manager = await startAlertmanager();
    onTestFinished(() => manager.stop());
    const { code, out } = await tested({ kind: 'alertmanager', url: manager.url }, 'sink', 'test', 'pager');
    expect([code, out]).toEqual([0, expect.stringContaining('< 200 OK\n')]);
    const response = await fetch(`${manager.url}/api/v2/alerts`);
    expect(await response.json()).toMatchObject([{ labels: { test: 'true' }, status: { state: 'active' } }]);
  });
});

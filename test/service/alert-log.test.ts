import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Live } from '../../src/live/live.ts';
import { pageOptions } from '../../src/live/options.ts';
import { AlertLog } from '../../src/service/alert-log.ts';
import { alert } from '../sink/outputs.ts';

const newPath = () => join(mkdtempSync(join(tmpdir(), 'surprisal-alert-log-')), 'alerts.jsonl');
const numbered = (n: number) => alert({ id: n.toString(16).padStart(16, '0'), startMs: n, summary: `number ${n}` });

/** A run: its page, and how it ends. */
async function run(path: string, most = 500) {
  const warnings: unknown[] = [];
  const log = new AlertLog(path, { warn: (...said: unknown[]) => void warnings.push(said) });
  const channels = [{ name: 'inside', unit: '°C' }];
  const live = new Live([{ name: 'thermostat', channels }], pageOptions.parse({}));
  live.restore(await log.open(most), (changed) => log.add(changed));
  return { live, warnings, end: () => log.close() };
}

test('an alert is known after a restart as it was last, and goes through its next step', async () => {
  const path = newPath();
  const first = await run(path);
  first.live.emitted('thermostat', [alert({ severity: 'warning' }), alert({ revision: 1 })]);
  await first.end();
  const second = await run(path);
  expect(second.live.alert(alert().id)).toMatchObject({ state: 'firing', severity: 'critical', unit: '°C' });
  expect(second.live.pulse().firing).toBe(1);
  second.live.emitted('thermostat', [alert({ revision: 2, state: 'resolved', endMs: 9e12 })]);
  await second.end();
  const third = await run(path);
  expect(third.live.alert(alert().id)).toMatchObject({ state: 'resolved', steps: [{}, {}, {}] });
});

test('the file is shortened to the newest alerts when most of it is no longer needed', async () => {
  const path = newPath();
  const first = await run(path);
  first.live.emitted(
    'thermostat',
    Array.from({ length: 50 }, (_, n) => numbered(n)),
  );
  await first.end();
  const second = await run(path, 10);
  await second.end();
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(10);
  expect(second.live.alerts.map(({ summary }) => summary)).toContain('number 49');
});

test('a line that a crash has torn is left out', async () => {
  const path = newPath();
  const first = await run(path);
  first.live.emitted('thermostat', [numbered(1), numbered(2)]);
  await first.end();
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20));
  const second = await run(path);
  expect(second.live.alerts.map(({ summary }) => summary)).toEqual(['number 1']);
  second.live.emitted('thermostat', [numbered(3)]);
  await second.end();
  expect((await run(path)).live.alerts.map(({ summary }) => summary)).toEqual(['number 1', 'number 3']);
});

test('where the file cannot be written the page goes without it, and says so once', async () => {
  const { live, warnings, end } = await run('/proc/none/alerts.jsonl');
  live.emitted('thermostat', [numbered(1), numbered(2)]);
  await end();
  expect(live.alerts).toHaveLength(2);
  expect(warnings).toHaveLength(1);
});

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runConfig } from '../../src/cli/run.ts';
import { scoreboard } from '../../src/cli/scoreboard.ts';
import { loadPrintable } from '../../src/config/load.ts';
import type { AlertOutput } from '../../src/event/output.ts';
import { DAY_MS } from '../../src/event/time.ts';
import type { Truth } from '../../src/simulate/truth.ts';
import { TruthLedger } from '../../src/simulate/truth.ts';
import { worlds } from '../../src/simulate/worlds.ts';

const WORLD = { homes: 3, days: 20, calm: '3d', fault_rate: 0.4 };
const START = Date.parse('2026-01-05T05:00:00Z');
const DAYS = 20;

function folderOf(): string {
  return mkdtempSync(join(tmpdir(), 'surprisal-scoreboard-'));
}

/** Runs homes until so many records are read, in the folder; what the scoreboard said. */
async function run(folder: string, records?: number): Promise<readonly string[]> {
  const path = join(folder, 'config.yaml');
  const source = { kind: 'simulate', world: 'thermostat', ...WORLD, ...(records ? { max_records: records } : {}) };
  const config = {
    server: { enabled: false },
    log: { level: 'silent' },
    state: { folder: join(folder, 'state') },
    streams: {
      home: {
        source,
        decode: { key: '/home', time: { at: '/time' } },
        channels: { inside: { resolution: 0.1 }, hvac: { resolution: 0.01 } },
        window: { kind: 'tumbling', size: '5m' },
        network: { hidden: 4, steps: 4, engine: 'wasm' },
        alert: { budget: '3/week/series' },
      },
    },
    sinks: { file: { kind: 'jsonl', path: join(folder, 'alerts.jsonl'), outputs: ['alert'] } },
  };
  writeFileSync(path, JSON.stringify(config));
  const lines: string[] = [];
  const load = () => loadPrintable(path, {});
  await runConfig(load, (loaded) => [scoreboard(loaded, (line) => lines.push(line))]);
  return lines;
}

/** Faults and alarms up to the end of the last day that is over, counted from the files alone. */
function expected(folder: string, truths: readonly Truth[]): string {
  const untilMs = START + (DAYS - 1) * DAY_MS;
  const text = readFileSync(join(folder, 'alerts.jsonl'), 'utf8');
  const alerts: readonly AlertOutput[] = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const raised = alerts.filter(
    ({ state, revision, timeMs }) => state === 'firing' && revision === 0 && timeMs <= untilMs,
  );
  const within = ({ series, timeMs }: AlertOutput, after: number) =>
    truths.some((truth) => truth.series === series && timeMs >= truth.startMs && timeMs <= truth.endMs + after);
  const found = truths.filter(({ series, startMs, endMs }) =>
    raised.some((alert) => alert.series === series && alert.timeMs >= startMs && alert.timeMs <= endMs + 300_000),
  );
  const wrong = raised.filter((alert) => !within(alert, 300_000 + DAY_MS / 2));
  return `home day ${DAYS - 1}: ${truths.length} faults so far: ${found.length} found, ${wrong.length} false alarm${wrong.length === 1 ? '' : 's'}`;
}

/** Of the same world, up to the end of the last day that is over. */
function truthOf(): readonly Truth[] {
  const [thermostat] = worlds.filter(({ name }) => name === 'thermostat');
  const ledger = new TruthLedger();
  for (const event of thermostat.generate(thermostat.options.parse(WORLD))) {
    if (event.timeMs < START + (DAYS - 1) * DAY_MS) ledger.see(event);
  }
  return ledger.records();
}

test('once a day it says what the truth and the alerts add up to; a restart in between changes nothing of it', {
  timeout: 120_000,
}, async () => {
  const whole = folderOf();
  const lines = await run(whole);
  expect(lines).toHaveLength(DAYS - 1);
  expect(lines.map((line) => /^home day (\d+):/.exec(line)?.[1])).toEqual(lines.map((_, day) => String(day + 1)));
  expect(lines[0]).toMatch(/^home day 1: 0 faults so far: 0 found, \d+ false alarms?$/);
  const truths = truthOf();
  expect(truths.length).toBeGreaterThan(10);
  const [counts] = lines.slice(-1)[0].split(/, \d+ under way/);
  const underWay = Number(/, (\d+) under way/.exec(lines.slice(-1)[0])?.[1] ?? 0);
  const all = expected(whole, truths);
  expect(counts).toBe(all.replace(`${truths.length} faults`, `${truths.length - underWay} faults`));
  expect(counts).not.toMatch(/: 0 found, 0 false/);

  const halves = folderOf();
  // In the middle of day 11.
  const first = await run(halves, 3 * 288 * 10 + 400);
  const second = await run(halves);
  expect(first).toHaveLength(10);
  expect([...first, ...second]).toEqual(lines);
});

test('where it begins late, it says from which day on it counts', { timeout: 60_000 }, async () => {
  const folder = folderOf();
  await run(folder, 3 * 288 * 5 + 400);
  // As after a version that had no scoreboard: its file is not there.
  writeFileSync(join(folder, 'state', 'scoreboard.jsonl'), '');
  const [first] = await run(folder);
  expect(first).toMatch(/^home day 6: .*, counted from day 6 on$/);
});

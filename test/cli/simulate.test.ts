import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulateCommand } from '../../src/cli/simulate.ts';
import { Failure } from '../../src/errors/failure.ts';
import { worlds } from '../../src/simulate/worlds.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...flags: string[]): Promise<void> {
  const program = new Command('surprisal').addCommand(simulateCommand());
  await program.parseAsync(['simulate', ...flags], { from: 'user' });
}

function lines(text: string): string[] {
  return text.trimEnd().split('\n');
}

test('every world has a command with a flag for each of its options', () => {
  const { commands } = simulateCommand();
  expect(commands.map((command) => command.name())).toEqual(worlds.map(({ name }) => name));
  worlds.forEach(({ options }, at) => {
    const flags = commands[at].options.map((option) => option.attributeName());
    const wanted = Object.keys(options.shape).map((key) => key.replace(/_./g, (pair) => pair[1].toUpperCase()));
    expect(flags).toEqual(expect.arrayContaining(wanted));
  });
});

test('writes the stream, and the truth beside it', async () => {
  const out = join(folder, 'homes.jsonl');
  await run('thermostat', '--homes', '2', '--days', '10', '--fault-rate', '0.5', '--seed', '7', '--out', out);
  const stream = lines(await readFile(out, 'utf8')).map((line) => JSON.parse(line));
  expect(stream.length).toBe(2 * 10 * 288);
  expect(stream[0]).toMatchObject({ home: 'home-001', time: '2026-01-05T05:00:00.000Z' });
  const truth = lines(await readFile(join(folder, 'homes.truth.jsonl'), 'utf8')).map((line) => JSON.parse(line));
  expect(truth.length).toBeGreaterThan(0);
  for (const record of truth) {
    const shown = stream.filter(
      ({ home, time }) => home === record.series && time >= record.start && time <= record.end,
    );
    expect(shown.length).toBeGreaterThanOrEqual(record.events);
  }
});

test('writes CSV with a header, and an empty cell where a value is missing', async () => {
  const out = join(folder, 'people.csv');
  await run(
    'wearable',
    '--people',
    '1',
    '--days',
    '2',
    '--format',
    'csv',
    '--out',
    out,
    '--truth',
    join(folder, 'output.jsonl'),
  );
  const rows: Record<string, string>[] = parse(await readFile(out, 'utf8'), { columns: true });
  expect(rows.length).toBe(2 * 1_440);
  expect(Object.keys(rows[0])).toEqual(['time', 'person', 'heart_rate', 'steps', 'skin_temperature']);
  expect(rows.some(({ heart_rate }) => heart_rate === '')).toBe(true);
  expect(await readFile(join(folder, 'output.jsonl'), 'utf8')).toBe('');
});

test('takes a list of faults, and a duration', async () => {
  const out = join(folder, 'machines.jsonl');
  const flags = ['--faults', 'stuck,noise', '--interval', '1m', '--calm', '1h', '--fault-rate', '24', '--days', '2'];
  await run('machine', ...flags, '--out', out);
  const truth = lines(await readFile(join(folder, 'machines.truth.jsonl'), 'utf8')).map((line) => JSON.parse(line));
  expect(new Set(truth.map(({ fault }) => fault))).toEqual(new Set(['stuck', 'noise']));
});

describe('refuses, and says which flag', () => {
  test.each([
    [['thermostat', '--homes', 'many'], '--homes'],
    [['thermostat', '--homes', '-1'], '--homes'],
    [['market', '--faults', 'rain'], '--faults'],
    [['market', '--interval', '5'], '--interval'],
    [['accounts', '--start', 'yesterday'], '--start'],
    [['machine', '--forever', '--out', 'x.jsonl'], '--forever'],
  ])('%j', async (flags, where) => {
    const failure = await run(...flags).catch((cause: unknown) => cause);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'cli/bad-flag', where });
  });

  test('a file that cannot be written', async () => {
    const out = join(folder, 'absent', 'x.jsonl');
    await expect(run('market', '--days', '1', '--out', out)).rejects.toMatchObject({
      code: 'cli/unwritable',
      where: out,
    });
  });
});

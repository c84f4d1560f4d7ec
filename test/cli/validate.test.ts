import process from 'node:process';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { schemaCommand } from '../../src/cli/schema.ts';
import { validateCommand } from '../../src/cli/validate.ts';
import { statistics } from '../../src/statistic/statistics.ts';

let out = '';
let err = '';
beforeEach(() => {
  [out, err] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(...flags: string[]): Promise<typeof process.exitCode> {
  const program = new Command('surprisal').addCommand(validateCommand()).addCommand(schemaCommand());
  await program.parseAsync(flags, { from: 'user' });
  return process.exitCode;
}

describe('validate', () => {
  test('says of a valid file what it holds', async () => {
    expect(await run('validate', 'config/thermostat.yaml')).toBeUndefined();
    expect(out).toContain('config/thermostat.yaml: valid\n');
    expect(out).toContain(
      'stream thermostat: setpoint, outside, inside, hvac (simulate, tumbling window, 32 hidden units)',
    );
    expect(err).toBe('');
  });

  test('reports each fault of each file on a line of its own, checks the others all the same, and exits with 78', async () => {
    const files = ['fixtures/config/misspelt-deep.yaml', 'config/machine.yaml', 'fixtures/config/none.yaml'];
    expect(await run('validate', ...files)).toBe(78);
    expect(err.trimEnd().split('\n')).toEqual([
      'fixtures/config/misspelt-deep.yaml:7:16: unknown key "hiden" in streams.home.network; did you mean "hidden"?',
      'fixtures/config/none.yaml: there is no such file',
    ]);
    expect(out).toContain('config/machine.yaml: valid');
  });

  test('prints with --print what is in force, defaults and all', async () => {
    await run('validate', '--print', 'config/market.yaml');
    const { streams, server } = parse(out);
    expect(server).toMatchObject({ enabled: true, host: '127.0.0.1', port: 8321 });
    expect(streams.market.features).toMatchObject({ season: '1d', sessions: { open: '9:30', close: '16:00' } });
    expect(streams.market.alert).toEqual({
      for: '0s',
      keep_firing: '10m',
      critical_below: 0.1,
      budget: '3/week',
      after_rows: 150,
      statistics: statistics.map(({ kind }) => kind),
    });
  });
});

describe('schema', () => {
  test('prints the JSON Schema, or the reference', async () => {
    await run('schema');
    expect(JSON.parse(out).properties.streams).toBeDefined();
    out = '';
    await run('schema', '--reference');
    expect(out).toMatch(/^# Configuration\n/);
  });
});

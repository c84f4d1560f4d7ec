import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enginesHere } from '../../src/pipeline/run/engines.ts';
import { Place, record, surprisal } from '../cli/program.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const ROWS = 900;
const FAULT = { from: 1_400, to: 1_412 };

/** A bundle of an alert that a run with this engine raised. */
async function bundleOf(engine: string): Promise<string> {
  const place = new Place();
  const lines = Array.from({ length: 2 * ROWS }, (_, n) => {
    const line = record(n >> 1, n % 2 === 0 ? 'a' : 'b');
    return n >= FAULT.from && n < FAULT.to ? line.replace(/"value":\d+/, '"value":1000') : line;
  });
  writeFileSync(place.source, lines.join('\n'));
  const config = place.configure({
    stream: ['window: { kind: event }', 'alert: { budget: 10/day }'],
    state: ['commit_records: 100', 'checkpoint_records: 300'],
    engine,
  });
  expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
  const folder = place.at('state/bundles');
  return path.join(folder, readdirSync(folder)[0]);
}

// An unpacked archive has no repository to clone.
describe.skipIf(!existsSync(path.join(ROOT, '.git')))('a fresh clone', () => {
  const clone = newFolder('clone');
  const bundles = new Map<string, string>();
  const engines = enginesHere().map(({ kind }) => kind);

  beforeAll(async () => {
    const cloned = spawnSync('git', ['clone', '--quiet', '--depth', '1', `file://${ROOT}`, clone], {
      encoding: 'utf8',
    });
    expect([cloned.status, cloned.stderr]).toEqual([0, '']);
    // What `npm ci` installs: the lock file is the same.
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(clone, 'node_modules'));
    const built = spawnSync(process.execPath, ['deploy/prepare.mjs'], { cwd: clone, encoding: 'utf8' });
    expect([built.status, built.stdout]).toEqual([0, expect.any(String)]);
    for (const engine of engines) bundles.set(engine, await bundleOf(engine));
  }, 600_000);
  afterAll(() => removeFolder(clone));

  const pairs = engines.flatMap((made) => engines.map((replayed) => ({ made, replayed })));
  test.each(pairs)('replays with $replayed what $made scored: the same', ({ made, replayed }) => {
    const command = ['dist/cli/main.js', 'replay', bundles.get(made) ?? '', '--quiet', '--engine', replayed];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: clone, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, expect.stringContaining('alert ')]);
    if (made !== replayed) expect(stderr).toContain(`engine ${replayed} rounds otherwise than ${made}`);
    const end =
      made === replayed ? /: the same to the bit$/ : /the same (to the bit|but for rounding \(\S+ of the bits\))$/;
    const alerts = stderr.split('\n').filter((text) => text.startsWith('alert '));
    expect(alerts.length).toBeGreaterThan(0);
    for (const line of alerts) expect(line).toMatch(end);
  });
});

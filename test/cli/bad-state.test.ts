import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { flipBit } from '../state/flip-bit.ts';
import { Place, record, surprisal } from './program.ts';

const ROWS = 3_000;

function records(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => `${record(from + i)}\n`).join('');
}

/** What an undisturbed run of all records gives. */
async function undisturbed(): Promise<Place> {
  const place = new Place();
  writeFileSync(place.source, records(0, ROWS));
  expect(await surprisal(['run', '-c', place.configure({})])).toMatchObject({ code: 0 });
  return place;
}

/** Puts a file system of this size over the state folder, until the test ends; false where this user may not. */
function mountSmall(folder: string, size: string): boolean {
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return true;
}

describe('a full disk', () => {
  test('ends the run by name with 1; with room again it continues, and nothing is lost or repeated', {
    timeout: 90_000,
  }, async (context) => {
    const place = new Place();
    if (!mountSmall(place.at('state'), '1m')) return context.skip('mounting a small disk takes root');
    writeFileSync(place.source, records(0, ROWS));
    const config = place.configure({ state: ['commit_records: 50', 'checkpoint_records: 50', 'backups: 0'] });
    const full = await surprisal(['run', '-c', config]);
    expect(full.code).toBe(1);
    expect(full.err).toContain('[state/disk-full]');
    expect(full.err).toContain(place.at('state'));
    expect(full.err).not.toContain('bug');

    execFileSync('mount', ['-o', 'remount,size=64m', place.at('state')]);
    expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
    expect(place.outputs('score')).toEqual((await undisturbed()).outputs('score'));
  });
});

describe('a state with one flipped bit', () => {
  test('without a whole copy ends the start by name with 1', { timeout: 60_000 }, async () => {
    const place = new Place();
    writeFileSync(place.source, records(0, 500));
    const config = place.configure({ state: ['backups: 0'] });
    expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
    flipBit(place.at('state'));
    const { code, err } = await surprisal(['run', '-c', config]);
    expect([code, err]).toEqual([1, expect.stringContaining('[state/corrupt]')]);
    expect(err).toContain(place.at('state/live'));
    const again = await surprisal(['run', '-c', config]);
    expect([again.code, again.err]).toEqual([code, err]);
  });

  test('gives way to its copy, says so, and scores what comes after as if undamaged', { timeout: 90_000 }, async () => {
    const place = new Place();
    const config = place.configure({ state: ['commit_records: 50', 'backup_interval: 1ms', 'backups: 2'] });
    writeFileSync(place.source, records(0, 1_000));
    expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
    flipBit(place.at('state'));
    writeFileSync(place.source, records(0, ROWS));
    const { code, err } = await surprisal(['run', '-c', config]);
    expect([code, err]).toEqual([0, expect.stringContaining('[state/corrupt]')]);
    expect(place.outputs('score')).toEqual((await undisturbed()).outputs('score'));
  });
});

test('of more keys than a stream keeps the state holds no more than it keeps', {
  timeout: 90_000,
}, async () => {
  const place = new Place();
  const KEYS = 100_000;
  writeFileSync(place.source, Array.from({ length: KEYS }, (_, i) => `${record(i / 60_000, `key ${i}`)}\n`).join(''));
  const stream = ['series: { max: 64 }', 'emit: { scores: alerts }'];
  const config = place.configure({ stream, state: ['backups: 0'] });
  expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
  writeFileSync(place.source, `${readFileSync(place.source)}${record(10, 'key 0')}\n`);
  const { code, err } = await surprisal(['run', '-c', config]);
  expect([code, err]).toEqual([0, expect.stringContaining('"series":64')]);
  rmSync(place.folder, { recursive: true });
});

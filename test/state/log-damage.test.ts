import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logDamage } from '../../src/state/log-damage.ts';
import { commitAll, opened, temporaryFolder } from './sample.ts';

/** A log of 300 commits, some blocks long. */
async function writtenLog(): Promise<{ readonly live: string; readonly path: string; readonly bytes: Buffer }> {
  const folder = temporaryFolder();
  const { store } = await opened(folder);
  await commitAll(store, 'a', 0, 300);
  await store.close();
  const live = join(folder, 'live');
  const [name] = readdirSync(live).filter((each) => each.endsWith('.log'));
  const path = join(live, name);
  return { live, path, bytes: readFileSync(path) };
}

test('a log that LevelDB wrote is whole, and so is one that a crash cut off anywhere', async () => {
  const { live, path, bytes } = await writtenLog();
  expect(bytes.length).toBeGreaterThan(2 * 32_768);
  for (let length = bytes.length; length > 0; length -= 997) {
    writeFileSync(path, bytes.subarray(0, length));
    expect(await logDamage(live)).toBeUndefined();
  }
});

test('a flipped bit in a record of a log is found, and the file named', async () => {
  const { live, path, bytes } = await writtenLog();
  for (let at = 6; at < bytes.length - 1_000; at += 4_999) {
    const flipped = Buffer.from(bytes);
    flipped[at] ^= 4;
    writeFileSync(path, flipped);
    expect(await logDamage(live), `byte ${at}`).toContain(`${path}@`);
  }
});

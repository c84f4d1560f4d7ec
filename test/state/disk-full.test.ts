import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { entriesAfter, nthChanges, nthCommit, opened, restoredWhole, temporaryFolder } from './sample.ts';

/** A file system of this size that is gone after the test; undefined where this user may not mount one. */
function tinyDisk(size: string): string | undefined {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

test('a full disk stops the commits by name, and what was committed is there when there is room again', async (context) => {
  const folder = tinyDisk('4m');
  if (folder === undefined) return context.skip('mounting a tiny disk takes root');
  const { store } = await opened(folder);
  const ballast = new Uint8Array(100_000);
  let done = 0;
  const fill = async () => {
    for (;;) {
      const changes = new Map([...nthChanges(done), [`ballast ${done}`, ballast] as const]);
      await store.checkpoint('a', changes, () => nthCommit(done));
      done++;
    }
  };
  await expect(fill()).rejects.toMatchObject({ code: 'state/disk-full' });
  await expect(store.commit('a', nthCommit(done))).rejects.toMatchObject({ code: 'state/disk-full' });
  await store.close();
  expect(done).toBeGreaterThan(10);

  execFileSync('mount', ['-o', 'remount,size=64m', folder]);
  const again = await opened(folder);
  const { entries, offset } = await restoredWhole(again.store, 'a');
  expect(offset).toBe(done);
  expect(new Map([...entries].filter(([name]) => name.startsWith('series')))).toEqual(entriesAfter(done));
  await again.store.close();
});

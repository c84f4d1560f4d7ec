import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { compiled } from './compiled.ts';
import { entriesAfter, nthOutput, opened, restoredWhole, temporaryFolder } from './sample.ts';

/** Starts the loop of commits, and kills it this long after it began to write. */
async function runAndKill(program: string, folder: string, afterMs: number): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), ended]);
  // The moment of the kill is what is tried here, so time itself is waited for.
  await setTimeout(afterMs);
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
}

/** Kills a loop of commits so many times, and expects after each that state, outbox and offset agree. */
export async function killedAtAnyMoment(kills: number, commits: number): Promise<void> {
  const program = join(compiled(['src', 'test/state']), 'test/state/commit-loop.js');
  const random = new Random(7);
  const folder = temporaryFolder();
  let before = 0;
  // A slow machine commits less between two kills: it is killed more often, so that there are as many commits.
  for (let kill = 0; kill < kills || (before <= commits && kill < 5 * kills); kill++) {
    await runAndKill(program, folder, random.next() * 60);
    const { store, events } = await opened(folder);
    const { entries, offset } = await restoredWhole(store, 'a');
    expect(offset).toBeGreaterThanOrEqual(before);
    expect(entries).toEqual(entriesAfter(offset));
    const outbox = await store.read('a', 's', 0, 1_000_000);
    const first = outbox[0]?.sequence ?? offset;
    expect(outbox).toEqual(
      Array.from({ length: offset - first }, (_, i) => ({ sequence: first + i, output: nthOutput(first + i) })),
    );
    const cursor = await store.cursor('a', 'file');
    expect(cursor).toBeLessThanOrEqual(offset);
    expect(cursor).toBeGreaterThanOrEqual(first);
    expect(events).toEqual([]);
    await store.close();
    before = offset;
  }
  expect(before).toBeGreaterThan(commits);
}

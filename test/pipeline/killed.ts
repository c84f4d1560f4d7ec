import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { keys } from '../../src/state/keys.ts';
import { openLevel } from '../../src/state/level.ts';
import { openFolder } from '../../src/state/open.ts';
import { encode } from '../../src/store/codec.ts';
import type { Store } from '../../src/store/store.ts';
import { fixtureStreams } from '../detector/fixture-streams.ts';
import { compiled } from '../state/compiled.ts';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures/streams');
/** Lines of the thermostat's file before which nothing came for eight hours. */
const TICKS_AT = [60, 61, 300, 301, 302, 900, 1_500, 2_000, 2_600, 3_050];

/** A state folder. */
export async function opened(folder: string): Promise<Store> {
  return await openFolder({ folder, backup_interval: 3_600_000, backups: 0 }, { now: () => 0, report: () => {} });
}

/** A new empty folder. */
export function stateFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'surprisal-killed-'));
}

/** A new state whose log has ticks, as after a fall-back: each is to happen in its place. */
async function folderWithTicks(): Promise<string> {
  const folder = stateFolder();
  await (await opened(folder)).close();
  const lines = readFileSync(path.join(FIXTURES, 'thermostat.jsonl'), 'utf8').split('\n');
  const level = await openLevel(path.join(folder, 'live'));
  for (const [number, at] of TICKS_AT.entries()) {
    const offset = lines.slice(0, at).join('\n').length + 1;
    const silentMs = Date.parse(JSON.parse(lines[at - 1]).time) + 8 * 3_600_000 + number;
    const key = keys.tick('thermostat', number);
    await level.put(key, encode(key, { number, offset, silentMs }));
  }
  await level.close();
  return folder;
}

/** Runs the program in a state folder; killed `afterMs` after its commit number `commits`, or left to end. */
export async function run(
  program: string,
  folder: string,
  kill?: { readonly commits: number; readonly afterMs: number },
): Promise<boolean> {
  const child = spawn(process.execPath, [program, FIXTURES, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let seen = 0;
  child.stdout.on('data', async (text: Buffer) => {
    seen += text.toString().split('\n').length - 1;
    if (kill === undefined || seen < kill.commits) return;
    // The moment of the kill is what is tried here, so time itself is waited for.
    await setTimeout(kill.afterMs);
    child.kill('SIGKILL');
  });
  const [code, signal] = await ended;
  expect(code === 0 || signal === 'SIGKILL').toBe(true);
  return signal === 'SIGKILL';
}

/** Every task's outbox, from its first output to its last, as text. */
export async function outboxes(folder: string, tasks: readonly string[]): Promise<string> {
  const store = await opened(folder);
  const texts: string[] = [];
  for (const task of tasks) {
    const committed = await store.read(task, 's', 0, 1_000_000);
    texts.push(...committed.map(({ sequence, output }) => `${task} ${sequence} ${JSON.stringify(output)}`));
  }
  await store.close();
  return texts.join('\n');
}

/**
 * Kills an embedded run of the fixture streams, with ticks, at so many random moments, and lets it end. Resolves with what
 * it left in its outboxes, what an undisturbed run left, and how often it was killed.
 */
export async function killedAtMoments(kills: number) {
  const out = compiled(['src', 'test/detector', 'test/pipeline', 'test/state']);
  const program = path.join(out, 'test/pipeline/embedded-run.js');
  const tasks = Object.keys(fixtureStreams);
  const undisturbed = await folderWithTicks();
  await run(program, undisturbed);

  const random = new Random(2026);
  const folder = await folderWithTicks();
  let killed = 0;
  for (let i = 0; i < kills; i++) {
    if (await run(program, folder, { commits: 1 + random.int(9), afterMs: random.next() * 12 })) killed++;
  }
  await run(program, folder);
  return { expected: await outboxes(undisturbed, tasks), left: await outboxes(folder, tasks), killed };
}

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RejectOutput } from '../../src/event/output.ts';
import { openFolder, type StateEvent } from '../../src/state/open.ts';
import type { StateOptions } from '../../src/state/options.ts';
import type { Commit, Store, TaskStore } from '../../src/store/store.ts';

/** What a restore says of ticks where there were none. */
export const noTicks = { ticks: [], ticked: 0, lastSeenMs: undefined };

/** A new empty folder. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'surprisal-state-'));
}

/** A task whose n-th commit is known: entries come, change and go, and it emits one output each. */
export function nthCommit(n: number): Commit {
  return { outputs: [nthOutput(n)], offset: n + 1 };
}

/** What the n-th commit changes in the state. */
export function nthChanges(n: number): ReadonlyMap<string, Uint8Array | null> {
  const changes = new Map<string, Uint8Array | null>([[`series ${n % 7}`, bytesOf(n)]]);
  if (n % 5 === 4) changes.set(`series ${(n + 3) % 7}`, null);
  return changes;
}

/** The output of the n-th commit. */
export function nthOutput(n: number): RejectOutput {
  return { kind: 'reject', stream: 's', reason: 'late', message: `commit ${n}`, offset: n, record: '' };
}

/** The entries after the first `count` commits. */
export function entriesAfter(count: number): ReadonlyMap<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>();
  for (let n = 0; n < count; n++) {
    for (const [entry, bytes] of nthChanges(n)) {
      if (bytes === null) entries.delete(entry);
      else entries.set(entry, bytes);
    }
  }
  return entries;
}

/** The commits from `from` to `to`, exclusive, each a checkpoint. */
export async function commitAll(store: Store, task: string, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) await store.checkpoint(task, nthChanges(n), () => nthCommit(n));
}

/** What a task is restored from, its entries all at once. */
export async function restoredWhole(store: TaskStore, task: string) {
  const { entries, ...place } = await store.restore(task);
  const whole = new Map<string, Uint8Array>();
  for await (const some of entries) {
    for (const [name, bytes] of some) {
      if (bytes === null) whole.delete(name);
      else whole.set(name, bytes);
    }
  }
  return { entries: whole, ...place };
}

/** A store in this folder, and what it reported. */
export async function opened(
  folder: string,
  options: Partial<StateOptions> & { readonly now?: () => number } = {},
): Promise<{ readonly store: Store; readonly events: StateEvent[] }> {
  const { now = () => 0, ...rest } = options;
  const events: StateEvent[] = [];
  const settings = { folder, backup_interval: 3_600_000, backups: 0, ...rest };
  return { store: await openFolder(settings, { now, report: (event) => events.push(event) }), events };
}

function bytesOf(n: number): Uint8Array {
  return new Uint8Array(40).map((_, i) => (n * 31 + i * 7) & 255);
}

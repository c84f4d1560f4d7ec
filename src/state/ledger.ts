import { Failure } from '../errors/failure.ts';
import type { Plain } from '../event/plain.ts';
import type { EpochMs } from '../event/time.ts';
import { decode } from '../store/codec.ts';
import { fingerprint, unseal } from '../store/seal.ts';
import type { Tick } from '../store/tick.ts';
import { FOLDER_VERSION, keys, META, parseKey } from './keys.ts';
import { guarded, type Level } from './level.ts';

/** What a commit writes beside the entries: how far the task is, and what its entries must add up to. */
export type Head = {
  readonly offset: number;
  /** Offset of the entries; the same where absent. */
  readonly checkpoint?: number;
  /** Number of the checkpoint whose entries count, and no later one's; 0 where absent. */
  readonly generation?: number;
  /** Next sequence of the outbox. */
  readonly next: number;
  /**
   * Next number of a tick: those below are committed; and those below `checkpointTicked` are part of the entries. 0
   * where absent.
   */
  readonly ticked?: number;
  readonly checkpointTicked?: number;
  /** Wall clock when the newest observation was taken in. */
  readonly heardMs?: EpochMs;
  /**
   * Of the source, with the offset. Before it there was none an offset in a followed file began at 0 with each file
   * that was rotated.
   */
  readonly bookmark?: Plain;
  readonly entries: number;
  /** Sum of the entries' fingerprints modulo 2³²: a commit that LevelDB lost in the middle of its log is noticed. */
  readonly sum: number;
};

/** An entry as it was last written: by which checkpoint, and the fingerprint of its seal. */
export interface Version {
  readonly generation: number;
  readonly fingerprint: number;
}

/** What is known in memory of one task. ~130 bytes an entry. */
export interface Ledger {
  head: Head;
  /** First sequence still in the outbox. */
  trimmed: number;
  /** By number, all that a restore might need. */
  ticks: readonly Tick[];
  /** Of each entry, the one that counts. */
  readonly versions: Map<string, Version>;
}

/** Of a task that never committed. */
export function newLedger(): Ledger {
  return { head: { offset: 0, next: 0, entries: 0, sum: 0 }, trimmed: 0, ticks: [], versions: new Map() };
}

/** What a database holds. */
export interface Inspected {
  readonly tasks: ReadonlyMap<string, Ledger>;
  /** Keys of entries that count no more, or never did: a checkpoint was cut short. */
  readonly leftovers: readonly string[];
}

interface Found extends Ledger {
  readonly sequences: number[];
  readonly leftovers: string[];
}

/**
 * Reads the whole database and checks it: every seal, the sum over each task's entries, the outbox without a gap.
 * O(bytes).
 * @throws Failure state/corrupt, state/foreign, naming the entry
 */
export async function inspect(level: Level): Promise<Inspected> {
  const tasks = new Map<string, Found>();
  let isState = false;
  await guarded(level.location, async () => {
    for await (const [key, value] of level.iterator()) {
      unseal(key, value, key === META ? FOLDER_VERSION : undefined);
      if (key === META) isState = true;
      else note(tasks, key, value);
    }
  });
  if (!isState) {
    const message = 'the state holds nothing where something was written, or is no state of Surprisal';
    throw new Failure('state/corrupt', message, { where: level.location });
  }
  for (const [task, found] of tasks) check(task, found);
  return { tasks, leftovers: [...tasks.values()].flatMap(({ leftovers }) => leftovers) };
}

/**
 * Where each task is restored from this database: the offset of its entries. O(tasks). @throws Failure state/corrupt,
 * state/foreign
 */
export async function offsets(level: Level): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  await guarded(level.location, async () => {
    for await (const [key, value] of level.iterator({ gte: 'h/', lt: 'h0' })) {
      const { offset, checkpoint = offset } = decode(key, value) as Head;
      found.set(parseKey(key).task, checkpoint);
    }
  });
  return found;
}

/** In the order of the keys: the head of a task before its entries. */
function note(tasks: Map<string, Found>, key: string, value: Uint8Array): void {
  const { holds, task, rest, generation } = parseKey(key);
  let found = tasks.get(task);
  if (found === undefined) {
    found = { ...newLedger(), sequences: [], leftovers: [] };
    tasks.set(task, found);
  }
  if (holds === 't') noteEntry(found, key, { generation, fingerprint: fingerprint(value) });
  // By number: `tick` pads it.
  if (holds === 'k') found.ticks = [...found.ticks, decode(key, value) as unknown as Tick];
  if (holds === 'o') found.sequences.push(Number(rest));
  // The seal fits: `Folder` wrote these.
  if (holds === 'h') found.head = decode(key, value) as Head;
  if (holds === 'r') found.trimmed = decode(key, value) as number;
}

/**
 * Of several versions the newest counts that is not newer than the head: others are of a checkpoint that was cut short,
 * before or after.
 */
function noteEntry({ head, versions, leftovers }: Found, key: string, version: Version): void {
  const { task, rest: entry } = parseKey(key);
  const other = versions.get(entry);
  const counts = version.generation <= (head.generation ?? 0) && version.generation >= (other?.generation ?? 0);
  if (!counts) {
    leftovers.push(key);
    return;
  }
  if (other !== undefined) leftovers.push(keys.entry(task, entry, other.generation));
  versions.set(entry, version);
}

function check(task: string, { head, trimmed, versions, sequences }: Found): void {
  let sum = 0;
  for (const each of versions.values()) sum = (sum + each.fingerprint) >>> 0;
  if (versions.size !== head.entries || sum !== head.sum) {
    const message = `the ${versions.size} entries of the task are not the ${head.entries} that were committed last`;
    throw new Failure('state/corrupt', message, { where: keys.head(task) });
  }
  const first = Math.min(trimmed, head.next);
  const gap = sequences.findIndex((sequence, i) => sequence !== first + i);
  if (gap >= 0 || sequences.length !== head.next - first) {
    const missing = first + (gap < 0 ? sequences.length : gap);
    throw new Failure('state/corrupt', 'the outbox has a gap', { where: keys.output(task, missing) });
  }
}

import type { Kafka } from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import { decode, encode } from '../store/codec.ts';
import type { Entry } from '../store/store.ts';
import { ChangelogLog, type Extent, entryKey, type LogParts } from './changelog-log.ts';
import type { Origin } from './messages.ts';
import { asPlain, isOther, META_KEY, type Meta, metaEntry, metaOf, NAMES } from './meta.ts';
import { oldChangelog, oldNames, topicNames, transactionalId } from './names.ts';
import type { Outgoing } from './record-batch.ts';
import { type TransactionOptions, Transactions } from './transactions.ts';
import { Wire } from './wire.ts';

/* Earlier versions had names that two groups could share: stream `c` of group `a-b`, and stream `b-c` of group `a`.
 * What such a task has under its old names is moved once. */

/** Whose names changed. */
export interface RenamedParts extends Omit<LogParts, 'topic' | 'partition'> {
  readonly kafka: Kafka;
  readonly origin: Origin;
  readonly transactions: Omit<TransactionOptions, 'id' | 'topics'>;
  /** Ends a move that takes long: it then throws the signal's reason. */
  readonly signal: AbortSignal;
  /** What it did that an operator should know. */
  readonly did: (what: string) => void;
}

interface Move {
  readonly from: string;
  readonly to: string;
  /** Fenced. */
  readonly transactions: Transactions;
}

/**
 * Moves the state of a task from its old names to those it has now, where that has not been done. Whoever runs under
 * the old id is fenced first, and then finds a `meta` that earlier versions refuse: no member of an earlier version can
 * commit after it. Everything is written under the old id, so of two that move at once the second fences the first; and
 * whatever a move that was cut short has copied counts for nothing, until one transaction writes both `meta`s.
 * @throws Failure kafka/*, or the signal's reason
 */
export async function moveRenamed(parts: RenamedParts): Promise<void> {
  const { kafka, origin, signal, transactions: options } = parts;
  const { group, stream, topic, partition, partitions } = origin;
  const to = topicNames.changelog(group, stream);
  const old = oldChangelog(group, stream);
  const oldId = oldNames.transactionalId(group, topic, partition);
  // Where it is not there, or has fewer partitions, an earlier version has left nothing.
  if (old !== undefined && partition >= (partitions.get(old) ?? 0)) return;
  if (old === undefined && oldId === transactionalId(group, topic, partition)) return;
  const shown = await shownMeta(new ChangelogLog({ ...parts, topic: to, partition }), origin);
  // With a `meta` of this version it is this task's alone; whatever else is there, its restore names.
  if (shown instanceof Failure || shown?.names === NAMES) return;
  const from = old ?? to;
  const own = new Wire(kafka);
  try {
    await own.connect([from, to]);
    // Another group's, whose members have that id by right: they are not fenced for nothing.
    const found = await shownMeta(new ChangelogLog({ ...parts, wire: own, topic: from, partition }), origin);
    if (found instanceof Failure) return parts.did(`takes over nothing of ${from}/${partition}: ${found.message}`);
    const transactions = await Transactions.fence(kafka, { ...options, id: oldId, topics: [from, to] }, signal);
    await move({ ...parts, wire: own }, { from, to, transactions }).finally(() => transactions.close());
  } finally {
    await own.close();
  }
}

/** Whether an earlier version left the state of this stream in a changelog that another group may have had as well. */
export async function isLeftBy(
  kafka: Kafka,
  of: Pick<Meta, 'group' | 'stream'>,
  { topic, partitions }: { readonly topic: string; readonly partitions: number },
): Promise<boolean> {
  const wire = new Wire(kafka);
  try {
    await wire.connect([topic]);
    for (let partition = 0; partition < partitions; partition++) {
      const log = new ChangelogLog({ wire, topic, partition });
      const { sealed } = await log.newestMeta(await log.shown());
      const meta =
        sealed === undefined ? undefined : orFailure(() => metaEntry.safeParse(decode(META_KEY, sealed)).data);
      if (meta !== undefined && !(meta instanceof Failure)) return meta.group === of.group && meta.stream === of.stream;
    }
    return false;
  } finally {
    await wire.close();
  }
}

/** The newest `meta` that the leader shows; a failure where it is another's, or damaged. */
async function shownMeta(log: ChangelogLog, origin: Origin): Promise<Meta | Failure | undefined> {
  const { sealed } = await log.newestMeta(await log.shown());
  return sealed === undefined ? undefined : metaIn(sealed, origin, log.name);
}

/** Copies the entries, some at a time, and then both `meta`s at once. Does nothing where there is nothing of ours. */
async function move(parts: RenamedParts, { from, to, transactions }: Move): Promise<void> {
  const { wire, origin, did } = parts;
  const { partition } = origin;
  const where = `${from}/${partition}`;
  const source = new ChangelogLog({ ...parts, topic: from, partition });
  const extent = await source.fenced(transactions);
  const { sealed } = await source.newestMeta(extent);
  const meta = sealed === undefined ? undefined : metaIn(sealed, origin, where);
  if (meta === undefined) return;
  if (meta instanceof Failure) return did(`takes over nothing of ${where}: ${meta.message}`);
  // Of a topic that was created anew nothing is worth taking over: the restore finds the state lost.
  if (meta.names === NAMES || isOther(meta.changelog, wire.topicId(from))) return;
  const count = from === to ? 0 : await copied(parts, { from, to, transactions }, extent);
  const now = { ...meta, names: NAMES, ...(from === to ? {} : { changelog: wire.topicId(to) }) } as const;
  const value = encode(META_KEY, asPlain(now));
  const metas = [...new Set([from, to])].map((topic): Outgoing => {
    return { topic, partition, headers: [], key: META_KEY, value };
  });
  await transactions.writeAlone(where, metas);
  did(`takes over its state from earlier names: ${count} entries of ${from}, at offset ${meta.offset}`);
}

/**
 * The count of entries. What is there already is of a move that was cut short: an earlier version may have committed
 * since then, and have dropped some of it.
 */
async function copied(parts: RenamedParts, { from, to, transactions }: Move, extent: Extent): Promise<number> {
  const { partition } = parts.origin;
  const write = async (entries: readonly Entry[]) => {
    const records = entries.map(([name, value]): Outgoing => {
      return { topic: to, partition, headers: [], key: entryKey(name), value };
    });
    await transactions.writeAlone(`${to}/${partition}`, records);
  };
  const target = new ChangelogLog({ ...parts, topic: to, partition });
  const source = new ChangelogLog({ ...parts, topic: from, partition });
  const stale = new Set<string>();
  for await (const entries of target.entries(await target.fenced(transactions)))
    for (const [name] of entries) stale.add(name);
  let count = 0;
  for await (const entries of source.entries(extent)) {
    await write(entries);
    for (const [name] of entries) stale.delete(name);
    count += entries.length;
  }
  await write(Array.from(stale, (name): Entry => [name, null]));
  return count;
}

function metaIn(sealed: Uint8Array, origin: Origin, where: string): Meta | Failure {
  return orFailure(() => metaOf(sealed, origin, where));
}

/** What is wrong with a state is returned, not thrown. */
function orFailure<T>(read: () => T): T | Failure {
  try {
    return read();
  } catch (error) {
    if (error instanceof Failure && error.code.startsWith('state/')) return error;
    throw error;
  }
}

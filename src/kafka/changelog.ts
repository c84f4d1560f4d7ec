import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import { encode } from '../store/codec.ts';
import type { Commit, Entry, FrozenState, Restored, TaskStore } from '../store/store.ts';
import { ChangelogLog, type Extent, entryKey, type NewestMeta, type RestoreProgress } from './changelog-log.ts';
import { frozenEntries } from './frozen.ts';
import { type Origin, outgoing } from './messages.ts';
import { asPlain, META_KEY, type Meta, metaAfter, metaOf, NAMES, wayOn } from './meta.ts';
import { topicNames } from './names.ts';
import type { Replay } from './reader.ts';
import type { Outgoing } from './record-batch.ts';
import type { KafkaSourceOptions } from './source.ts';
import type { Transactions } from './transactions.ts';
import type { Wire } from './wire.ts';

/** What a store depends on. */
export interface ChangelogParts {
  readonly wire: Wire;
  /** Fenced. */
  readonly transactions: Transactions;
  readonly origin: Origin;
  /** Where a task without a past begins, and what an operator has decided. */
  readonly source: Pick<KafkaSourceOptions, 'start' | 'on_foreign_state' | 'on_lost_offset' | 'on_moved_offset'>;
  /** How far a long restore is. */
  readonly restoring: (progress: RestoreProgress) => void;
  readonly report: (failure: Failure) => void;
  /** What it did that an operator should know. */
  readonly did: (what: string) => void;
  /** Ends a restore that takes long: it then throws the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * The state of one task in its partition of a compacted topic. Each commit is a transaction: outputs, dead letters, the
 * state that changed, and a `meta` record with the next input offset, so that offset and state can never part. Good for
 * one fenced producer: after a failure it is thrown away with it.
 */
export class Changelog implements TaskStore {
  readonly #parts: ChangelogParts;
  readonly #topic: string;
  readonly #log: ChangelogLog;
  #meta: Meta | undefined;

  constructor(parts: ChangelogParts) {
    this.#parts = parts;
    const { group, stream, partition } = parts.origin;
    this.#topic = topicNames.changelog(group, stream);
    this.#log = new ChangelogLog({ ...parts, topic: this.#topic, partition });
  }

  /**
   * What `meta` says is known, and checked, before the first entry is read.
   * @throws Failure kafka/*, state/corrupt, state/foreign, state/lost
   */
  async restore(): Promise<Restored> {
    const log = await this.#log.fenced(this.#parts.transactions);
    const found = await this.#log.newestMeta(log);
    try {
      return await this.#continue(log, found);
    } catch (error) {
      const { on_foreign_state: onForeign } = this.#parts.source;
      const isState = error instanceof Failure && error.remedy === 'stop' && error.code.startsWith('state/');
      if (!isState || onForeign === 'stop') throw error;
      this.#parts.report(error);
      return await this.#startOver(log);
    }
  }

  async commit(_: string, commit: Commit): Promise<void> {
    await this.#write([], () => commit, false);
  }

  async checkpoint(_: string, changes: Iterable<Entry>, last: () => Commit): Promise<void> {
    await this.#write(changes, last, true);
  }

  /** By what the log says of its checkpoint, so that nothing is read before somebody asks. */
  freeze(): FrozenState {
    const before = this.#meta;
    if (before === undefined) throw new Error('a freeze before the restore');
    const { wire, origin } = this.#parts;
    // Without the signal: whoever asks may outlive the task.
    const log = new ChangelogLog({ wire, topic: this.#topic, partition: origin.partition });
    return { entries: () => frozenEntries(log, before), release: async () => {} };
  }

  next(): number {
    return this.#meta?.sequence ?? 0;
  }

  replayFrom(): number {
    return this.#meta?.checkpoint ?? 0;
  }

  /** What is replayed from the checkpoint on, and what lies there that was never read. */
  replay(): Replay {
    const { checkpoint = 0, offset = 0, records, skipped = [] } = this.#meta ?? {};
    return { from: checkpoint, until: offset, records, skipped };
  }

  /** @throws Failure where the state is another's, or gone, or an operator has to decide */
  async #continue(log: Extent, { sealed, others }: NewestMeta): Promise<Restored> {
    const { wire, origin, source } = this.#parts;
    const { group, topic, partition } = origin;
    const where = `${this.#topic}/${partition}`;
    const committed = await wire.groupOffset(group, topic, partition);
    if (sealed === undefined) {
      if (committed === undefined && !others) return await this.#startOver(log, { isNew: true });
      const message = `group ${group} is at offset ${committed?.offset} of ${topic}/${partition}, but its state is not there`;
      throw new Failure('state/lost', message, { where });
    }
    const meta = metaOf(sealed, origin, where);
    const ids = this.#ids();
    const way = wayOn(meta, { committed, inputId: ids.input, changelogId: ids.changelog }, source, where);
    if (way.kind === 'start_over') return await this.#startOver(log, { to: way.to });
    if (way.kind === 'recreated') return await this.#moveTo(meta, log, await wire.offset(topic, partition, way.at));
    this.#meta = { ...meta, ...ids };
    if (way.kind === 'skip') this.#skip(meta, way.to);
    return restored(this.#meta, this.#log.entries(log));
  }

  #ids(): Pick<Meta, 'input' | 'changelog' | 'names'> {
    const { wire, origin } = this.#parts;
    return { input: wire.topicId(origin.topic), changelog: wire.topicId(this.#topic), names: NAMES };
  }

  /** The state is kept; what an operator has moved the group past is never read. */
  #skip(meta: Meta, to: number): void {
    const { offset: from, skipped = [] } = meta;
    this.#meta = { ...meta, ...this.#ids(), skipped: [...skipped, { from, to }] };
    this.#parts.did(
      `follows the group to offset ${to}: the records from ${from} on are skipped, and the state is kept`,
    );
  }

  /** The state of the checkpoint is kept for a topic that was created anew. */
  async #moveTo(meta: Meta, log: Extent, offset: number): Promise<Restored> {
    this.#meta = { ...meta, ...this.#ids(), ticks: [], skipped: undefined, heardMs: null };
    await this.#write([], () => ({ outputs: [], offset }), true);
    const state = `the state of the checkpoint at offset ${meta.checkpoint} of the topic before it`;
    this.#parts.did(`the input was created anew: it is read from offset ${offset}, with ${state}`);
    return restored(this.#meta, this.#log.entries(log));
  }

  /**
   * Forgets what is there, and commits the place where it begins, so that a crash before the first record does not move
   * it.
   */
  async #startOver(log: Extent, { isNew = false, to }: { isNew?: boolean; to?: number } = {}): Promise<Restored> {
    const { wire, origin, source, did } = this.#parts;
    const { group, stream, topic, partition } = origin;
    const kept = new Map<string, boolean>();
    for await (const entries of this.#log.entries(log))
      for (const [name, bytes] of entries) kept.set(name, bytes !== null);
    const offset = to ?? (await wire.offset(topic, partition, source.start));
    const nothing = { sequence: 0, ticked: 0, ticks: [], heardMs: null };
    this.#meta = { group, stream, topic, partition, offset, checkpoint: offset, ...nothing, ...this.#ids() };
    const tombstones = Array.from(kept.keys(), (name): Entry => [name, null]);
    await this.#write(tombstones, () => ({ outputs: [], offset }), true);
    const forgotten = [...kept.values()].filter(Boolean).length;
    if (!isNew) did(`starts over at offset ${offset}: ${forgotten} entries of the state are forgotten`);
    return restored(this.#meta, none());
  }

  async #write(changes: Iterable<Entry>, last: () => Commit, isCheckpoint: boolean): Promise<void> {
    const { transactions, origin } = this.#parts;
    const { group, topic, partition } = origin;
    const before = this.#meta;
    if (before === undefined) throw new Error('a commit before the restore');
    let meta = before;
    const after = (commit: Commit): Meta => {
      meta = metaAfter(before, commit, isCheckpoint);
      return meta;
    };
    const records = this.#records(changes, last, after);
    await transactions.commit({ group, input: { topic, partition }, records, offset: () => meta.offset });
    this.#meta = meta;
  }

  *#records(changes: Iterable<Entry>, last: () => Commit, after: (commit: Commit) => Meta): Generator<Outgoing> {
    const { origin } = this.#parts;
    const at = { topic: this.#topic, partition: origin.partition, headers: [] };
    for (const [name, bytes] of changes) yield { ...at, key: entryKey(name), value: bytes };
    const commit = last();
    const rejected: ReadonlyMap<number, SourceRecord> = commit.rejected ?? new Map();
    for (const output of commit.outputs) yield outgoing(output, origin, rejected);
    yield { ...at, key: META_KEY, value: encode(META_KEY, asPlain(after(commit))) };
  }
}

function restored({ heardMs, ...meta }: Meta, entries: Restored['entries']): Restored {
  const { checkpoint, offset, ticks, ticked, feedback } = meta;
  return { entries, checkpoint, offset, ticks, ticked, feedback, lastSeenMs: heardMs ?? undefined };
}

async function* none(): AsyncGenerator<readonly Entry[]> {}

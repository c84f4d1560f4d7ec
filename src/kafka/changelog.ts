import { Failure } from '../errors/failure.ts';
import type { Plain } from '../event/plain.ts';
import type { SourceRecord } from '../event/record.ts';
import { decode, encode } from '../store/codec.ts';
import type { Commit, Entry, FrozenState, Restored, TaskStore } from '../store/store.ts';
import { answeredAfter, tickedAfter } from '../store/tick.ts';
import { type Log, type LogPlace, logOf, readLog } from './changelog-log.ts';
import { META_KEY, type Meta, metaEntry, STATE_PREFIX } from './changelog-meta.ts';
import { frozenEntries } from './frozen.ts';
import { type Origin, outgoing } from './messages.ts';
import { topicNames } from './names.ts';
import type { Outgoing } from './record-batch.ts';
import type { Transactions } from './transactions.ts';
import type { Fetched, Wire } from './wire.ts';

/** So many offsets from the end the newest `meta` is looked for; then so many times as many. */
const META_WITHIN = 64;
const REPORT_MS = 2_000;

/** The newest `meta`, if there is one, and whether other entries were seen on the way. */
interface Found {
  readonly sealed: Uint8Array | undefined;
  readonly others: boolean;
}

/** What a task does where its state is not what it should be, or is not there. */
export type OnForeign = 'stop' | 'start_over';

/** What a store stands on. */
export interface ChangelogParts {
  readonly wire: Wire;
  /** Fenced. */
  readonly transactions: Transactions;
  readonly origin: Origin;
  /** Where a task without a past begins. */
  readonly start: 'earliest' | 'latest';
  readonly onForeign: OnForeign;
  /** Where the group says that it stands; undefined where it never committed. */
  readonly groupOffset: () => Promise<number | undefined>;
  /** How far a long restore is. */
  readonly restoring: (progress: { readonly read: number; readonly of: number; readonly bytes: number }) => void;
  readonly report: (failure: Failure) => void;
  /** Ends a restore that takes long: it then throws the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * The state of one task in its partition of a compacted topic. Each commit is a transaction: outputs, dead letters, the state that changed,
 * and a `meta` record with the next input offset, so that offset and state can never part. Good for one fenced producer: after a failure it
 * is thrown away with it.
 */
export class Changelog implements TaskStore {
  readonly #parts: ChangelogParts;
  readonly #topic: string;
  #meta: Meta | undefined;

  constructor(parts: ChangelogParts) {
    this.#parts = parts;
    this.#topic = topicNames.changelog(parts.origin.group, parts.origin.stream);
  }

  /** What `meta` says is known, and checked, before the first entry is read. @throws Failure kafka/*, state/corrupt, state/foreign, state/lost */
  async restore(): Promise<Restored> {
    const log = await this.#log();
    const found = await this.#newestMeta(log);
    try {
      this.#meta = await this.#checked(found);
    } catch (error) {
      if (!(error instanceof Failure) || this.#parts.onForeign === 'stop' || error.remedy !== 'stop') throw error;
      this.#parts.report(error);
      return await this.#startOver(log);
    }
    if (this.#meta === undefined) return await this.#startOver(log);
    return restored(this.#meta, this.#entries(log));
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
    return { entries: () => frozenEntries(this.#parts.wire, this.#place, before), release: async () => {} };
  }

  next(): number {
    return this.#meta?.sequence ?? 0;
  }

  replayFrom(): number {
    return this.#meta?.checkpoint ?? 0;
  }

  #log(): Promise<Log> {
    return logOf(this.#parts.wire, this.#place);
  }

  get #place(): LogPlace {
    return { topic: this.#topic, partition: this.#parts.origin.partition };
  }

  #read(log: Log): AsyncGenerator<Fetched> {
    const { wire, signal } = this.#parts;
    return readLog(wire, this.#place, { ...log, signal });
  }

  /** Every transaction ends with a `meta`, so the newest is looked for from the end, ever further back: behind it may lie one that was undone. */
  async #newestMeta({ first, end }: Log): Promise<Found> {
    for (let back = META_WITHIN; ; back *= META_WITHIN) {
      const from = Math.max(first, end - back);
      const found: { sealed: Uint8Array | undefined; others: boolean } = { sealed: undefined, others: false };
      for await (const { messages } of this.#read({ first: from, end })) {
        for (const { key, value } of messages) {
          if (String(key) !== META_KEY) found.others ||= value !== null;
          // A copy: a view would keep the whole answer in memory.
          else found.sealed = value === null ? undefined : new Uint8Array(value);
        }
      }
      if (found.sealed !== undefined || from === first) return found;
    }
  }

  /** All that is there, older versions too; a compacted topic has a few. */
  async *#entries(log: Log): AsyncGenerator<readonly Entry[]> {
    const { first, end } = log;
    let [bytes, reported] = [0, performance.now()];
    for await (const { messages, next } of this.#read(log)) {
      const entries: Entry[] = [];
      for (const { key, value } of messages) {
        const name = String(key);
        if (name !== META_KEY) entries.push([name.slice(STATE_PREFIX.length), value]);
        bytes += value?.length ?? 0;
      }
      yield entries;
      if (performance.now() - reported < REPORT_MS) continue;
      this.#parts.restoring({ read: next - first, of: end - first, bytes });
      reported = performance.now();
    }
  }

  /** @throws Failure where the state is another's, or gone */
  async #checked({ sealed, others }: Found): Promise<Meta | undefined> {
    const { origin, groupOffset } = this.#parts;
    const where = `${this.#topic}/${origin.partition}`;
    if (sealed === undefined) {
      const offset = await groupOffset();
      if (offset === undefined && !others) return undefined;
      const message = `group ${origin.group} stands at offset ${offset} of ${origin.topic}/${origin.partition}, but its state is not there`;
      throw new Failure('state/lost', message, { where });
    }
    const { data, error } = metaEntry.safeParse(decode(META_KEY, sealed));
    if (error) throw new Failure('state/foreign', 'another version wrote the changelog', { where, cause: error });
    for (const key of ['group', 'stream', 'topic', 'partition'] as const) {
      if (data[key] === origin[key]) continue;
      throw new Failure('state/foreign', `it is the state of ${key} ${data[key]}, not of ${origin[key]}`, { where });
    }
    return data;
  }

  /** Forgets what is there, and commits the place where it begins, so that a crash before the first record does not move it. */
  async #startOver(log: Log): Promise<Restored> {
    const { wire, origin, start } = this.#parts;
    const { group, stream, topic, partition } = origin;
    const gone = new Set<string>();
    for await (const entries of this.#entries(log)) for (const [name] of entries) gone.add(name);
    const offset = await wire.offset(topic, partition, start);
    const nothing = { sequence: 0, ticked: 0, ticks: [], heardMs: null };
    this.#meta = { group, stream, topic, partition, offset, checkpoint: offset, ...nothing };
    const tombstones = Array.from(gone, (name): Entry => [name, null]);
    await this.#write(tombstones, () => ({ outputs: [], offset }), true);
    return restored(this.#meta, none());
  }

  async #write(changes: Iterable<Entry>, last: () => Commit, isCheckpoint: boolean): Promise<void> {
    const { transactions, origin } = this.#parts;
    const { group, topic, partition } = origin;
    const before = this.#meta;
    if (before === undefined) throw new Error('a commit before the restore');
    let meta = before;
    const after = (commit: Commit): Meta => {
      const { outputs, offset, ticks: fresh = [], heardMs = null } = commit;
      const checkpoint = isCheckpoint ? offset : before.checkpoint;
      const ticks = isCheckpoint ? [] : [...before.ticks, ...fresh];
      const ticked = tickedAfter(before.ticked, fresh);
      const feedback = answeredAfter(before.feedback, fresh);
      const sequence = before.sequence + outputs.length;
      meta = { ...before, offset, checkpoint, sequence, ticks, ticked, heardMs, feedback };
      return meta;
    };
    const records = this.#records(changes, last, after);
    await transactions.commit({ group, input: { topic, partition }, records, offset: () => meta.offset });
    this.#meta = meta;
  }

  *#records(changes: Iterable<Entry>, last: () => Commit, after: (commit: Commit) => Meta): Generator<Outgoing> {
    const { origin } = this.#parts;
    const at = { topic: this.#topic, partition: origin.partition, headers: [] };
    for (const [name, bytes] of changes) yield { ...at, key: STATE_PREFIX + name, value: bytes };
    const commit = last();
    const rejected: ReadonlyMap<number, SourceRecord> = commit.rejected ?? new Map();
    for (const output of commit.outputs) yield outgoing(output, origin, rejected);
    yield { ...at, key: META_KEY, value: encode(META_KEY, asPlain(after(commit))) };
  }
}

function restored({ heardMs, ...meta }: Meta, entries: Restored['entries']): Restored {
  const { checkpoint, offset, ticks, ticked, feedback } = meta;
  return { entries, checkpoint, offset, ticks, ticked, feedback, heardMs: heardMs ?? undefined };
}

/** Data without behaviour; what is undefined is not written. */
function asPlain(meta: Meta): Plain {
  return meta as unknown as Plain;
}

async function* none(): AsyncGenerator<readonly Entry[]> {}

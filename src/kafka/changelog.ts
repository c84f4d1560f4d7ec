import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { Output } from '../event/output.ts';
import type { SourceRecord } from '../event/record.ts';
import { decode, encode } from '../state/codec.ts';
import type { Commit, Restored, TaskStore } from '../state/store.ts';
import { type Origin, outgoing } from './messages.ts';
import { topicNames } from './names.ts';
import type { Outgoing } from './record-batch.ts';
import type { Transactions } from './transactions.ts';
import type { Wire } from './wire.ts';

const META = 'meta';
const STATE = 'state/';
const FETCH_BYTES = 8 << 20;
const FETCH_WAIT_MS = 500;
const REPORT_MS = 2_000;

const metaEntry = z.strictObject({
  group: z.string(),
  stream: z.string(),
  topic: z.string(),
  partition: z.int(),
  /** Next offset of the input. */
  offset: z.int(),
  /** Where the state stands. */
  checkpoint: z.int(),
  /** Outputs committed so far. */
  sequence: z.int(),
});

type Meta = z.infer<typeof metaEntry>;

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

  /** @throws Failure kafka/*, state/corrupt, state/foreign, state/lost */
  async restore(): Promise<Restored> {
    const entries = await this.#read();
    try {
      this.#meta = await this.#checked(entries);
    } catch (error) {
      if (!(error instanceof Failure) || this.#parts.onForeign === 'stop' || error.remedy !== 'stop') throw error;
      this.#parts.report(error);
      return await this.#startOver(entries);
    }
    if (this.#meta === undefined) return await this.#startOver(entries);
    entries.delete(META);
    const { checkpoint, offset } = this.#meta;
    const named = [...entries].map(([key, value]) => [key.slice(STATE.length), value] as const);
    return { entries: new Map(named), checkpoint, offset };
  }

  async commit(_: string, { outputs, rejected, offset, changes }: Commit): Promise<void> {
    const before = this.#meta;
    if (before === undefined) throw new Error('a commit before the restore');
    const checkpoint = changes === undefined ? before.checkpoint : offset;
    const meta = { ...before, offset, checkpoint, sequence: before.sequence + outputs.length };
    await this.#write(meta, this.#records(meta, { outputs, rejected, changes }));
  }

  next(): number {
    return this.#meta?.sequence ?? 0;
  }

  replayFrom(): number {
    return this.#meta?.checkpoint ?? 0;
  }

  /** Everything up to the last stable offset: the log ends in a marker, so it is the position that must reach it, not a record. */
  async #read(): Promise<Map<string, Uint8Array>> {
    const { wire, origin, restoring, signal } = this.#parts;
    const { partition } = origin;
    const entries = new Map<string, Uint8Array>();
    const first = await wire.offset(this.#topic, partition, 'earliest');
    const end = await wire.offset(this.#topic, partition, 'latest');
    let [bytes, reported] = [0, performance.now()];
    for (let from = first; from < end; ) {
      signal.throwIfAborted();
      const request = { topic: this.#topic, partition, from, maxBytes: FETCH_BYTES, maxWaitMs: FETCH_WAIT_MS };
      const { messages, next } = await wire.fetch(request);
      for (const { key, value } of messages) {
        const name = String(key);
        if (value === null) entries.delete(name);
        // A copy: a view would keep the whole answer in memory.
        else entries.set(name, new Uint8Array(value));
        bytes += value?.length ?? 0;
      }
      from = next;
      if (performance.now() - reported < REPORT_MS) continue;
      restoring({ read: from - first, of: end - first, bytes });
      reported = performance.now();
    }
    return entries;
  }

  /** @throws Failure where the state is another's, or gone */
  async #checked(entries: ReadonlyMap<string, Uint8Array>): Promise<Meta | undefined> {
    const { origin, groupOffset } = this.#parts;
    const where = `${this.#topic}/${origin.partition}`;
    const sealed = entries.get(META);
    if (sealed === undefined) {
      const offset = await groupOffset();
      if (offset === undefined && entries.size === 0) return undefined;
      const message = `group ${origin.group} stands at offset ${offset} of ${origin.topic}/${origin.partition}, but its state is not there`;
      throw new Failure('state/lost', message, { where });
    }
    const { data, error } = metaEntry.safeParse(decode(META, sealed));
    if (error) throw new Failure('state/foreign', 'another version wrote the changelog', { where, cause: error });
    for (const key of ['group', 'stream', 'topic', 'partition'] as const) {
      if (data[key] === origin[key]) continue;
      throw new Failure('state/foreign', `it is the state of ${key} ${data[key]}, not of ${origin[key]}`, { where });
    }
    return data;
  }

  /** Forgets what is there, and commits the place where it begins, so that a crash before the first record does not move it. */
  async #startOver(entries: ReadonlyMap<string, Uint8Array>): Promise<Restored> {
    const { wire, origin, start } = this.#parts;
    const { group, stream, topic, partition } = origin;
    const offset = await wire.offset(topic, partition, start);
    const changes = new Map(
      [...entries.keys()].filter((key) => key !== META).map((key) => [key.slice(STATE.length), null]),
    );
    const meta = { group, stream, topic, partition, offset, checkpoint: offset, sequence: 0 };
    await this.#write(meta, this.#records(meta, { outputs: [], rejected: undefined, changes }));
    return { entries: new Map(), checkpoint: offset, offset };
  }

  async #write(meta: Meta, records: Iterable<Outgoing>): Promise<void> {
    const { transactions, origin } = this.#parts;
    const { group, topic, partition } = origin;
    await transactions.commit({ group, input: { topic, partition, offset: meta.offset }, records });
    this.#meta = meta;
  }

  *#records(meta: Meta, { outputs, rejected, changes }: Omit<Commit, 'offset'>): Generator<Outgoing> {
    const { origin } = this.#parts;
    const at = { topic: this.#topic, partition: origin.partition, headers: [] };
    const none: ReadonlyMap<number, SourceRecord> = new Map();
    for (const output of outputs as readonly Output[]) yield outgoing(output, origin, rejected ?? none);
    for (const [name, bytes] of changes ?? []) yield { ...at, key: STATE + name, value: bytes };
    yield { ...at, key: META, value: encode(META, meta) };
  }
}

import { randomUUID } from 'node:crypto';
import { pause } from '../async/backoff.ts';
import { Failure } from '../errors/failure.ts';
import type { Entry } from '../store/store.ts';
import { META_KEY } from './meta.ts';
import type { Transactions } from './transactions.ts';
import type { Fetched, Wire } from './wire.ts';

/** Of the record that each start commits before it reads. */
export const BARRIER = 'barrier';
/** So long the leader may take to show that record. */
const BARRIER_MS = 10_000;
const BARRIER_PAUSE_MS = 20;
/** What the key of a state's entry begins with. */
export const STATE = 'state/';
/** So many offsets from the end the newest `meta` is looked for; then so many times as many. */
const META_WITHIN = 64;
/** Beside the state; larger answers leave more behind than they save. */
const FETCH_BYTES = 2 << 20;
const FETCH_WAIT_MS = 500;
const REPORT_MS = 2_000;
const NEVER = new AbortController().signal;

/** Offsets of a log: the first that is there, and the one to read up to; and the record that must lie before that. */
export interface Extent {
  readonly first: number;
  readonly end: number;
  readonly barrier?: string;
}

/** The newest `meta`, if there is one, and whether other entries were seen on the way. */
export interface NewestMeta {
  readonly sealed: Uint8Array | undefined;
  readonly others: boolean;
}

/** How far a long restore is: offsets read, of so many, and bytes. */
export interface RestoreProgress {
  readonly read: number;
  readonly of: number;
  readonly bytes: number;
}

/** What is read, and by whom. */
export interface LogParts {
  readonly wire: Wire;
  readonly topic: string;
  readonly partition: number;
  /** How far a long read is. */
  readonly restoring?: (progress: RestoreProgress) => void;
  /** Ends it: it then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The key of an entry of the state. */
export function entryKey(name: string): string {
  return STATE + name;
}

/** One partition of a changelog, to be read. Every method throws Failure kafka/*, or the signal's reason. */
export class ChangelogLog {
  readonly #parts: LogParts;

  constructor(parts: LogParts) {
    this.#parts = parts;
  }

  /** `topic/partition` */
  get name(): string {
    return `${this.#parts.topic}/${this.#parts.partition}`;
  }

  /** All that its leader shows, which need not be all that there is. */
  async shown(): Promise<Extent> {
    const { wire, topic, partition } = this.#parts;
    const end = await wire.offset(topic, partition, 'latest');
    return { first: await wire.offset(topic, partition, 'earliest'), end };
  }

  /**
   * Commits a record of this very start, with all replicas in sync, and waits until the leader shows it. A leader that
   * is cut off from the controller can do neither, and would show an old end of the log.
   */
  async fenced(transactions: Transactions): Promise<Extent> {
    const { wire, topic, partition, signal } = this.#parts;
    const barrier = `${transactions.author}/${randomUUID()}`;
    const record = { topic, partition, key: BARRIER, value: barrier, headers: [] };
    const end = (await transactions.writeAlone(`${topic}/${partition}`, [record])) + 1;
    for (const giveUpAt = performance.now() + BARRIER_MS; ; await pause(BARRIER_PAUSE_MS, signal ?? NEVER)) {
      signal?.throwIfAborted();
      const shown = await wire.offset(topic, partition, 'latest');
      if (shown >= end) break;
      if (performance.now() > giveUpAt) throw this.#notShown(`its leader shows ${shown} records of ${end}`);
    }
    return { first: await wire.offset(topic, partition, 'earliest'), end, barrier };
  }

  /**
   * Every transaction ends with a `meta`, so the newest is looked for from the end, ever further back: behind it may
   * lie one that was undone.
   */
  async newestMeta(extent: Extent): Promise<NewestMeta> {
    const { first, end } = extent;
    for (let back = META_WITHIN; ; back *= META_WITHIN) {
      const from = Math.max(first, end - back);
      const found: { sealed: Uint8Array | undefined; others: boolean } = { sealed: undefined, others: false };
      for await (const { messages } of this.read({ ...extent, first: from })) {
        for (const { key, value } of messages) {
          if (String(key) === BARRIER) continue;
          if (String(key) !== META_KEY) found.others ||= value !== null;
          // A copy: a view would keep the whole answer in memory.
          else found.sealed = value === null ? undefined : new Uint8Array(value);
        }
      }
      if (found.sealed !== undefined || from === first) return found;
    }
  }

  /** All that is there, older versions too; a compacted topic has a few. */
  async *entries(extent: Extent): AsyncGenerator<readonly Entry[]> {
    const { first, end } = extent;
    let [bytes, reported] = [0, performance.now()];
    for await (const { messages, next } of this.read(extent)) {
      const entries: Entry[] = [];
      for (const { key, value } of messages) {
        const name = String(key);
        if (name !== META_KEY && name !== BARRIER) entries.push([name.slice(STATE.length), value]);
        bytes += value?.length ?? 0;
      }
      yield entries;
      if (performance.now() - reported < REPORT_MS) continue;
      this.#parts.restoring?.({ read: next - first, of: end - first, bytes });
      reported = performance.now();
    }
  }

  /**
   * What is committed there, an answer at a time. The position must reach the end, and the barrier must be there:
   * whatever end of the log a broker reports, what was read is then all of it.
   */
  async *read({ first, end, barrier }: Extent): AsyncGenerator<Fetched> {
    const { wire, topic, partition, signal } = this.#parts;
    let isThere = barrier === undefined;
    for (let from = first; from < end; ) {
      signal?.throwIfAborted();
      const request = { topic, partition, from, maxBytes: FETCH_BYTES, maxWaitMs: FETCH_WAIT_MS };
      const fetched = await wire.fetch(request);
      isThere ||= fetched.messages.some(({ key, value }) => String(key) === BARRIER && String(value) === barrier);
      from = fetched.next;
      yield fetched;
    }
    if (!isThere) throw this.#notShown(`offset ${end - 1} holds another record`);
  }

  #notShown(what: string): Failure {
    const message = `the changelog does not hold what this start committed: ${what}`;
    return new Failure('kafka/unavailable', message, { where: this.name });
  }
}

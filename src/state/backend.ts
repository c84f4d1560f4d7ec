import type { Failure } from '../errors/failure.ts';
import type { EpochMs } from '../event/time.ts';
import type { Source } from '../source/source.ts';
import type { Backend, OpenPartition, OutboxPartition, SharedOutbox, TopicPartition } from '../store/backend.ts';
import type { Store } from '../store/store.ts';
import { openFolder, type StateEvent } from './open.ts';
import type { StateOptions } from './options.ts';

/**
 * What an embedded run keeps, and what it reads. `outbox_keep`: outputs of each task kept once every sink has passed
 * them.
 */
export interface EmbeddedOptions {
  readonly state: StateOptions & { readonly outbox_keep: number };
  /** By stream. */
  readonly sources: ReadonlyMap<string, () => Promise<Source>>;
}

const KINDS = ['score', 'alert', 'reject'] as const;

/** Everything in one folder: a task for each stream from start to end, and an outbox for each task. */
export class EmbeddedBackend implements Backend {
  readonly notAssigned = 'the state is being opened';
  readonly waiting: readonly string[] = [];
  readonly #options: EmbeddedOptions;
  readonly #report: (event: StateEvent) => void;
  readonly #now: () => EpochMs;
  #store: Store | undefined;

  constructor(options: EmbeddedOptions, report: (event: StateEvent) => void, now: () => EpochMs = Date.now) {
    this.#options = options;
    this.#report = report;
    this.#now = now;
  }

  async prepare(): Promise<boolean> {
    this.#store = await openFolder(this.#options.state, { now: this.#now, report: this.#report });
    return true;
  }

  async *assignments(): AsyncGenerator<readonly TopicPartition[]> {
    yield [...this.#options.sources.keys()].map((stream) => {
      return { stream, topic: stream, partition: 0, name: stream, task: stream };
    });
  }

  async open({ stream }: TopicPartition): Promise<OpenPartition> {
    const openSource = this.#options.sources.get(stream);
    if (openSource === undefined) throw new Error(`the stream ${stream} has no source`);
    const store = this.#opened();
    return { store, freezer: store, openSource, close: async () => {} };
  }

  /** After a failed write the store refuses everything. */
  isTransient(_: Failure): boolean {
    return false;
  }

  async reopenable(): Promise<void> {}

  async openOutbox(): Promise<SharedOutbox> {
    const { sources, state } = this.#options;
    return embeddedOutbox(this.#opened(), [...sources.keys()], state.outbox_keep);
  }

  async close(): Promise<void> {
    await this.#store?.close();
  }

  #opened(): Store {
    if (this.#store === undefined) throw new Error('the backend is not prepared');
    return this.#store;
  }
}

function embeddedOutbox(store: Store, tasks: readonly string[], keep: number): SharedOutbox {
  const partitions = tasks.map((name): OutboxPartition => ({ name, kinds: KINDS, streams: [name] }));
  return {
    partitions,
    async *assignments() {},
    pending: (task, _, next) => Math.max(0, store.next(task) - next),
    trim: (task, next) => store.trim(task, Math.min(store.next(task), next) - keep),
    read: (task, sink, from, limit) => store.read(task, sink, from, limit),
    waitFor: (task, sink, from, signal) => store.waitFor(task, sink, from, signal),
    cursor: (task, sink) => store.cursor(task, sink),
    deliveryState: (task, sink) => store.deliveryState(task, sink),
    advance: (task, sink, next, changes) => store.advance(task, sink, next, changes),
    deadLetter: (task, sink, refused) => store.deadLetter(task, sink, refused),
    // The store closes with the backend: tasks still commit to it.
    close: async () => {},
  };
}

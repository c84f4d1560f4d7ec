import { decoder } from '../decode/decoder.ts';
import { Detector } from '../detector/detector.ts';
import type { Output } from '../event/output.ts';
import type { SourceRecord } from '../event/record.ts';
import type { Source } from '../source/source.ts';
import { decode, encode } from '../state/codec.ts';
import type { Store } from '../state/store.ts';
import { Intake } from './intake.ts';
import type { CommitLimits, StreamPlan } from './plan.ts';

/** What a task tells whoever counts. */
export interface TaskEvents {
  restored(task: Task, seconds: number): void;
  consumed(task: Task, records: number): void;
  emitted(task: Task, outputs: readonly Output[], seconds: number): void;
  committed(task: Task, commit: { readonly seconds: number; readonly bytes: number }): void;
}

/** What a task stands on. */
export interface TaskParts {
  readonly plan: StreamPlan;
  readonly limits: CommitLimits;
  readonly store: Store;
  readonly events: TaskEvents;
}

type Waited = { readonly done?: boolean; readonly batch?: readonly SourceRecord[] };

/**
 * One stream, embedded: restores, reads on from its offset, and commits state, outputs and offset together. Killed at any moment it
 * has either committed or not; read again from the offset committed, it emits the same.
 */
export class Task {
  readonly name: string;
  readonly detector: Detector;
  readonly #parts: TaskParts;
  #state: 'starting' | 'running' | 'done' = 'starting';
  #outputs: Output[] = [];
  #offset = 0;
  #records = 0;
  #firstAt = 0;

  constructor(parts: TaskParts) {
    this.#parts = parts;
    this.name = parts.plan.detector.stream;
    this.detector = new Detector(parts.plan.detector);
  }

  /** Sequence after the newest committed output; 0 before this process committed one. */
  get committed(): number {
    return this.#parts.store.next(this.name);
  }

  /** Alerts a week that the stream's budget allows now; undefined without one. */
  get budgetPerWeek(): number | undefined {
    const { budget } = this.#parts.plan.detector.alert;
    return budget && budget.perWeek * (budget.per === 'series' ? this.detector.population : 1);
  }

  get state(): 'starting' | 'running' | 'done' {
    return this.#state;
  }

  /** Ends when the source does, or after a last commit once `signal` aborts. @throws Failure */
  async run(signal: AbortSignal): Promise<void> {
    const { plan } = this.#parts;
    await this.#restore();
    const source = await plan.openSource();
    try {
      const columns = await source.columns?.(signal);
      const reader = decoder(plan.decode, plan.detector.channels, columns);
      const intake = new Intake(this.name, source.name, { decoder: reader, detector: this.detector });
      this.#state = 'running';
      await this.#consume(source, intake, signal);
      await this.#commitTo(source);
    } finally {
      this.#state = 'done';
      await source.close();
    }
  }

  async #restore(): Promise<void> {
    const began = performance.now();
    const { entries, offset } = await this.#parts.store.restore(this.name);
    this.detector.restore(new Map([...entries].map(([name, bytes]) => [name, decode(name, bytes)])));
    this.#offset = offset;
    this.#parts.events.restored(this, (performance.now() - began) / 1000);
  }

  async #consume(source: Source, intake: Intake, signal: AbortSignal): Promise<void> {
    const records = source.read(this.#offset, signal)[Symbol.asyncIterator]();
    let next = records.next();
    for (;;) {
      const { done, batch } = await this.#wait(next);
      if (done) return;
      if (batch) {
        await this.#workAndCommit(source, intake, batch);
        next = records.next();
      } else {
        await this.#commitTo(source);
      }
    }
  }

  /** Works a batch off in parts that fill up one commit each. */
  async #workAndCommit(source: Source, intake: Intake, batch: readonly SourceRecord[]): Promise<void> {
    for (let from = 0; from < batch.length; ) {
      const part = batch.slice(from, from + this.#parts.limits.commit_records - this.#records);
      this.#work(intake, part);
      from += part.length;
      if (this.#isDue()) await this.#commitTo(source);
    }
  }

  /** The next batch, or nothing once what is not committed has waited long enough. */
  async #wait(next: Promise<IteratorResult<readonly SourceRecord[]>>): Promise<Waited> {
    const arrived = next.then((result): Waited => (result.done ? { done: true } : { batch: result.value }));
    if (this.#records === 0) return await arrived;
    const left = Math.max(0, this.#firstAt + this.#parts.limits.commit_interval - performance.now());
    const patience = new AbortController();
    const timeUp = new Promise<Waited>((resolve) => {
      const timer = setTimeout(() => resolve({}), left);
      patience.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    try {
      return await Promise.race([arrived, timeUp]);
    } finally {
      patience.abort();
    }
  }

  #work(intake: Intake, batch: readonly SourceRecord[]): void {
    const began = performance.now();
    if (this.#records === 0) this.#firstAt = began;
    intake.take(batch);
    const outputs = intake.drain();
    for (const output of outputs) this.#outputs.push(output);
    this.#offset = batch[batch.length - 1].next;
    this.#records += batch.length;
    const { events } = this.#parts;
    events.consumed(this, batch.length);
    events.emitted(this, outputs, (performance.now() - began) / 1000);
  }

  #isDue(): boolean {
    const { commit_records, commit_interval } = this.#parts.limits;
    return this.#records >= commit_records || performance.now() - this.#firstAt >= commit_interval;
  }

  async #commitTo(source: Source): Promise<void> {
    if (this.#records > 0) await this.#commit();
    source.committed?.(this.#parts.store.replayFrom(this.name));
  }

  async #commit(): Promise<void> {
    const began = performance.now();
    let bytes = 0;
    const changes = new Map<string, Uint8Array | null>();
    for (const [name, entry] of this.detector.snapshot()) {
      const encoded = entry === null ? null : encode(name, entry);
      bytes += encoded?.byteLength ?? 0;
      changes.set(name, encoded);
    }
    const outputs = this.#outputs;
    this.#outputs = [];
    this.#records = 0;
    await this.#parts.store.commit(this.name, { outputs, changes, offset: this.#offset });
    this.#parts.events.committed(this, { seconds: (performance.now() - began) / 1000, bytes });
  }
}

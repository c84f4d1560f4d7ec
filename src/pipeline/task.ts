import { setImmediate } from 'node:timers/promises';
import { decoder } from '../decode/decoder.ts';
import { Detector } from '../detector/detector.ts';
import { Failure } from '../errors/failure.ts';
import type { Output } from '../event/output.ts';
import type { SourceRecord } from '../event/record.ts';
import type { Source } from '../source/source.ts';
import type { Commit, TaskStore } from '../state/store.ts';
import { Intake } from './intake.ts';
import { patiently } from './patience.ts';
import type { CommitLimits, StreamPlan, TaskSchemas } from './plan.ts';
import { Progress } from './progress.ts';
import { restoreState, Saving } from './saving.ts';

/** Records worked off before anybody else may be heard: heartbeats, probes, other tasks. */
const SLICE = 256;
/** A slice that took longer, ms, ends at once. */
const SLICE_MS = 10;

/** What a restore cost. */
export interface Restoring {
  readonly seconds: number;
  readonly bytes: number;
  /** Records worked off again since the checkpoint. */
  readonly replayed: number;
}

/** What a task tells whoever counts. */
export interface TaskEvents {
  restored(task: Task, restoring: Restoring): void;
  consumed(task: Task, records: number): void;
  emitted(task: Task, outputs: readonly Output[], seconds: number): void;
  /** One learning step of the network, within the time of `emitted`. */
  learned(task: Task, seconds: number): void;
  /** Something failed, and is tried again. */
  interrupted(where: string, failure: Failure): void;
  committed(
    task: Task,
    commit: { readonly seconds: number; readonly bytes: number; readonly checkpoint: boolean },
  ): void;
}

/** What a task stands on. */
export interface TaskParts {
  /** Its name in the store: the stream's, or that of one of its partitions. */
  readonly name: string;
  readonly plan: StreamPlan;
  readonly limits: CommitLimits;
  readonly store: TaskStore;
  readonly events: TaskEvents;
}

type Waited = { readonly done?: boolean; readonly batch?: readonly SourceRecord[] };

/**
 * One stream, or one partition of it: restores, reads on, and commits outputs and offset together, now and then with its state. Killed at
 * any moment it has either committed or not; read again from its last checkpoint it emits the same, and what was committed is not
 * emitted again. A commit is written while the next records are worked off, and so is a checkpoint, as far as `Progress` lets them go.
 */
export class Task {
  readonly name: string;
  readonly detector: Detector;
  readonly #parts: TaskParts;
  readonly #schemas: TaskSchemas | undefined;
  readonly #broken = new AbortController();
  #progress: Progress;
  #state: 'starting' | 'running' | 'done' = 'starting';
  #outputs: Output[] = [];
  #committing: Promise<void> = Promise.resolve();
  #restoring = { began: 0, bytes: 0 };
  #replayed = 0;

  constructor(parts: TaskParts) {
    this.#parts = parts;
    this.name = parts.name;
    const { detector, engines } = parts.plan;
    const around = (step: () => void) => {
      const began = performance.now();
      step();
      parts.events.learned(this, (performance.now() - began) / 1000);
    };
    this.detector = new Detector(detector, { around, engines });
    this.#schemas = parts.plan.openSchemas?.();
    this.#progress = new Progress(parts.limits, { checkpoint: 0, offset: 0 }, 0);
  }

  get stream(): string {
    return this.#parts.plan.detector.stream;
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

  /** Where the source is read from next. */
  get position(): number {
    return this.#progress.position;
  }

  /** Ends when the source does, or after a last checkpoint once `signal` aborts. @throws Failure */
  async run(signal: AbortSignal): Promise<void> {
    const { plan } = this.#parts;
    await this.#restore();
    const source = await plan.openSource();
    const either = AbortSignal.any([signal, this.#broken.signal]);
    try {
      const columns = await source.columns?.(either);
      const reader = decoder(plan.decode, plan.detector.channels, columns, this.#schemas);
      const intake = new Intake(this.stream, source.name, { decoder: reader, detector: this.detector });
      if (!this.#progress.replaying) this.#ready();
      await this.#consume(source, intake, either);
      await this.#committing;
      if (!signal.aborted) this.#refuseShortened(source);
      await this.#finish(source, intake);
    } finally {
      this.#state = 'done';
      await source.close();
    }
  }

  async #restore(): Promise<void> {
    const began = performance.now();
    const { entries, ...place } = await this.#parts.store.restore(this.name);
    const bytes = await restoreState(this.detector.state, entries);
    // The first commit of a new state is a checkpoint: it remembers the engine, which `auto` might choose otherwise another time.
    const savedAt = bytes === 0 ? Number.NEGATIVE_INFINITY : performance.now();
    this.#progress = new Progress(this.#parts.limits, place, savedAt);
    this.#restoring = { began, bytes };
  }

  #ready(): void {
    this.#state = 'running';
    const { began, bytes } = this.#restoring;
    const seconds = (performance.now() - began) / 1000;
    this.#parts.events.restored(this, { seconds, bytes, replayed: this.#replayed });
  }

  /** A source that ends before the place that was committed is not the one that was read. */
  #refuseShortened({ name }: Source): void {
    const { replaying, position, committedBefore } = this.#progress;
    if (!replaying) return;
    const message = `it ends at ${position}, and was read up to ${committedBefore} before`;
    throw new Failure('source/truncated', message, { where: name });
  }

  async #consume(source: Source, intake: Intake, signal: AbortSignal): Promise<void> {
    const records = source.read(this.#progress.position, signal)[Symbol.asyncIterator]();
    let next = records.next();
    for (;;) {
      const { done, batch } = await this.#wait(next);
      if (done || this.#broken.signal.aborted) return;
      if (batch) {
        if (this.#schemas !== undefined && !(await this.#prepare(this.#schemas, batch, signal))) return;
        await this.#workAndCommit(source, intake, batch);
        next = records.next();
      } else {
        await this.#commit(source, intake);
      }
    }
  }

  /** Fetches what the batch needs, however long that takes; false where the signal aborts first: it is not to be decoded then. */
  async #prepare(schemas: TaskSchemas, batch: readonly SourceRecord[], signal: AbortSignal): Promise<boolean> {
    await patiently(
      () => schemas.prepare(batch, signal),
      signal,
      (failure) => this.#parts.events.interrupted(this.name, failure),
    );
    return !signal.aborted;
  }

  /** Works a batch off in slices, and commits as often as is due. */
  async #workAndCommit(source: Source, intake: Intake, batch: readonly SourceRecord[]): Promise<void> {
    let sliceBegan = performance.now();
    for (let from = 0; from < batch.length && !this.#broken.signal.aborted; ) {
      const part = this.#nextPart(batch, from);
      this.#work(intake, part);
      from += part.length;
      const now = performance.now();
      if (this.#progress.commitDue(now)) await this.#commit(source, intake);
      if (now - sliceBegan < SLICE_MS) continue;
      await setImmediate();
      sliceBegan = performance.now();
    }
  }

  /** As much as a slice and the commit have room for, and nothing beyond the place that was committed before. */
  #nextPart(batch: readonly SourceRecord[], from: number): readonly SourceRecord[] {
    const { committedBefore, room } = this.#progress;
    // Where nothing is left of what lay below that place, the source skips to beyond it.
    if (this.#progress.replaying && batch[from].offset >= committedBefore) {
      this.#progress.position = committedBefore;
      this.#ready();
    }
    if (!this.#progress.replaying) return batch.slice(from, from + Math.min(SLICE, room));
    const part = batch.slice(from, from + SLICE);
    const fresh = part.findIndex(({ offset }) => offset >= committedBefore);
    return fresh < 0 ? part : part.slice(0, fresh);
  }

  /** The next batch, or nothing once what is not committed has waited long enough. */
  async #wait(next: Promise<IteratorResult<readonly SourceRecord[]>>): Promise<Waited> {
    const arrived = next.then((result): Waited => (result.done ? { done: true } : { batch: result.value }));
    const left = this.#progress.patience(performance.now());
    if (left === undefined) return await arrived;
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
    const again = this.#progress.replaying;
    intake.take(batch);
    const outputs = intake.drain();
    this.#progress.advance(batch[batch.length - 1].next, batch.length, began);
    if (again) {
      intake.takeRejected();
      this.#replayed += batch.length;
      if (!this.#progress.replaying) this.#ready();
      return;
    }
    for (const output of outputs) this.#outputs.push(output);
    const { events } = this.#parts;
    events.consumed(this, batch.length);
    events.emitted(this, outputs, (performance.now() - began) / 1000);
  }

  /** The last commit is a checkpoint, so that whoever goes on has nothing to work off again. */
  async #finish(source: Source, intake: Intake): Promise<void> {
    const { hasUncommitted, hasUnsaved, replaying } = this.#progress;
    if (hasUncommitted || (hasUnsaved && !replaying)) await this.#commit(source, intake, true);
    else source.committed?.(this.#parts.store.replayFrom(this.name));
    await this.#committing;
  }

  /** Begins a commit once the one before has ended, where it is still due. @throws Failure of the one before */
  async #commit(source: Source, intake: Intake, last = false): Promise<void> {
    await this.#committing;
    const began = performance.now();
    if (!last && !this.#progress.commitDue(began)) return;
    const { store, events } = this.#parts;
    const checkpoint = last || this.#progress.checkpointDue(began);
    const saving = checkpoint ? this.#save(intake, began) : undefined;
    const committing =
      saving === undefined
        ? store.commit(this.name, this.#takeUncommitted(intake))
        : store.checkpoint(this.name, saving.entries(), () => saving.commit());
    this.#committing = committing.then(() => {
      const seconds = (performance.now() - began) / 1000;
      events.committed(this, { seconds, bytes: saving?.bytes ?? 0, checkpoint });
      source.committed?.(store.replayFrom(this.name));
    });
    this.#committing.catch(() => this.#broken.abort());
  }

  #save(intake: Intake, began: number): Saving {
    this.#progress.saving();
    return new Saving(this.detector.state, () => {
      this.#progress.checkpointed(began);
      return this.#takeUncommitted(intake);
    });
  }

  #takeUncommitted(intake: Intake): Commit {
    const commit = { outputs: this.#outputs, rejected: intake.takeRejected(), offset: this.#progress.position };
    this.#outputs = [];
    this.#progress.committed();
    return commit;
  }
}

import { setImmediate } from 'node:timers/promises';
import { decoder } from '../../decode/decoder.ts';
import { Detector } from '../../detector/detector.ts';
import type { Failure } from '../../errors/failure.ts';
import type { Output } from '../../event/output.ts';
import type { Plain } from '../../event/plain.ts';
import type { SourceRecord } from '../../event/record.ts';
import type { VerdictStep } from '../../similar/verdicts.ts';
import type { Source } from '../../source/source.ts';
import type { Commit } from '../../store/store.ts';
import type { Tick } from '../../store/tick.ts';
import { alertsPerWeek, secondsOf, type TaskSchemas } from '../plan.ts';
import { Answers, notRunning } from './answers.ts';
import { answerOf, within } from './arrival.ts';
import { CheckpointWriter, restoreState } from './checkpoint-writer.ts';
import { IdleDetector } from './idle-detector.ts';
import { prepared } from './prepared.ts';
import { Processor } from './processor.ts';
import { Progress } from './progress.ts';
import type { LiveTask } from './task-events.ts';
import type { TaskParts } from './task-parts.ts';
import { Ticks } from './ticks.ts';

/** Others have their turn after so many ms (heartbeats, probes, other tasks), or after `SLICE` records. */
const SLICE_MS = 10;

/**
 * One stream, or one partition of it: commits outputs and offset together, now and then with its state. Read again from
 * its last checkpoint it emits the same. Commits and checkpoints are written while records are processed.
 */
export class Task implements LiveTask {
  readonly name: string;
  readonly detector: Detector;
  readonly #parts: TaskParts;
  readonly #schemas: TaskSchemas | undefined;
  readonly #broken = new AbortController();
  #progress: Progress;
  #idle: IdleDetector;
  #ticks = new Ticks({ ticks: [], ticked: 0 });
  #state: 'starting' | 'running' | 'done' = 'starting';
  #outputs: Output[] = [];
  readonly #answers: Answers;
  #committing: Promise<void> = Promise.resolve();
  #restoring = { began: 0, bytes: 0 };
  #source: Source | undefined;
  #replayed = 0;

  constructor(parts: TaskParts) {
    this.#parts = parts;
    this.name = parts.name;
    const { detector, engines } = parts.plan;
    const onStep = (step: () => void) => parts.events.learned(this, secondsOf(step));
    this.detector = new Detector(detector, { onStep, engines });
    this.#schemas = parts.plan.openSchemas?.();
    this.#answers = new Answers(parts.feedback, (answer, feedback) =>
      this.#act(this.#ticks.makeAnswer(this.#progress.position, answer, feedback)),
    );
    this.#progress = new Progress(parts.limits, { checkpoint: 0, offset: 0 }, 0);
    this.#idle = new IdleDetector(detector.window.gap, undefined);
  }

  get stream(): string {
    return this.#parts.plan.detector.stream;
  }

  get budgetPerWeek(): number | undefined {
    return alertsPerWeek(this.#parts.plan.detector.alert, this.detector.seriesCount);
  }

  get state(): 'starting' | 'running' | 'done' {
    return this.#state;
  }

  get isCheckpointed(): boolean {
    return this.#progress.isCheckpointed;
  }

  get position(): number {
    return this.#progress.position;
  }

  /** Ends when the source does, or after a last checkpoint once `signal` aborts. @throws Failure */
  async run(signal: AbortSignal): Promise<void> {
    const { plan, openSource } = this.#parts;
    const bookmark = await this.#restore();
    const source = await openSource();
    this.#source = source;
    const either = AbortSignal.any([signal, this.#broken.signal]);
    try {
      source.resume?.(bookmark, (failure) => this.#parts.events.interrupted(this.name, failure));
      const columns = await source.columns?.(either);
      const reader = decoder(plan.decode, plan.detector.channels, columns, this.#schemas);
      reader.continueFrom((series) => this.detector.state.latestMs(series));
      const parts = { decoder: reader, detector: this.detector, recorder: this.#parts.recorder };
      const processor = new Processor(this.stream, source.name, parts);
      if (!this.#progress.replaying) this.#ready();
      const following = this.#answers.follow(either, this.#broken);
      await this.#consume(source, processor, either);
      await this.#committing;
      if (this.#broken.signal.aborted) await following;
      if (!signal.aborted) this.#progress.refuseShortened(source.name);
      await this.#finish(source, processor);
    } finally {
      this.#state = 'done';
      this.#broken.abort();
      await Promise.all([source.close(), this.#parts.recorder?.close()]);
    }
  }

  /** Acts on a verdict between two records; resolves once it is durable. @throws Failure pipeline/not-running */
  async answer(answer: VerdictStep): Promise<void> {
    if (this.#state !== 'running') throw notRunning(this.stream, this.#state);
    await this.#answers.give(answer);
  }

  async #restore(): Promise<Plain | undefined> {
    const began = performance.now();
    const { entries, bookmark, ...restored } = await this.#parts.store.restore(this.name);
    // Offsets of a rotated file began anew once: such a checkpoint lies in a file that is gone.
    const place = { ...restored, checkpoint: Math.min(restored.checkpoint, restored.offset) };
    const bytes = await restoreState(this.detector.state, entries);
    // The first commit of a new state is a checkpoint, for it remembers which engine `auto` chose.
    const savedAt = bytes === 0 ? Number.NEGATIVE_INFINITY : performance.now();
    this.#progress = new Progress(this.#parts.limits, place, savedAt);
    this.#idle = new IdleDetector(this.#parts.plan.detector.window.gap, place.lastSeenMs);
    this.#ticks = new Ticks(place);
    this.#answers.restored(place.feedback);
    this.#actOnTicks(place.checkpoint);
    this.#restoring = { began, bytes };
    return bookmark;
  }

  #ready(): void {
    this.#state = 'running';
    this.#answers.open();
    const { began, bytes } = this.#restoring;
    this.#parts.events.restored(this, { seconds: (performance.now() - began) / 1000, bytes, replayed: this.#replayed });
  }

  async #consume(source: Source, processor: Processor, signal: AbortSignal): Promise<void> {
    const records = source.read(this.#progress.position, signal)[Symbol.asyncIterator]();
    const failed = (failure: Failure) => this.#parts.events.interrupted(this.name, failure);
    let next = answerOf(records);
    for (;;) {
      const answer = await this.#answers.orWoken(within(next, this.#progress.patience(performance.now())));
      if (this.#broken.signal.aborted) return;
      if (answer === undefined) {
        await this.#commit(source, processor);
        continue;
      }
      const { batch } = answer;
      if (batch === undefined) return;
      this.#idle.answered(answer);
      if (!(await prepared(this.#schemas, batch, { signal, failed }))) return;
      await this.#workAndCommit(source, processor, batch);
      next = answerOf(records);
    }
  }

  /** Processes a batch in slices, and commits as often as is due. */
  async #workAndCommit(source: Source, processor: Processor, batch: readonly SourceRecord[]): Promise<void> {
    let sliceBegan = performance.now();
    for (let from = 0; from < batch.length && !this.#broken.signal.aborted; ) {
      const part = this.#nextPart(batch, from);
      this.#work(processor, part);
      from += part.length;
      const now = performance.now();
      if (this.#progress.commitDue(now)) await this.#commit(source, processor);
      if (now - sliceBegan < SLICE_MS) continue;
      await setImmediate();
      sliceBegan = performance.now();
    }
    if (!this.#broken.signal.aborted) this.#pass(source.passed?.());
    if (batch.length === 0) this.#noteSilence();
  }

  /** Nothing below the place is left to be read. */
  #pass(place = 0): void {
    const caughtUp = this.#progress.pass(place, performance.now());
    this.#actOnTicks(place);
    if (caughtUp) this.#ready();
  }

  /** As much as a slice and the commit have room for, and nothing beyond the place that was committed before. */
  #nextPart(batch: readonly SourceRecord[], from: number): readonly SourceRecord[] {
    const { committedBefore } = this.#progress;
    // Where nothing is left of what lay below that place, the source skips to beyond it.
    if (batch[from].offset >= committedBefore) this.#pass(committedBefore);
    this.#actOnTicks(batch[from].offset);
    return this.#progress.part(batch, from, this.#ticks.nextOffset);
  }

  /** The source has nothing more: if series have fallen silent, that becomes a tick. */
  #noteSilence(): void {
    const silentMs = this.#progress.replaying ? undefined : this.#idle.silentMs(this.detector.watermark);
    if (silentMs === undefined || !this.detector.fallsSilent(silentMs)) return;
    this.#act(this.#ticks.make(this.#progress.position, silentMs));
    this.#idle.ticked();
  }

  /** Acts again on the ticks that come before the record at this offset. */
  #actOnTicks(offset: number): void {
    for (let tick = this.#ticks.takeBefore(offset); tick; tick = this.#ticks.takeBefore(offset)) this.#act(tick);
  }

  #act(tick: Tick): void {
    const began = performance.now();
    this.#parts.recorder?.ticked(tick);
    if (tick.answer === undefined) this.detector.fallSilent(tick.silentMs);
    else this.detector.answer(tick.answer);
    const outputs = this.detector.drain();
    if (this.#ticks.acted(tick)) return;
    this.#progress.advance(this.#progress.position, 1, began);
    this.#emit(outputs, began);
  }

  #work(processor: Processor, batch: readonly SourceRecord[]): void {
    const began = performance.now();
    const again = this.#progress.replaying;
    processor.take(batch);
    const outputs = processor.drain();
    const isSeen = processor.takeAccepted() > 0;
    const missing = processor.takeMissing();
    this.#progress.advance(batch[batch.length - 1].next, batch.length, began);
    if (again) {
      processor.takeRejected();
      this.#replayed += batch.length;
    } else {
      if (isSeen) this.#idle.seen();
      this.#parts.events.consumed(this, batch.length);
      if (missing.length > 0) this.#parts.events.missing(this, missing);
      this.#emit(outputs, began);
    }
    this.#actOnTicks(this.#progress.position);
    if (again && !this.#progress.replaying) this.#ready();
  }

  #emit(outputs: readonly Output[], began: number): void {
    for (const output of outputs) this.#outputs.push(output);
    this.#parts.recorder?.emitted(outputs);
    this.#parts.events.emitted(this, outputs, (performance.now() - began) / 1000);
  }

  /** The last commit is a checkpoint, so that whoever continues has nothing to process again. */
  async #finish(source: Source, processor: Processor): Promise<void> {
    const { hasUncommitted, hasUnsaved, replaying } = this.#progress;
    if (hasUncommitted || (hasUnsaved && !replaying)) await this.#commit(source, processor, true);
    else source.committed?.(this.#parts.store.replayFrom(this.name));
    await this.#committing;
  }

  /** Begins a commit once the one before has ended, where it is still due. @throws Failure of the one before */
  async #commit(source: Source, processor: Processor, last = false): Promise<void> {
    await this.#committing;
    const began = performance.now();
    if (!last && !this.#progress.commitDue(began)) return;
    const { store, events } = this.#parts;
    const writer = last || this.#progress.checkpointDue(began) ? this.#save(processor, began) : undefined;
    const committing = writer
      ? store.checkpoint(this.name, writer.entries(), () => writer.commit())
      : store.commit(this.name, this.#takeUncommitted(processor));
    this.#committing = committing.then(() => {
      if (writer) this.#progress.confirmed();
      if (writer) this.#parts.recorder?.checkpointed(this.detector.engine);
      this.#answers.committed();
      const seconds = (performance.now() - began) / 1000;
      events.committed(this, { seconds, bytes: writer?.bytes ?? 0, checkpoint: writer !== undefined });
      source.committed?.(store.replayFrom(this.name));
    });
    this.#committing.catch((error: unknown) => {
      this.#answers.failed(error);
      this.#broken.abort();
    });
  }

  #save(processor: Processor, began: number): CheckpointWriter {
    this.#progress.checkpointing();
    this.#parts.recorder?.checkpointing();
    return new CheckpointWriter(this.detector.state, () => {
      this.#parts.recorder?.moment();
      this.#progress.checkpointed(began);
      return this.#takeUncommitted(processor);
    });
  }

  #takeUncommitted(processor: Processor): Commit {
    const commit = {
      outputs: this.#outputs,
      rejected: processor.takeRejected(),
      offset: this.#progress.position,
      records: this.#progress.committed(),
      bookmark: this.#source?.bookmark?.(this.#progress.position),
      ticks: this.#ticks.takeFresh(),
      lastSeenMs: this.#idle.lastSeenMs,
    };
    this.#outputs = [];
    this.#answers.taken();
    return commit;
  }
}

import { Failure } from '../../errors/failure.ts';
import type { CommitLimits } from '../plan.ts';

/** Records processed before others have their turn. */
const SLICE = 256;
/**
 * So many commits' records may be processed while a checkpoint is written; then the task waits for it, and nothing it
 * holds grows any more.
 */
const AHEAD = 16;

/**
 * How far a task is, and what of it is committed and checkpointed. Offsets are the source's; times are a monotonic
 * clock's, ms.
 */
export class Progress {
  readonly #limits: CommitLimits;
  /** Everything below it is processed. */
  position: number;
  /**
   * Outputs of everything below it were committed by an earlier life: while the position has not come so far, they are
   * made again.
   */
  readonly committedBefore: number;
  /** Records since the last commit, and since the last checkpoint. */
  #uncommitted = 0;
  #unsaved = 0;
  /** Records of the source since the last commit; a tick is none. */
  #read = 0;
  #firstAt = 0;
  /** The position has passed what holds no records since the last commit. */
  #passed = false;
  #checkpointedAt: number;
  /** A checkpoint waits for its moment; one waits for its end. */
  #checkpointing = false;
  #unconfirmed = false;

  constructor(limits: CommitLimits, restored: { readonly checkpoint: number; readonly offset: number }, now: number) {
    this.#limits = limits;
    this.position = restored.checkpoint;
    this.committedBefore = restored.offset;
    this.#checkpointedAt = now;
  }

  /** Whether what is processed now was committed before: only the state is made again, not its outputs. */
  get replaying(): boolean {
    return this.position < this.committedBefore;
  }

  /**
   * A source that ends before the place that was committed is not the one that was read. @throws Failure
   * source/truncated
   */
  refuseShortened(source: string): void {
    if (!this.replaying) return;
    const message = `it ends at ${this.position}, and was read up to ${this.committedBefore} before`;
    throw new Failure('source/truncated', message, { where: source });
  }

  get hasUncommitted(): boolean {
    return this.#uncommitted > 0 || this.#passed;
  }

  get hasUnsaved(): boolean {
    return this.#unsaved > 0;
  }

  /** Whether nothing was processed since the newest checkpoint that succeeded. */
  get isCheckpointed(): boolean {
    return this.#unsaved === 0 && !this.#unconfirmed;
  }

  /** How many more records this commit takes. */
  get room(): number {
    return (this.#checkpointing ? AHEAD : 1) * this.#limits.commit_records - this.#uncommitted;
  }

  /**
   * As much of a batch as a slice and the commit have room for: nothing at `until`, nor at the place that was committed
   * before.
   */
  part<R extends { readonly offset: number }>(batch: readonly R[], from: number, until: number): readonly R[] {
    const { replaying } = this;
    const part = batch.slice(from, from + (replaying ? SLICE : Math.min(SLICE, Math.max(1, this.room))));
    const end = replaying ? Math.min(until, this.committedBefore) : until;
    const beyond = part.findIndex(({ offset }) => offset >= end);
    return beyond < 0 ? part : part.slice(0, beyond);
  }

  advance(position: number, records: number, now: number): void {
    const again = this.replaying;
    if (!again && position > this.position) this.#read += records;
    this.position = position;
    this.#unsaved += records;
    if (again) return;
    if (this.#uncommitted === 0) this.#firstAt = now;
    this.#uncommitted += records;
  }

  /**
   * Nothing below the place is left to be read; true where that ends a replay. It is committed as records are: the
   * offset of a consumer group must pass the markers at the end of a topic, or every lag tool shows records that are
   * none.
   */
  pass(place: number, now: number): boolean {
    if (place <= this.position) return false;
    const again = this.replaying;
    this.position = place;
    if (place <= this.committedBefore) return again && !this.replaying;
    if (!this.hasUncommitted) this.#firstAt = now;
    this.#passed = true;
    return again;
  }

  /**
   * How long what is not committed may still wait, ms; undefined where there is nothing, or a checkpoint takes it
   * along.
   */
  patience(now: number): number | undefined {
    if (!this.hasUncommitted || this.#checkpointing) return undefined;
    return Math.max(0, this.#firstAt + this.#limits.commit_interval - now);
  }

  commitDue(now: number): boolean {
    return this.hasUncommitted && (this.room <= 0 || this.patience(now) === 0);
  }

  checkpointDue(now: number): boolean {
    const { checkpoint_records, checkpoint_interval } = this.#limits;
    // With nothing to save it costs nothing, and no restart goes back to before what was passed.
    if (this.#passed && this.#unsaved === 0) return true;
    return this.#unsaved >= checkpoint_records || now - this.#checkpointedAt >= checkpoint_interval;
  }

  /** A checkpoint has begun: what is processed until it is `committed` goes with it. */
  checkpointing(): void {
    this.#checkpointing = true;
    this.#unconfirmed = true;
  }

  /** A commit takes what was processed: how many records of the source. */
  committed(): number {
    const read = this.#read;
    this.#uncommitted = 0;
    this.#passed = false;
    this.#read = 0;
    this.#checkpointing = false;
    return read;
  }

  /** The checkpoint has succeeded. */
  confirmed(): void {
    this.#unconfirmed = false;
  }

  checkpointed(now: number): void {
    this.#unsaved = 0;
    this.#checkpointedAt = now;
  }
}

import { BUNDLE_VERSION, type BundleHeader, MOST_ALERTS } from '../../bundle/format.ts';
import { Recording, recordingBytes, type Taken } from '../../bundle/recording.ts';
import type { Content } from '../../bundle/write.ts';
import type { Observation } from '../../event/observation.ts';
import type { AlertOutput, Output } from '../../event/output.ts';
import type { EpochMs } from '../../event/time.ts';
import type { FrozenState, Store } from '../../store/store.ts';
import type { Tick } from '../../store/tick.ts';

/** Rows since a checkpoint that are kept; a stream with more of them has no bundles. 4 + 8 · (2 + D) bytes each. */
const MOST_ROWS = 200_000;
/** Recordings at a time: before and since the checkpoint being written, and the copy that a bundle is made of. */
const RECORDINGS = 3;
/** Bundles that are written at a time; alerts of the next checkpoint have none meanwhile. */
const MOST_WRITING = 8;

/** Bytes that a task's recorder takes at most, with so many observations of D channels between two checkpoints. */
export function recorderBytes(observations: number, channels: number): number {
  return RECORDINGS * recordingBytes(Math.min(MOST_ROWS, observations), channels);
}

/** Where the bundles of a run go. */
export interface Bundles {
  /** What is alike in all bundles of a stream. */
  describe(stream: string): Pick<BundleHeader, 'version' | 'node' | 'platform' | 'config'>;
  /** Resolves once the bundle is stored, or cannot be. */
  add(content: Content): Promise<void>;
  /** These alerts have no bundle, for this reason. */
  omitted(stream: string, alerts: number, why: string): void;
}

/** What a recorder belongs to. */
export interface Recorded {
  readonly task: string;
  readonly stream: string;
  readonly channels: number;
}

/**
 * Makes a bundle of each checkpoint interval in which an alert was raised: the state of the checkpoint before, which
 * the store has anyway, and what was taken in since, which is kept in flat arrays from checkpoint to checkpoint. So a
 * row costs a copy of its numbers, and nothing is read or written before an alert is raised. A bundle is written once
 * the next checkpoint is durable, while the task continues.
 */
export class Recorder {
  readonly #recorded: Recorded;
  readonly #bundles: Bundles;
  readonly #store: Pick<Store, 'freeze'>;
  /** Since the checkpoint that is durable, and since the moment of the one that is being written. */
  #before: Recording;
  #since: Recording;
  #alerts: AlertOutput[] = [];
  /** The state before, from the start of a checkpoint to its end. */
  #state: FrozenState | undefined;
  readonly #working = new Set<Promise<void>>();
  #writing = 0;

  constructor(recorded: Recorded, { bundles, store }: { bundles: Bundles; store: Pick<Store, 'freeze'> }) {
    this.#recorded = recorded;
    this.#bundles = bundles;
    this.#store = store;
    this.#before = new Recording(recorded.channels, MOST_ROWS);
    this.#since = new Recording(recorded.channels, MOST_ROWS);
  }

  /** The detector takes this in next. */
  observed(observation: Observation, arrivedMs: EpochMs | undefined): void {
    this.#since.observed(observation, arrivedMs);
  }

  /** It acts on this tick next. */
  ticked({ silentMs, answer }: Pick<Tick, 'silentMs' | 'answer'>): void {
    if (answer === undefined) this.#since.ticked(silentMs);
    else this.#since.answered(answer);
  }

  /** O(outputs) */
  emitted(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.kind === 'alert' && output.revision === 0 && output.state === 'firing') this.#alerts.push(output);
    }
  }

  /** A checkpoint begins; none is being written. The store freezes the state of the one before. */
  checkpointing(): void {
    this.#state = this.#store.freeze(this.#recorded.task);
  }

  /** The moment of the checkpoint: what is taken in from now on is not part of it. */
  moment(): void {
    // Between two checkpoints everything is in the first of the two.
    [this.#before, this.#since] = [this.#since, this.#before];
    this.#since.clear();
  }

  /** The checkpoint is durable; `engine`: which scored. */
  checkpointed(engine: string): void {
    const [state, alerts] = [this.#state, this.#alerts];
    this.#state = undefined;
    this.#alerts = [];
    if (state !== undefined) this.#track(alerts.length > 0 ? this.#write(state, alerts, engine) : state.release());
    this.#before.clear();
  }

  /** Resolves once everything is written. */
  async close(): Promise<void> {
    await Promise.all(this.#working);
  }

  #track(work: Promise<void>): void {
    this.#working.add(work);
    void work.finally(() => this.#working.delete(work));
  }

  async #write(state: FrozenState, alerts: readonly AlertOutput[], engine: string): Promise<void> {
    const { stream } = this.#recorded;
    try {
      const why = this.#hindrance();
      if (why !== undefined) return this.#bundles.omitted(stream, alerts.length, why);
      const rest = alerts.length - MOST_ALERTS;
      if (rest > 0) this.#bundles.omitted(stream, rest, `a bundle is about ${MOST_ALERTS} alerts at most`);
      const about = { engine, stream, alerts: alerts.slice(0, MOST_ALERTS) };
      const header = { surprisal_bundle: BUNDLE_VERSION, ...this.#bundles.describe(stream), ...about } as const;
      const taken = both(this.#before.copy(), this.#since.copy());
      this.#writing++;
      await this.#bundles.add({ header, entries: state.entries(), taken }).finally(() => this.#writing--);
    } finally {
      await state.release();
    }
  }

  #hindrance(): string | undefined {
    if (this.#before.isFull || this.#since.isFull) return `more than ${MOST_ROWS} rows came since the last checkpoint`;
    if (this.#writing >= MOST_WRITING) return 'bundles of alerts before are still being written';
    return undefined;
  }
}

function* both(first: Iterable<Taken>, second: Iterable<Taken>): Generator<Taken> {
  yield* first;
  yield* second;
}

import { jittered } from '../../async/backoff.ts';
import { Failure } from '../../errors/failure.ts';
import type { Plain } from '../../event/plain.ts';
import type { EpochMs } from '../../event/time.ts';
import type { Committed } from '../../store/store.ts';
import type { DeliveryState } from './delivery-state.ts';
import { type RetryPolicy, type SinkWriter, waitMs } from './sink-writer.ts';

const PREFIX = 'waiting/';
const DIGITS = 16;
/** Tries sooner than planned, because the receiver asked for them, that cost no step of the schedule. */
const FREE_TRIES = 10;

/** An output that was put off. */
interface Waiting extends Committed {
  /** Tries so far. */
  readonly tries: number;
  readonly dueMs: EpochMs;
}

/**
 * Gives each output a schedule of its own: what fails is put off, and holds up nothing but later steps of the same
 * alert. Survives a restart by the delivery state. After the last try the output is dead-lettered.
 */
export class BySchedule implements RetryPolicy {
  readonly #waits: readonly number[];
  readonly #longest: number;
  readonly #writer: SinkWriter;
  readonly #state: DeliveryState;
  /** By thread, those of each in the order of their sequences: what comes after the first waits for it. */
  readonly #threads = new Map<string, Map<number, Waiting>>();
  #waiting = 0;
  /** Free tries since the last step of the schedule, by sequence. Not kept over a restart. */
  readonly #freeTries = new Map<number, number>();

  constructor(waits: readonly number[], writer: SinkWriter, state: DeliveryState) {
    this.#waits = waits;
    this.#longest = Math.max(0, ...waits);
    this.#writer = writer;
    this.#state = state;
    // `#putOff` wrote these.
    for (const entry of state.found(PREFIX) as unknown as readonly Waiting[]) this.#keep(entry);
  }

  get waiting(): number {
    return this.#waiting;
  }

  async deliver(batch: readonly Committed[], stop: AbortSignal): Promise<boolean> {
    for (const { sequence, output } of batch) {
      const head = first(this.#threads.get(threadOf({ sequence, output })));
      if (head !== undefined) this.#putOff({ sequence, output, tries: 0, dueMs: head.dueMs });
      else if (!(await this.#attempt({ sequence, output, tries: 0, dueMs: 0 }, stop))) return false;
    }
    return true;
  }

  async resume(stop: AbortSignal): Promise<boolean> {
    for (let due = this.#due(); due.length > 0; due = this.#due()) {
      for (const item of due) if (!(await this.#attempt(item, stop))) return false;
    }
    return true;
  }

  /** A clock that was set back adds nothing to a wait. O(threads). */
  dueIn(): number | undefined {
    if (this.#waiting === 0) return undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.#heads()) earliest = Math.min(earliest, dueMs);
    return Math.min(Math.max(0, earliest - this.#writer.pace.now()), this.#longest);
  }

  /** Whether the delivery continues. */
  async #attempt(item: Waiting, stop: AbortSignal): Promise<boolean> {
    const failure = await this.#writer.try([item], stop);
    if (failure === undefined) this.#done(item);
    else if (stop.aborted) return false;
    else if (failure.remedy === 'stop') {
      this.#writer.turnedOff(failure);
      return false;
    } else if (failure.remedy === 'skip-record') await this.#deadLetter(item, failure);
    else await this.#again(item, failure);
    return true;
  }

  async #again(item: Waiting, failure: Failure): Promise<void> {
    const { pace } = this.#writer;
    const planned = this.#waits[item.tries];
    if (planned === undefined) return await this.#deadLetter(item, givenUp(item, failure));
    const wait = waitMs(jittered(planned, pace.jitter()), failure);
    const isFree = wait < planned && wait === failure.retryAfterMs && this.#takeFree(item);
    this.#putOff({ ...item, tries: item.tries + (isFree ? 0 : 1), dueMs: pace.now() + wait });
    this.#writer.failed(failure, wait);
  }

  #takeFree({ sequence }: Waiting): boolean {
    const taken = this.#freeTries.get(sequence) ?? 0;
    if (taken < FREE_TRIES) this.#freeTries.set(sequence, taken + 1);
    else this.#freeTries.delete(sequence);
    return taken < FREE_TRIES;
  }

  async #deadLetter(item: Waiting, failure: Failure): Promise<void> {
    await this.#writer.deadLetter(item, failure);
    this.#done(item);
  }

  #putOff(item: Waiting): void {
    this.#keep(item);
    this.#state.set(entryOf(item), item as unknown as Plain);
  }

  #done(item: Waiting): void {
    this.#freeTries.delete(item.sequence);
    const thread = threadOf(item);
    const items = this.#threads.get(thread);
    if (!items?.delete(item.sequence)) return;
    if (items.size === 0) this.#threads.delete(thread);
    this.#waiting--;
    this.#state.set(entryOf(item), null);
  }

  #due(): readonly Waiting[] {
    const now = this.#writer.pace.now();
    return [...this.#heads()].filter(({ dueMs }) => dueMs <= now).sort((a, b) => a.sequence - b.sequence);
  }

  /** O(1). */
  #keep(item: Waiting): void {
    const thread = threadOf(item);
    const items = this.#threads.get(thread) ?? new Map<number, Waiting>();
    if (!items.has(item.sequence)) this.#waiting++;
    this.#threads.set(thread, items.set(item.sequence, item));
  }

  /** The first of each thread. */
  *#heads(): Generator<Waiting> {
    for (const items of this.#threads.values()) {
      const head = first(items);
      if (head !== undefined) yield head;
    }
  }
}

function first(items: ReadonlyMap<number, Waiting> | undefined): Waiting | undefined {
  for (const item of items?.values() ?? []) return item;
  return undefined;
}

/** The steps of one alert must arrive in order; nothing else has to. */
function threadOf({ sequence, output }: Committed): string {
  return output.kind === 'alert' ? output.id : `${sequence}`;
}

function entryOf({ sequence }: Committed): string {
  return PREFIX + String(sequence).padStart(DIGITS, '0');
}

function givenUp({ tries }: Waiting, last: Failure): Failure {
  return new Failure('sink/given-up', `${tries + 1} tries failed; the last: ${last.message}`, {
    cause: last,
    ...(last.where === undefined ? {} : { where: last.where }),
  });
}

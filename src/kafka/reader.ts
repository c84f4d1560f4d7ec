import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import type { Source } from '../source/source.ts';
import { untilAnswered } from './waiting.ts';
import type { Fetched, Message, Wire } from './wire.ts';

const MAX_BYTES = 1 << 20;
const MAX_WAIT_MS = 200;
const NOTHING = new Uint8Array(0);

interface Answer extends Fetched {
  readonly answeredAt: number;
  /** When the oldest record was written that waits for a transaction to end, epoch ms; undefined where none waits. */
  readonly blockedSinceMs: number | undefined;
}

/** What a reader tells: how far it is behind, and that it is cut off for now. */
export interface ReaderEvents {
  /** Records that are not yet read, and, ms, how old the oldest is that waits for a transaction to end; 0 where none does. */
  lag(records: number, blockedMs: number): void;
  interrupted(failure: Failure): void;
  /** A request was answered. */
  answered(): void;
}

/** Where it reads, and what it does where the place it should go on from is gone. */
export interface ReaderOptions {
  readonly topic: string;
  readonly partition: number;
  readonly onLost: 'stop' | 'earliest' | 'latest';
}

/**
 * The committed records of one partition, from a place that the task chooses. Reads one fetch ahead, and no further, so that memory is
 * bounded whatever the lag. A broker that does not answer is asked again until it does.
 */
export class PartitionReader implements Source {
  readonly name: string;
  readonly #wire: Wire;
  readonly #options: ReaderOptions;
  readonly #events: ReaderEvents;
  #passed = 0;
  /** The oldest record that waits for a transaction to end. */
  #blocked: { readonly from: number; readonly sinceMs: number } | undefined;

  constructor(wire: Wire, options: ReaderOptions, events: ReaderEvents) {
    this.#wire = wire;
    this.#options = options;
    this.#events = events;
    this.name = `${options.topic}/${options.partition}`;
  }

  async *read(from: number, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    let ahead = this.#fetch(from, signal);
    for (;;) {
      const askedAt = performance.now();
      const answer = await ahead;
      if (answer === undefined) return;
      this.#passed = answer.next;
      const { highWatermark, next, blockedSinceMs } = answer;
      const blockedMs = blockedSinceMs === undefined ? 0 : Math.max(0, Date.now() - blockedSinceMs);
      this.#events.lag(Math.max(0, highWatermark - next), blockedMs);
      ahead = this.#fetch(answer.next, signal);
      // Whoever stops reading never waits for it.
      ahead.catch(() => {});
      // It tells of silence if it is no older than the question, and nothing lies there that may yet be committed.
      const nothingCame = answer.answeredAt >= askedAt && answer.next >= answer.highWatermark;
      if (answer.messages.length > 0 || nothingCame) yield answer.messages.map(record);
    }
  }

  /** Where the answer that was yielded last ends. */
  passed(): number {
    return this.#passed;
  }

  /** The wire belongs to the task. */
  async close(): Promise<void> {}

  /** The next answer, and when it came, by a steady clock; undefined once the signal aborts. */
  async #fetch(from: number, signal: AbortSignal): Promise<Answer | undefined> {
    const { topic, partition } = this.#options;
    let at = from;
    const work = async (): Promise<Answer> => {
      try {
        const place = { topic, partition, from: at };
        const fetched = await this.#wire.fetch({ ...place, maxBytes: MAX_BYTES, maxWaitMs: MAX_WAIT_MS });
        const blockedSinceMs = await this.#blockedSince(fetched);
        return { ...fetched, blockedSinceMs, answeredAt: performance.now() };
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'kafka/offset-out-of-range') throw error;
        at = await this.#elsewhere(at, error);
        return await work();
      }
    };
    const waiting = {
      failed: (failure: Failure) => this.#events.interrupted(failure),
      answered: () => this.#events.answered(),
    };
    return await untilAnswered(work, { signal, waiting });
  }

  /** Asks once for each place. */
  async #blockedSince({ messages, next, highWatermark, end }: Fetched): Promise<number | undefined> {
    if (messages.length > 0 || next >= highWatermark || next < end) {
      this.#blocked = undefined;
      return undefined;
    }
    if (this.#blocked?.from !== next) {
      const { topic, partition } = this.#options;
      this.#blocked = { from: next, sinceMs: (await this.#wire.writtenAt(topic, partition, next)) ?? Date.now() };
    }
    return this.#blocked.sinceMs;
  }

  /** Where to go on when the place is gone. @throws Failure where the configuration has no answer */
  async #elsewhere(from: number, cause: Failure): Promise<number> {
    const { topic, partition, onLost } = this.#options;
    const earliest = await this.#wire.offset(topic, partition, 'earliest');
    const latest = await this.#wire.offset(topic, partition, 'latest');
    const message = `offset ${from} is gone: the topic has ${earliest} to ${latest}`;
    const failure = new Failure('kafka/offset-out-of-range', message, { where: this.name, cause });
    if (onLost === 'stop') throw failure;
    this.#events.interrupted(failure);
    return onLost === 'earliest' ? earliest : latest;
  }
}

function record({ value, key, headers, timestampMs, offset }: Message): SourceRecord {
  const place = { key: key ?? undefined, headers, timestampMs, offset, next: offset + 1, line: 0 };
  return value === null ? { value: NOTHING, absent: true, ...place } : { value, ...place };
}

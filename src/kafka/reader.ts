import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import type { Source } from '../source/source.ts';
import { untilAnswered } from './waiting.ts';
import type { Fetched, Message, Wire } from './wire.ts';

const MAX_BYTES = 1 << 20;
const MAX_WAIT_MS = 200;
/**
 * Where nothing has come for so long, other brokers are asked who leads: one that is cut off answers for ever, and has
 * nothing new.
 */
const REVIEW_MS = 10_000;
const NOTHING = new Uint8Array(0);

interface Answer extends Fetched {
  readonly answeredAt: number;
  /** When the oldest record was written that waits for a transaction to end, epoch ms; undefined where none waits. */
  readonly blockedSinceMs: number | undefined;
}

/** What a reader reports: how far it is behind, and that it is cut off for now. */
export interface ReaderEvents {
  /**
   * Records that are not yet read, and, ms, how old the oldest is that waits for a transaction to end; 0 where none
   * does.
   */
  lag(records: number, blockedMs: number): void;
  interrupted(failure: Failure): void;
  /** A request was answered. */
  answered(): void;
}

/** What is replayed, and what of it was never read. */
export interface Replay {
  readonly from: number;
  /** The committed offset: what lies below is replayed. */
  readonly until: number;
  /** How many records that were at the time; undefined where nobody counted. */
  readonly records: number | undefined;
  readonly skipped: readonly { readonly from: number; readonly to: number }[];
}

/** Where it reads, and what it does where the offset to continue from is gone. */
export interface ReaderOptions {
  readonly topic: string;
  readonly partition: number;
  readonly onLost: 'stop' | 'earliest' | 'latest';
  readonly replay: Replay;
}

/**
 * The committed records of one partition, from a place that the task chooses. Reads one fetch ahead, and no further, so
 * that memory is bounded whatever the lag. A broker that does not answer is asked again until it does.
 */
export class PartitionReader implements Source {
  readonly name: string;
  readonly #wire: Wire;
  readonly #options: ReaderOptions;
  readonly #events: ReaderEvents;
  #passed = 0;
  /** The oldest record that waits for a transaction to end. */
  #blocked: { readonly from: number; readonly sinceMs: number } | undefined;
  #progressedAt = performance.now();
  /** Records that were replayed; undefined once all are. */
  #replayed: number | undefined = 0;
  /** Of the topic that was there when the reader began. */
  readonly #topicId: string | undefined;

  constructor(wire: Wire, options: ReaderOptions, events: ReaderEvents) {
    this.#wire = wire;
    this.#options = options;
    this.#events = events;
    this.name = `${options.topic}/${options.partition}`;
    this.#topicId = wire.topicId(options.topic);
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
      this.#checkReplay(from, answer);
      // It reports silence if it is no older than the question, and nothing lies there that may yet be committed.
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
    let at = this.#past(from);
    const work = async (): Promise<Answer> => {
      try {
        if (performance.now() - this.#progressedAt > REVIEW_MS) await this.#review();
        this.#refuseAnother();
        const place = { topic, partition, from: at };
        const fetched = await this.#wire.fetch({ ...place, maxBytes: MAX_BYTES, maxWaitMs: MAX_WAIT_MS });
        if (fetched.next > at) this.#progressedAt = performance.now();
        const blockedSinceMs = await this.#blockedSince(fetched);
        return { ...this.#unskipped(fetched), blockedSinceMs, answeredAt: performance.now() };
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

  /** Where to read, if it is nowhere that an operator has moved the group past. */
  #past(from: number): number {
    const hole = this.#options.replay.skipped.find((each) => each.from <= from && from < each.to);
    return hole === undefined ? from : this.#past(hole.to);
  }

  /** Without what an operator has moved the group past. */
  #unskipped(fetched: Fetched): Fetched {
    const { skipped } = this.#options.replay;
    if (skipped.length === 0) return fetched;
    const messages = fetched.messages.filter(({ offset }) => this.#past(offset) === offset);
    return { ...fetched, messages, next: this.#past(fetched.next) };
  }

  /**
   * What is replayed must be what was read at the time, or the state is another one.
   * @throws Failure kafka/records-gone
   */
  #checkReplay(from: number, { messages, next }: Fetched): void {
    const { from: checkpoint, until, records } = this.#options.replay;
    if (this.#replayed === undefined) return;
    this.#replayed += messages.filter(({ offset }) => offset >= from && offset < until).length;
    const [found, isWhole] = [this.#replayed, from <= checkpoint];
    if (next < until) return;
    this.#replayed = undefined;
    if (records === undefined || !isWhole || found === records) return;
    const message = `of the ${records} records from the checkpoint at ${checkpoint} to the committed offset ${until}, ${found} are left`;
    const failure = new Failure('kafka/records-gone', message, { where: this.name });
    if (this.#options.onLost === 'stop') throw failure;
    this.#events.interrupted(failure);
  }

  /** @throws Failure kafka/topic-recreated where the topic is another one than when it began */
  #refuseAnother(): void {
    const id = this.#wire.topicId(this.#options.topic);
    if (id === undefined || this.#topicId === undefined || id === this.#topicId) return;
    throw new Failure('kafka/topic-recreated', 'the topic was created anew while it was read', { where: this.name });
  }

  async #review(): Promise<void> {
    const { topic, partition } = this.#options;
    this.#progressedAt = performance.now();
    await this.#wire.review(topic, partition);
  }

  /** Where to continue when the offset is gone. @throws Failure where the configuration has no answer */
  async #elsewhere(from: number, cause: Failure): Promise<number> {
    const { topic, partition, onLost } = this.#options;
    await this.#review();
    const earliest = await this.#wire.offset(topic, partition, 'earliest');
    const latest = await this.#wire.offset(topic, partition, 'latest');
    // A leader that is no longer one has fewer records than its successor.
    if (earliest <= from && from <= latest) return from;
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

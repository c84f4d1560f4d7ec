import type { Kafka, Producer } from 'kafkajs';
import { z } from 'zod';
import { pause } from '../async/backoff.ts';
import { retry } from '../async/retry.ts';
import { Failure } from '../errors/failure.ts';
import { type VerdictStep, verdictStep } from '../similar/verdicts.ts';
import type { Feedback } from '../store/backend.ts';
import { isPassing, kafkaFailure } from './failure.ts';
import { topicNames } from './names.ts';
import { closed } from './renewed.ts';
import type { Fetched, Message, Wire } from './wire.ts';

const MAX_BYTES = 1 << 20;
/**
 * A task looks for answers so often. It shares its connection with its records, so the broker is never asked to wait.
 */
const LOOK_MS = 500;
const BACKOFF = { firstMs: 100, longestMs: 5_000, jitter: () => 0 };

const feedbackRecord = z.strictObject({ stream: z.string(), partition: z.int(), answer: verdictStep });

/** Whose answers these are: those of one partition of a stream's input. */
export interface Answered {
  readonly stream: string;
  readonly partition: number;
}

/** Where they are in the feedback topic. */
export interface FeedbackPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The place of a task's answers: that of partition p is p modulo the partitions of the feedback topic. */
export function feedbackPlace(
  group: string,
  partition: number,
  partitions: ReadonlyMap<string, number>,
): FeedbackPartition {
  const topic = topicNames.feedback(group);
  return { topic, partition: partition % (partitions.get(topic) ?? 1) };
}

/** Writes answers into the feedback topic. Connects with the first. */
export class FeedbackWriter {
  readonly #kafka: Kafka;
  #producer: Promise<Producer> | undefined;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  /** Resolves with the offset after it once all replicas in sync have it. @throws Failure kafka/* */
  async write(place: FeedbackPartition, { stream, partition }: Answered, answer: VerdictStep): Promise<number> {
    const value = JSON.stringify({ stream, partition, answer } satisfies z.input<typeof feedbackRecord>);
    const key = `${stream}/${'undo' in answer ? answer.undo : answer.alert}`;
    const messages = [{ key, value, partition: place.partition }];
    try {
      const producer = await this.#connected();
      const [{ baseOffset }] = await producer.send({ topic: place.topic, messages, acks: -1 });
      return Number(baseOffset) + 1;
    } catch (error) {
      await this.close();
      throw kafkaFailure(error, `${place.topic}/${place.partition}`);
    }
  }

  /** Never throws. */
  async close(): Promise<void> {
    const producer = await this.#producer?.catch(() => undefined);
    this.#producer = undefined;
    if (producer !== undefined) await closed(producer);
  }

  #connected(): Promise<Producer> {
    this.#producer ??= (async () => {
      const producer = this.#kafka.producer({
        allowAutoTopicCreation: false,
        idempotent: true,
        maxInFlightRequests: 1,
      });
      await producer.connect();
      return producer;
    })();
    return this.#producer;
  }
}

/** Reads the answers of one task, in the order of the feedback topic. */
export class FeedbackReader {
  readonly #wire: Wire;
  readonly #place: FeedbackPartition;
  readonly #of: Answered;
  readonly #report: (failure: Failure) => void;

  /** `report` has what is skipped, and why the brokers are asked again. */
  constructor(
    wire: Wire,
    place: FeedbackPartition,
    { of, report }: { of: Answered; report: (failure: Failure) => void },
  ) {
    this.#wire = wire;
    this.#place = place;
    this.#of = of;
    this.#report = report;
  }

  /**
   * From this offset on, as they come; what is no answer is skipped and reported.
   * @throws Failure kafka/* that is not transient
   */
  async *read(from: number, signal: AbortSignal): AsyncGenerator<Feedback> {
    for (let at = from; !signal.aborted; ) {
      const fetched = await retry(() => this.#fetch(at), {
        signal,
        isTransient: isPassing,
        failed: this.#report,
        backoff: BACKOFF,
      });
      if (fetched === undefined) return;
      for (const message of fetched.messages) {
        const answer = this.#answerIn(message);
        if (answer !== undefined) yield { answer, next: message.offset + 1 };
      }
      at = fetched.next;
      if (fetched.messages.length === 0) await pause(LOOK_MS, signal);
    }
  }

  /** Where the topic was made anew, or begins later, it is read from its begin. */
  async #fetch(from: number): Promise<Fetched> {
    const request = { ...this.#place, maxBytes: MAX_BYTES, maxWaitMs: 0 };
    try {
      return await this.#wire.fetch({ ...request, from });
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'kafka/offset-out-of-range') throw error;
      const { topic, partition } = this.#place;
      return await this.#wire.fetch({ ...request, from: await this.#wire.offset(topic, partition, 'earliest') });
    }
  }

  /** Undefined where it is for another task, or no answer at all. */
  #answerIn({ value, offset }: Message): VerdictStep | undefined {
    const { data } = feedbackRecord.safeParse(json(value));
    if (data === undefined) {
      const where = `${this.#place.topic}/${this.#place.partition}`;
      this.#report(
        new Failure('decode/syntax', `the record at offset ${offset} is no verdict; it is skipped`, { where }),
      );
    } else if (data.stream === this.#of.stream && data.partition === this.#of.partition) {
      return data.answer;
    }
    return undefined;
  }
}

function json(value: Buffer | null): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return undefined;
  }
}

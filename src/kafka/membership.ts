import { ReadableStream } from 'node:stream/web';
import type { Consumer, Kafka } from 'kafkajs';
import { unlessAborted } from '../async/aborted.ts';
import { retry } from '../async/retry.ts';
import { Waiters } from '../async/waiters.ts';
import { Failure } from '../errors/failure.ts';
import { stickyAssigner } from './assigner.ts';
import { isPassing, kafkaFailure } from './failure.ts';
import { closed } from './renewed.ts';
import { BACKOFF, type Waiting } from './waiting.ts';

const LOOP_MS = 300;
const LOOK_MS = 1_000;
/** A member that is only slow is not replaced. */
const BUSY_MS = 30_000;
/** To leave the group when it ends. */
const LEAVE_WITHIN_MS = 10_000;
/** A partition that is added to a topic is found so soon. */
const METADATA_MAX_AGE_MS = 20_000;

/** Topic → partitions. */
export type Owned = Readonly<Record<string, readonly number[]>>;

/** Which group, and how patient it is with a member; durations in ms. */
export interface MembershipOptions {
  readonly group: string;
  readonly topics: readonly string[];
  readonly session_timeout: number;
  readonly heartbeat_interval: number;
  readonly rebalance_timeout: number;
}

/**
 * One member of a consumer group, for its membership alone: it reads nothing, for tasks read for themselves. When
 * kafkajs' consumer gives up, another takes its place; tasks continue meanwhile, for fencing keeps them safe and the
 * group only shares them out.
 */
export class Membership {
  readonly #kafka: Kafka;
  readonly #options: MembershipOptions;
  readonly #waiting: Waiting;
  readonly #waiters = new Waiters();
  #beatAt = 0;
  /** How often the group has answered this member. */
  #beats = 0;
  #owned: Record<string, number[]> = {};
  #since = 0;

  constructor(kafka: Kafka, options: MembershipOptions, waiting: Waiting) {
    this.#kafka = kafka;
    this.#options = options;
    this.#waiting = waiting;
  }

  /**
   * All that this member has, each time the group says so; ends after `signal`, once the group is left.
   * @throws Failure that is not transient
   */
  assignments(signal: AbortSignal): AsyncIterable<Owned> {
    return new ReadableStream<Owned>({
      start: (controller) => {
        const assigned = (owned: Owned) => controller.enqueue(owned);
        const lives = () => this.#live(assigned, signal);
        const { failed } = this.#waiting;
        const options = { signal, isTransient: isPassing, failed, backoff: BACKOFF };
        retry(lives, options).then(
          () => controller.close(),
          (error: unknown) => controller.error(error),
        );
      },
    });
  }

  /** Resolves when the group next answers this member, or the signal aborts. */
  async heartbeat(signal: AbortSignal): Promise<void> {
    const before = this.#beats;
    await this.#waiters.until(() => this.#beats > before, signal);
  }

  /** One consumer's life, until the signal aborts. @throws Failure that it died of */
  async #live(assigned: (owned: Owned) => void, signal: AbortSignal): Promise<void> {
    const consumer = this.#consumer();
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      consumer.pause(this.#options.topics.map((topic) => ({ topic })));
      this.#joined(payload.memberAssignment);
      assigned(payload.memberAssignment);
    });
    consumer.on(consumer.events.HEARTBEAT, () => this.#wake());
    const died = new Promise<Error>((resolve) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error));
    });
    const living = this.#run(consumer).then(() => died);
    const silent = this.#silent();
    try {
      const error = await unlessAborted(Promise.race([living, silent.failure]), signal);
      if (error !== undefined) throw error;
    } catch (error) {
      throw kafkaFailure(error, this.#options.group);
    } finally {
      silent.stop();
      living.catch(() => {});
      await closed(consumer, LEAVE_WITHIN_MS);
    }
  }

  async #run(consumer: Consumer): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} });
  }

  /**
   * The failure of a consumer that the group does not answer, for longer than any rebalance takes: kafkajs may wait for
   * ever for an answer.
   */
  #silent(): { readonly failure: Promise<Failure>; stop(): void } {
    const { rebalance_timeout, session_timeout, group: where } = this.#options;
    // To join and to sync may take a rebalance each; a busy machine has time beside.
    const longest = 2 * rebalance_timeout + session_timeout + BUSY_MS;
    this.#beatAt = performance.now();
    let resolve = (_: Failure): void => {};
    const failure = new Promise<Failure>((done) => {
      resolve = done;
    });
    const timer = setInterval(() => {
      if (performance.now() - this.#beatAt < longest) return;
      const message = `the group has not answered this member for ${Math.round(longest / 1000)} s`;
      resolve(new Failure('kafka/unreachable', message, { where }));
    }, LOOK_MS);
    return { failure, stop: () => clearInterval(timer) };
  }

  #consumer(): Consumer {
    const { group, session_timeout, heartbeat_interval, rebalance_timeout } = this.#options;
    return this.#kafka.consumer({
      groupId: group,
      partitionAssigners: [stickyAssigner(() => ({ since: this.#since, owned: this.#owned }))],
      sessionTimeout: session_timeout,
      heartbeatInterval: heartbeat_interval,
      rebalanceTimeout: rebalance_timeout,
      maxWaitTimeInMs: LOOP_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      retry: { restartOnFailure: async () => false },
    });
  }

  #joined(assignment: Record<string, number[]>): void {
    this.#owned = assignment;
    this.#since = Date.now();
    this.#wake();
  }

  #wake(): void {
    this.#waiting.answered();
    this.#beatAt = performance.now();
    this.#beats++;
    this.#waiters.wake();
  }
}

import { setTimeout } from 'node:timers/promises';
import type { Consumer, Kafka } from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import { Waiters } from '../state/waiters.ts';
import { stickyAssigner } from './assigner.ts';
import { isPassing, kafkaFailure } from './failure.ts';

const LOOP_MS = 300;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

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

/** What a membership tells. */
export interface MembershipEvents {
  /** All that this member has from now on. */
  assigned(owned: Owned): void;
  interrupted(failure: Failure): void;
}

/**
 * One member of a consumer group, for its membership alone: it reads nothing, for tasks read for themselves. When kafkajs' consumer gives up,
 * another takes its place; tasks go on meanwhile, for fencing keeps them safe and the group only shares them out.
 */
export class Membership {
  readonly #kafka: Kafka;
  readonly #options: MembershipOptions;
  readonly #events: MembershipEvents;
  readonly #waiters = new Waiters();
  /** How often the group has heard of this member. */
  #beats = 0;
  #owned: Record<string, number[]> = {};
  #since = 0;

  constructor(kafka: Kafka, options: MembershipOptions, events: MembershipEvents) {
    this.#kafka = kafka;
    this.#options = options;
    this.#events = events;
  }

  /** Ends after `signal`, having left the group. @throws Failure that trying again does not help */
  async run(signal: AbortSignal): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const crash = await this.#live(signal);
      if (crash === undefined) return;
      if (!isPassing(crash)) throw crash;
      this.#events.interrupted(crash);
      await setTimeout(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Resolves when the group next hears of this member, or the signal aborts. */
  async heard(signal: AbortSignal): Promise<void> {
    const before = this.#beats;
    await this.#waiters.until(() => this.#beats > before, signal);
  }

  /** One consumer's life: until the signal aborts, or what it died of. */
  async #live(signal: AbortSignal): Promise<Failure | undefined> {
    const consumer = this.#consumer();
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.#joined(consumer, payload.memberAssignment));
    consumer.on(consumer.events.HEARTBEAT, () => this.#wake());
    const died = new Promise<Failure>((resolve) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => resolve(kafkaFailure(payload.error, this.#options.group)));
    });
    const stopped = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} });
      return signal.aborted ? undefined : await Promise.race([died, stopped]);
    } catch (error) {
      return error instanceof Failure ? error : kafkaFailure(error, this.#options.group);
    } finally {
      await consumer.disconnect().catch(() => {});
    }
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
      allowAutoTopicCreation: false,
      readUncommitted: false,
      retry: { restartOnFailure: async () => false },
    });
  }

  #joined(consumer: Consumer, assignment: Record<string, number[]>): void {
    consumer.pause(this.#options.topics.map((topic) => ({ topic })));
    this.#owned = assignment;
    this.#since = Date.now();
    this.#events.assigned(assignment);
    this.#wake();
  }

  #wake(): void {
    this.#beats++;
    this.#waiters.wake();
  }
}

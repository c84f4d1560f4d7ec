import type { Failure } from '../errors/failure.ts';
import type { Output } from '../event/output.ts';
import type { VerdictStep } from '../similar/verdicts.ts';
import type { Source } from '../source/source.ts';
import type { Outbox, Store, TaskStore } from './store.ts';

/**
 * What one task reads: a partition of a topic; or all of a stream's source, as partition 0 of a topic named like the
 * stream.
 */
export interface TopicPartition {
  readonly stream: string;
  readonly topic: string;
  readonly partition: number;
  /** As logs and probes name it. */
  readonly name: string;
  /** Name of its task in the store. */
  readonly task: string;
}

/** A person's answer in a feedback topic, and the place after it. */
export interface Feedback {
  readonly answer: VerdictStep;
  readonly next: number;
}

/** Where the answers to a task's alerts are written, and where it reads them from, in order. */
export interface FeedbackTopic {
  /** From this place on, as they come; ends once `signal` aborts. @throws Failure that is not transient */
  read(from: number, signal: AbortSignal): AsyncIterable<Feedback>;
  /** Resolves with the place after it once it is durable. @throws Failure */
  write(answer: VerdictStep): Promise<number>;
}

/** What a task needs while it has its partition. */
export interface OpenPartition {
  readonly store: TaskStore;
  /** Freezes the task's state for the bundles of its alerts; absent where the store cannot. */
  readonly freezer?: Pick<Store, 'freeze'> | undefined;
  /** Absent where the process that has the task is the only one that can be given its answers. */
  readonly feedback?: FeedbackTopic | undefined;
  /** Called once the state is restored. @throws Failure */
  openSource(): Promise<Source>;
  /** Never throws. */
  close(): Promise<void>;
}

/** A part of the outbox, delivered in order to each sink. */
export interface OutboxPartition {
  /** What the outbox calls a task. */
  readonly name: string;
  /** What may be in it. */
  readonly kinds: readonly Output['kind'][];
  /** Whose outputs are in it; of all streams where absent. */
  readonly streams?: readonly string[] | undefined;
}

/** The outbox, and the parts of it that this process delivers. */
export interface SharedOutbox extends Outbox {
  /** Assigned to this process now. */
  readonly partitions: readonly OutboxPartition[];
  /** The same, each time it changes; ends after `signal`. @throws Failure that is not transient */
  assignments(signal: AbortSignal): AsyncIterable<readonly OutboxPartition[]>;
  /** Committed outputs of the partition that the sink still has to pass. */
  pending(partition: string, sink: string, next: number): number;
  /**
   * Every sink has passed what is below `next`, which may be ∞: it may be forgotten. Absent where that happens
   * elsewhere.
   */
  trim?(partition: string, next: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Where tasks come from and where their state, position and outputs are kept. One backend keeps everything in a folder
 * and has the same tasks from start to end; the other gets partitions of topics, as a member of a consumer group.
 */
export interface Backend {
  /** Why nothing is assigned yet, for the probes. */
  readonly notAssigned: string;
  /** Called first, and once. False where `signal` aborts before everything is there. @throws Failure */
  prepare(signal: AbortSignal): Promise<boolean>;
  /**
   * All that this process reads, each time that changes; ends where it never changes again, or after `signal`.
   * @throws Failure that is not transient
   */
  assignments(signal: AbortSignal): AsyncIterable<readonly TopicPartition[]>;
  /** Opens an assigned partition for one task. @throws Failure; the reason of `signal` */
  open(partition: TopicPartition, signal: AbortSignal): Promise<OpenPartition>;
  /** Whether opening the partition, or the outbox, again may help. */
  isTransient(failure: Failure): boolean;
  /** Why the tasks do not get on now, for the probes; empty where they do. */
  readonly waiting: readonly string[];
  /** The task of the partition failed so. Resolves when the partition may be opened again, or `signal` aborts. */
  reopenable(partition: TopicPartition, failure: Failure, signal: AbortSignal): Promise<void>;
  /**
   * The outbox for sinks that want these kinds; undefined where nothing can be delivered, or `signal` aborts before it
   * is open. @throws Failure
   */
  openOutbox(kinds: ReadonlySet<Output['kind']>, signal: AbortSignal): Promise<SharedOutbox | undefined>;
  close(): Promise<void>;
}

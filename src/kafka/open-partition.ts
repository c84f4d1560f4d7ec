import type { Kafka } from 'kafkajs';
import type { Failure } from '../errors/failure.ts';
import type { FeedbackTopic, OpenPartition, TopicPartition } from '../store/backend.ts';
import { Changelog } from './changelog.ts';
import type { RestoreProgress } from './changelog-log.ts';
import { FeedbackReader, type FeedbackWriter, feedbackPlace } from './feedback.ts';
import { topicNames, transactionalId } from './names.ts';
import type { KafkaOptions } from './options.ts';
import { PartitionReader } from './reader.ts';
import { moveRenamed } from './renamed.ts';
import { type ScoreFormat, ScoreRecords } from './score-records.ts';
import type { KafkaSourceOptions } from './source.ts';
import { Transactions } from './transactions.ts';
import type { Waiting } from './waiting.ts';
import { Wire } from './wire.ts';

/** What is reported of a partition while a task has it. */
export interface PartitionEvents {
  /** A restore that takes long. */
  restoring(partition: TopicPartition, progress: RestoreProgress): void;
  /** See `ReaderEvents`. */
  lag(partition: TopicPartition, records: number, blockedMs: number): void;
  /** It did something that an operator asked for, or should know. */
  did(partition: TopicPartition, what: string): void;
  /** Something failed, and is tried again. */
  interrupted(where: string, failure: Failure): void;
}

/** What opening a partition needs. */
export interface OpenParts {
  readonly kafka: Kafka;
  readonly group: string;
  readonly options: KafkaOptions;
  readonly source: KafkaSourceOptions;
  /** What the stream's scores are in their topic. */
  readonly format: ScoreFormat;
  /** Partitions of each topic that is written to. */
  readonly partitions: ReadonlyMap<string, number>;
  readonly writer: FeedbackWriter;
  readonly events: PartitionEvents;
  readonly waiting: Waiting;
}

/**
 * Fences whoever had the partition before, and opens its state and its records. Good for one life of the task: what was
 * in memory is worth nothing once the outcome of a commit is unknown.
 * @throws Failure kafka/*, or the signal's reason
 */
export async function openPartition(
  partition: TopicPartition,
  signal: AbortSignal,
  parts: OpenParts,
): Promise<OpenPartition> {
  const { kafka, group, options } = parts;
  const { stream, topic } = partition;
  const wire = new Wire(kafka);
  try {
    await wire.connect([topic, topicNames.changelog(group, stream), topicNames.feedback(group)]);
    const id = transactionalId(group, topic, partition.partition);
    const { transaction_timeout: timeoutMs, compression } = options;
    const { scores, alerts, changelog, deadLetters } = topicNames;
    const topics = [scores(group), alerts(group), changelog(group, stream), deadLetters(topic)];
    await moveRenamed({
      wire,
      kafka,
      signal,
      transactions: { timeoutMs, compression },
      ...changelogParts(partition, parts),
    });
    const transactions = await Transactions.fence(kafka, { id, timeoutMs, compression, topics }, signal);
    const store = changelogOf({ wire, transactions, signal }, partition, parts);
    const close = async () => {
      await Promise.all([transactions.close().catch(() => {}), wire.close().catch(() => {})]);
    };
    const feedback = feedbackOf(wire, partition, parts);
    const openSource = async () => readerOf({ wire, store }, partition, parts);
    return { store, freezer: store, feedback, openSource, close };
  } catch (error) {
    await wire.close().catch(() => {});
    throw error;
  }
}

interface Connected {
  readonly wire: Wire;
  readonly transactions: Transactions;
  readonly signal: AbortSignal;
}

function changelogOf(connected: Connected, at: TopicPartition, parts: OpenParts): Changelog {
  return new Changelog({
    ...connected,
    ...changelogParts(at, parts),
    source: parts.source,
    report: (failure) => parts.events.interrupted(at.name, failure),
  });
}

function changelogParts(at: TopicPartition, parts: OpenParts) {
  const { group, partitions, events, format } = parts;
  const { stream, topic, partition } = at;
  const scores = format === 'cloudevents' ? undefined : new ScoreRecords(format);
  return {
    origin: { group, stream, topic, partition, partitions, scores },
    restoring: (progress: RestoreProgress) => events.restoring(at, progress),
    did: (what: string) => events.did(at, what),
  };
}

function feedbackOf(wire: Wire, { stream, partition, name }: TopicPartition, parts: OpenParts): FeedbackTopic {
  const place = feedbackPlace(parts.group, partition, parts.partitions);
  const of = { stream, partition };
  const reader = new FeedbackReader(wire, place, { of, report: (failure) => parts.events.interrupted(name, failure) });
  return {
    read: (from, signal) => reader.read(from, signal),
    write: (answer) => parts.writer.write(place, of, answer),
  };
}

function readerOf(
  { wire, store }: { readonly wire: Wire; readonly store: Changelog },
  at: TopicPartition,
  { source, events, waiting }: OpenParts,
): PartitionReader {
  const { topic, partition } = at;
  return new PartitionReader(
    wire,
    { topic, partition, onLost: source.on_lost_offset, replay: store.replay() },
    {
      lag: (records, blockedMs) => events.lag(at, records, blockedMs),
      interrupted: waiting.failed,
      answered: waiting.answered,
    },
  );
}

import type { Kafka } from 'kafkajs';
import { Connection } from './cluster.ts';
import { committedRecords } from './committed.ts';
import { type FetchAnswer, fetchPartition } from './fetch.ts';
import { listOffsets, type OffsetQuestion } from './list-offsets.ts';
import { type StoredRecord, storedBatches } from './stored-batch.ts';

/** A committed record. */
export type Message = StoredRecord;

/** The answer to one fetch. */
export interface Fetched {
  readonly messages: readonly Message[];
  /** Where to continue: past control records and what compaction took away. */
  readonly next: number;
  /** First offset that is not committed yet: the last stable one. */
  readonly end: number;
  readonly highWatermark: number;
}

/** Where a group is in its input. */
export interface GroupOffset {
  readonly offset: number;
  /** What whoever wrote it wrote beside it. */
  readonly metadata: string;
}

/** A place to fetch from, and how long and how much. */
export interface FetchRequest {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly maxBytes: number;
  /** How long the broker waits for something to come, ms. */
  readonly maxWaitMs: number;
}

/**
 * Reads what is committed, from a place one chooses. One request at a time: a fetch that waits holds up whoever asks
 * through the same wire. Every method throws Failure kafka/*.
 */
export class Wire {
  readonly #connection: Connection;

  constructor(kafka: Kafka) {
    this.#connection = new Connection(kafka);
  }

  connect(topics: readonly string[]): Promise<void> {
    return this.#connection.connect(topics);
  }

  /** One request to the partition's leader. */
  async fetch({ topic, partition, from, maxBytes, maxWaitMs }: FetchRequest): Promise<Fetched> {
    return await this.#connection.ask(`${topic}/${partition}@${from}`, async () => {
      const { leader, epoch } = this.#connection.leaderOf(topic, partition);
      const asked = { topic, partition, from, leaderEpoch: epoch, maxBytes, maxWaitMs };
      return await fetched(await fetchPartition(await this.#connection.broker(leader), asked), asked);
    });
  }

  /**
   * When the record at this offset, or the first after it, was written, committed or not, epoch ms; undefined where
   * there is none.
   */
  async writtenAt(topic: string, partition: number, from: number): Promise<number | undefined> {
    return await this.#connection.ask(`${topic}/${partition}@${from}`, async () => {
      const { leader, epoch } = this.#connection.leaderOf(topic, partition);
      const asked = { topic, partition, from, leaderEpoch: epoch, maxBytes: 1, maxWaitMs: 0, isUncommitted: true };
      const { records } = await fetchPartition(await this.#connection.broker(leader), asked);
      const batches = await storedBatches(records, `${topic}/${partition}`);
      return batches.flatMap((batch) => batch.records).find(({ offset }) => offset >= from)?.timestampMs;
    });
  }

  /** The first offset that is still there, or the one after the last that is committed. */
  async offset(topic: string, partition: number, which: 'earliest' | 'latest'): Promise<number> {
    return await this.#connection.ask(`${topic}/${partition}`, async () => {
      const { leader, epoch } = this.#connection.leaderOf(topic, partition);
      const broker = await this.#connection.broker(leader);
      const [offset] = await listOffsets(broker, [{ topic, partition, leaderEpoch: epoch }], which);
      return offset;
    });
  }

  /** The offset after the last that is committed, of each place: one request to each broker. By `topic/partition`. */
  async ends(
    places: readonly { readonly topic: string; readonly partition: number }[],
  ): Promise<ReadonlyMap<string, number>> {
    const topics = [...new Set(places.map(({ topic }) => topic))];
    return await this.#connection.ask(topics.join(', '), async () => {
      const byLeader = new Map<number, OffsetQuestion[]>();
      for (const { topic, partition } of places) {
        const { leader, epoch } = this.#connection.leaderOf(topic, partition);
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), { topic, partition, leaderEpoch: epoch }]);
      }
      const answered = await Promise.all(
        [...byLeader].map(async ([leader, asked]) => {
          const offsets = await listOffsets(await this.#connection.broker(leader), asked, 'latest');
          return asked.map(({ topic, partition }, n) => [`${topic}/${partition}`, offsets[n]] as const);
        }),
      );
      return new Map(answered.flat());
    });
  }

  /** Where the group is in its input, and what was written beside that; undefined where it never committed. */
  async groupOffset(group: string, topic: string, partition: number): Promise<GroupOffset | undefined> {
    return await this.#connection.ask(`${topic}/${partition}`, async () => {
      const coordinator = await this.#connection.groupCoordinator(group);
      const asked = { groupId: group, topics: [{ topic, partitions: [{ partition }] }] };
      const { responses } = await coordinator.offsetFetch(asked);
      const [{ offset, metadata } = { offset: '-1', metadata: null }] = responses.flatMap(
        ({ partitions }) => partitions,
      );
      return Number(offset) < 0 ? undefined : { offset: Number(offset), metadata: metadata ?? '' };
    });
  }

  /** Asks other brokers than the leader who leads the partition now. */
  async review(topic: string, partition: number): Promise<void> {
    await this.#connection.review(topic, partition);
  }

  /** Of this topic, and of none that is created anew under its name; undefined where the brokers have no ids. */
  topicId(topic: string): string | undefined {
    return this.#connection.topicId(topic);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

async function fetched(
  answer: FetchAnswer,
  { topic, partition, from }: Omit<FetchRequest, 'maxBytes' | 'maxWaitMs'>,
): Promise<Fetched> {
  const batches = await storedBatches(answer.records, `${topic}/${partition}`);
  // A batch that compaction has emptied has a place all the same.
  const next = Math.max(from, (batches.at(-1)?.lastOffset ?? -1) + 1);
  const committed = committedRecords(batches, answer.aborted);
  return {
    messages: committed.filter(({ offset }) => offset >= from),
    next,
    end: answer.lastStableOffset,
    highWatermark: answer.highWatermark,
  };
}

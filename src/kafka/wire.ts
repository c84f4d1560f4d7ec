import type { Kafka } from 'kafkajs';
import { Connection } from './cluster.ts';
import { committedRecords } from './committed.ts';
import { type FetchAnswer, fetchPartition } from './fetch.ts';
import { type StoredRecord, storedBatches } from './stored-batch.ts';

const EARLIEST = -2;
const LATEST = -1;

/** A committed record. */
export type Message = StoredRecord;

/** The answer to one fetch. */
export interface Fetched {
  readonly messages: readonly Message[];
  /** Where to go on: past control records and what compaction took away. */
  readonly next: number;
  /** First offset that is not committed yet: the last stable one. */
  readonly end: number;
  readonly highWatermark: number;
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
 * Reads what is committed, from a place one chooses. One request at a time: a fetch that waits holds up whoever asks through the same wire.
 * Every method throws Failure kafka/*.
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
      const leader = await this.#connection.broker(this.#connection.leaderOf(topic, partition));
      const asked = { topic, partition, from, leaderEpoch: -1, maxBytes, maxWaitMs };
      return await fetched(await fetchPartition(leader, asked), asked);
    });
  }

  /** When the record at this offset, or the first after it, was written, committed or not, epoch ms; undefined where there is none. */
  async writtenAt(topic: string, partition: number, from: number): Promise<number | undefined> {
    return await this.#connection.ask(`${topic}/${partition}@${from}`, async () => {
      const leader = await this.#connection.broker(this.#connection.leaderOf(topic, partition));
      const asked = { topic, partition, from, leaderEpoch: -1, maxBytes: 1, maxWaitMs: 0, isUncommitted: true };
      const { records } = await fetchPartition(leader, asked);
      const batches = await storedBatches(records, `${topic}/${partition}`);
      return batches.flatMap((batch) => batch.records).find(({ offset }) => offset >= from)?.timestampMs;
    });
  }

  /** The first offset that is still there, or the one after the last that is committed. */
  async offset(topic: string, partition: number, which: 'earliest' | 'latest'): Promise<number> {
    return await this.#connection.ask(`${topic}/${partition}`, async (cluster) => {
      const fromTimestamp = which === 'earliest' ? EARLIEST : LATEST;
      const asked = [{ topic, partitions: [{ partition }], fromTimestamp }];
      const [{ partitions }] = await cluster.fetchTopicsOffset(asked);
      return Number(partitions[0].offset);
    });
  }

  /** The offset after the last that is committed, of each place: one request to each broker. By `topic/partition`. */
  async ends(
    places: readonly { readonly topic: string; readonly partition: number }[],
  ): Promise<ReadonlyMap<string, number>> {
    const topics = [...new Set(places.map(({ topic }) => topic))];
    const asked = topics.map((topic) => {
      const partitions = places.filter((place) => place.topic === topic).map(({ partition }) => ({ partition }));
      return { topic, partitions, fromTimestamp: LATEST };
    });
    return await this.#connection.ask(topics.join(', '), async (cluster) => {
      const answers = await cluster.fetchTopicsOffset(asked);
      return new Map(
        answers.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)] as const),
        ),
      );
    });
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

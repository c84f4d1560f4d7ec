import type { KnownTopic, PartitionLeader } from './metadata.ts';

interface Held {
  readonly id: string;
  readonly partitions: ReadonlyMap<number, PartitionLeader>;
}

/**
 * Who leads each partition, out of what several brokers say. A broker that is cut off from the controller may believe
 * for ever that it leads: the highest epoch that anybody ever named is true (KIP-320). Epochs begin anew with a topic
 * that is created anew, so of two topics with one name that counts which more of the brokers know.
 */
export class Leaders {
  readonly #topics = new Map<string, Held>();

  /** Takes in the answers of some brokers to one question. */
  learn(answers: readonly (readonly KnownTopic[])[]): void {
    const byTopic = new Map<string, KnownTopic[]>();
    for (const known of answers.flat()) byTopic.set(known.topic, [...(byTopic.get(known.topic) ?? []), known]);
    for (const [topic, opinions] of byTopic) this.#topics.set(topic, this.#merged(topic, opinions));
  }

  /** undefined where no broker has said it. */
  of(topic: string, partition: number): PartitionLeader | undefined {
    return this.#topics.get(topic)?.partitions.get(partition);
  }

  /** undefined where no broker has said it. */
  idOf(topic: string): string | undefined {
    return this.#topics.get(topic)?.id;
  }

  /** How many partitions it has; 0 where no broker has said it. */
  partitionsOf(topic: string): number {
    return this.#topics.get(topic)?.partitions.size ?? 0;
  }

  #merged(topic: string, opinions: readonly KnownTopic[]): Held {
    const held = this.#topics.get(topic);
    const votes = new Map<string, number>();
    for (const { id } of opinions) votes.set(id, (votes.get(id) ?? 0) + 1);
    // Of as many votes, what is new: who knows only the old one is behind.
    const [[id]] = [...votes].sort(([a, n], [b, m]) => m - n || Number(a === held?.id) - Number(b === held?.id));
    const partitions = new Map(held?.id === id ? held.partitions : []);
    for (const each of opinions.filter((opinion) => opinion.id === id).flatMap((opinion) => opinion.partitions)) {
      if (each.epoch >= (partitions.get(each.partition)?.epoch ?? -1)) partitions.set(each.partition, each);
    }
    return { id, partitions };
  }
}

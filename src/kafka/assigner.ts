import { AssignerProtocol, type Assignment, type GroupMember, type PartitionAssigner } from 'kafkajs';
import { z } from 'zod';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;
const NAME = 'SurprisalSticky';

const claim = z.strictObject({ since: z.number(), owned: z.record(z.string(), z.array(z.int())) });

/** What a member says it has, and since when, epoch ms. */
export type Claim = z.infer<typeof claim>;

interface InputPartition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * Spreads partitions evenly and leaves each where it is as long as that is even: a task that stays restores nothing.
 * Where two claim the same partition, a woken zombie and its successor, the newer claim counts.
 */
export function stickyAssigner(own: () => Claim): PartitionAssigner {
  return ({ cluster }) => ({
    name: NAME,
    version: 1,
    async assign({ members }) {
      const claimants = members.map(claimOf);
      // Not the leader's topics alone: while a configuration is rolled out, members have different ones.
      const topics = [...new Set(claimants.flatMap(({ subscribed }) => subscribed))];
      await cluster.addMultipleTargetTopics(topics);
      const partitions = topics.flatMap((topic) =>
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId: partition }) => ({ topic, partition })),
      );
      return [...spread(claimants, partitions)].map(([memberId, owned]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version: 1,
          assignment: grouped(owned),
          userData: Buffer.alloc(0),
        }),
      }));
    },
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({ version: 1, topics, userData: Buffer.from(JSON.stringify(own())) }),
    }),
  });
}

/** A member and what it claims. */
export interface Claimant extends Claim {
  readonly memberId: string;
  /** The topics it reads; it is given no other. */
  readonly subscribed: readonly string[];
}

/**
 * Who gets what: of topics with the same readers, no reader more than one more than another; O(partitions × members).
 */
export function spread(
  claimants: readonly Claimant[],
  partitions: readonly InputPartition[],
): ReadonlyMap<string, readonly InputPartition[]> {
  const given = new Map<string, InputPartition[]>(claimants.map(({ memberId }) => [memberId, []]));
  const readersOf = (topic: string) => claimants.filter(({ subscribed }) => subscribed.includes(topic));
  const shared = new Map<string, InputPartition[]>();
  for (const partition of partitions) {
    const readers = JSON.stringify(readersOf(partition.topic).map(({ memberId }) => memberId));
    const together = shared.get(readers) ?? [];
    together.push(partition);
    shared.set(readers, together);
  }
  for (const together of shared.values()) {
    for (const [memberId, part] of spreadAmong(readersOf(together[0].topic), together))
      given.get(memberId)?.push(...part);
  }
  return given;
}

/** Of partitions that all of them read. */
function spreadAmong(
  claimants: readonly Claimant[],
  partitions: readonly InputPartition[],
): ReadonlyMap<string, readonly InputPartition[]> {
  const order = claimants.toSorted((a, b) => b.since - a.since || (a.memberId < b.memberId ? -1 : 1));
  const given = new Map<string, InputPartition[]>(order.map(({ memberId }) => [memberId, []]));
  const least = Math.floor(partitions.length / order.length);
  let larger = partitions.length - least * order.length;
  const homeless = new Map(partitions.map((partition) => [nameOf(partition), partition]));
  for (const { memberId, owned } of order) {
    const kept = given.get(memberId) ?? [];
    const claimed = Object.entries(owned).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    for (const partition of claimed) {
      const room = kept.length < least || (kept.length === least && larger > 0);
      if (!room || !homeless.delete(nameOf(partition))) continue;
      if (kept.length === least) larger--;
      kept.push(partition);
    }
  }
  for (const partition of homeless.values()) {
    const [poorest] = [...given.values()].toSorted((a, b) => a.length - b.length);
    poorest.push(partition);
  }
  return given;
}

function claimOf({ memberId, memberMetadata }: GroupMember): Claimant {
  const { userData, topics: subscribed } = MemberMetadata.decode(memberMetadata) ?? {
    userData: Buffer.alloc(0),
    topics: [],
  };
  try {
    return { memberId, subscribed, ...claim.parse(JSON.parse(userData.toString())) };
  } catch {
    // Another version of us: it claims nothing that we understand.
    return { memberId, subscribed, since: 0, owned: {} };
  }
}

function grouped(partitions: readonly InputPartition[]): Assignment {
  const assignment: Assignment = {};
  for (const { topic, partition } of partitions) {
    assignment[topic] ??= [];
    assignment[topic].push(partition);
  }
  return assignment;
}

function nameOf({ topic, partition }: InputPartition): string {
  return `${topic}/${partition}`;
}

import { AssignerProtocol, type Assignment, type GroupMember, type PartitionAssigner } from 'kafkajs';
import { z } from 'zod';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;
const NAME = 'SurprisalSticky';

const claim = z.strictObject({ since: z.number(), owned: z.record(z.string(), z.array(z.int())) });

/** What a member says it has, and since when, epoch ms. */
export type Claim = z.infer<typeof claim>;

interface Place {
  readonly topic: string;
  readonly partition: number;
}

/**
 * Spreads partitions evenly and leaves each where it is as long as that is even: a task that stays restores nothing. Where two claim the
 * same partition, a woken zombie and its successor, the newer claim counts.
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
      const places = topics.flatMap((topic) =>
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId: partition }) => ({ topic, partition })),
      );
      return [...spread(claimants, places)].map(([memberId, owned]) => ({
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

/** Who gets what: of topics with the same readers, no reader more than one more than another; O(places × members). */
export function spread(
  claimants: readonly Claimant[],
  places: readonly Place[],
): ReadonlyMap<string, readonly Place[]> {
  const given = new Map<string, Place[]>(claimants.map(({ memberId }) => [memberId, []]));
  const readersOf = (topic: string) => claimants.filter(({ subscribed }) => subscribed.includes(topic));
  const shared = new Map<string, Place[]>();
  for (const place of places) {
    const readers = JSON.stringify(readersOf(place.topic).map(({ memberId }) => memberId));
    const together = shared.get(readers) ?? [];
    together.push(place);
    shared.set(readers, together);
  }
  for (const together of shared.values()) {
    for (const [memberId, part] of spreadAmong(readersOf(together[0].topic), together))
      given.get(memberId)?.push(...part);
  }
  return given;
}

/** Of places that all of them read. */
function spreadAmong(claimants: readonly Claimant[], places: readonly Place[]): ReadonlyMap<string, readonly Place[]> {
  const order = claimants.toSorted((a, b) => b.since - a.since || (a.memberId < b.memberId ? -1 : 1));
  const given = new Map<string, Place[]>(order.map(({ memberId }) => [memberId, []]));
  const least = Math.floor(places.length / order.length);
  let larger = places.length - least * order.length;
  const homeless = new Map(places.map((place) => [nameOf(place), place]));
  for (const { memberId, owned } of order) {
    const kept = given.get(memberId) ?? [];
    const claimed = Object.entries(owned).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    for (const place of claimed) {
      const room = kept.length < least || (kept.length === least && larger > 0);
      if (!room || !homeless.delete(nameOf(place))) continue;
      if (kept.length === least) larger--;
      kept.push(place);
    }
  }
  for (const place of homeless.values()) {
    const [poorest] = [...given.values()].toSorted((a, b) => a.length - b.length);
    poorest.push(place);
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

function grouped(places: readonly Place[]): Assignment {
  const assignment: Assignment = {};
  for (const { topic, partition } of places) {
    assignment[topic] ??= [];
    assignment[topic].push(partition);
  }
  return assignment;
}

function nameOf({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}

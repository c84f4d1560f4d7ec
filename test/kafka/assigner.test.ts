import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Claimant, spread } from '../../src/kafka/assigner.ts';

const TOPICS = ['a', 'b', 'c'];
type Place = { readonly topic: string; readonly partition: number };
const nameOf = ({ topic, partition }: Place) => `${topic}/${partition}`;

const places = fc
  .array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 })
  .map((counts) =>
    counts.flatMap((count, n) => Array.from({ length: count }, (_, partition) => ({ topic: TOPICS[n], partition }))),
  );
const owned = fc.dictionary(fc.constantFrom(...TOPICS, 'gone'), fc.uniqueArray(fc.integer({ min: 0, max: 9 })));
const claimants = fc
  .array(fc.record({ since: fc.integer({ min: 0, max: 3 }), owned }), { minLength: 1, maxLength: 6 })
  .map((claims) => claims.map((claim, n): Claimant => ({ memberId: `member-${n}`, subscribed: TOPICS, ...claim })));

/** Claims as `spread` gave them. */
function claimsOf(given: ReturnType<typeof spread>, since = 1): readonly Claimant[] {
  return [...given].map(([memberId, kept]) => {
    const claim: Record<string, number[]> = {};
    for (const { topic, partition } of kept) claim[topic] = [...(claim[topic] ?? []), partition];
    return { memberId, subscribed: TOPICS, since, owned: claim };
  });
}

const named = (given: ReturnType<typeof spread>) =>
  new Map([...given].map(([memberId, kept]) => [memberId, kept.map(nameOf).sort()]));

describe('partitions are spread', () => {
  test('so that each is given once, and nobody has more than one more than another, whatever is claimed', () => {
    fc.assert(
      fc.property(claimants, places, (members, all) => {
        const given = spread(members, all);
        expect([...given.keys()].sort()).toEqual(members.map(({ memberId }) => memberId).sort());
        expect([...given.values()].flat().map(nameOf).sort()).toEqual(all.map(nameOf).sort());
        const counts = [...given.values()].map(({ length }) => length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('so that nothing moves where nothing changed', () => {
    fc.assert(
      fc.property(claimants, places, (members, all) => {
        const given = spread(members, all);
        expect(named(spread(claimsOf(given), all))).toEqual(named(given));
      }),
    );
  });

  test('so that who stays keeps as much as is even, when another joins or leaves', () => {
    fc.assert(
      fc.property(claimants, places, fc.boolean(), (members, all, joins) => {
        const before = spread(members, all);
        const stay = claimsOf(before).slice(joins || members.length === 1 ? 0 : 1);
        const after = spread(
          joins ? [...stay, { memberId: 'new', subscribed: TOPICS, since: 0, owned: {} }] : stay,
          all,
        );
        for (const { memberId } of stay) {
          const had = before.get(memberId) ?? [];
          const has = new Set((after.get(memberId) ?? []).map(nameOf));
          const kept = had.filter((place) => has.has(nameOf(place))).length;
          expect(kept).toBeGreaterThanOrEqual(Math.min(had.length, Math.floor(all.length / after.size)));
          // Nobody takes what is new to it while it gives away what it had.
          if (has.size > kept) expect(kept).toBe(had.length);
        }
      }),
    );
  });

  test('by the newer of two claims: a zombie gives way to its successor', () => {
    const all = [0, 1].map((partition) => ({ topic: 'a', partition }));
    const zombie = { memberId: 'zombie', subscribed: ['a'], since: 1, owned: { a: [0] } };
    const successor = { memberId: 'successor', subscribed: ['a'], since: 2, owned: { a: [0] } };
    for (const members of [
      [zombie, successor],
      [successor, zombie],
    ]) {
      expect(spread(members, all).get('successor')).toEqual([all[0]]);
    }
  });

  test('among those who read their topics: each once, evenly, and to nobody who does not', () => {
    fc.assert(
      fc.property(
        claimants,
        places,
        fc.array(fc.subarray(TOPICS), { minLength: 6, maxLength: 6 }),
        (members, all, subscriptions) => {
          const readers = members.map((member, n) => ({
            ...member,
            subscribed: [...subscriptions[n], ...(n === 0 ? TOPICS : [])],
          }));
          const given = spread(readers, all);
          expect([...given.values()].flat().map(nameOf).sort()).toEqual(all.map(nameOf).sort());
          for (const { memberId, subscribed } of readers) {
            for (const { topic } of given.get(memberId) ?? []) expect(subscribed).toContain(topic);
          }
          for (const topic of TOPICS) {
            const counts = readers
              .filter(({ subscribed }) => subscribed.includes(topic))
              .map(({ memberId }) => (given.get(memberId) ?? []).filter((place) => place.topic === topic).length);
            const alone = TOPICS.every((other) => other === topic || !all.some((place) => place.topic === other));
            if (alone) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});

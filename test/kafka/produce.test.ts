import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batches } from '../../src/kafka/produce.ts';
import { type Outgoing, sizeOf } from '../../src/kafka/record-batch.ts';

const MOST_BYTES = 900_000;

const record = (topic: string, partition: number, size: number, n: number): Outgoing => {
  return { topic, partition, key: String(n), value: Buffer.alloc(size), headers: [] };
};
const records = fc
  .array(
    fc.tuple(fc.constantFrom('a', 'b'), fc.nat(2), fc.oneof(fc.nat(500), fc.integer({ min: 0, max: 1_200_000 }))),
    {
      maxLength: 12,
    },
  )
  .map((all) => all.map(([topic, partition, size], n) => record(topic, partition, size, n)));

test('what is written is cut into requests: all of it, each partition in order, none too large unless one record is', () => {
  fc.assert(
    fc.property(records, (given) => {
      const requests = [...batches(given)];
      const written = requests.flat();
      for (const { topic, partition, records: part } of written) {
        for (const one of part) expect([one.topic, one.partition]).toEqual([topic, partition]);
      }
      const orderOf = (of: readonly Outgoing[], place: string) =>
        of.filter(({ topic, partition }) => `${topic}/${partition}` === place).map(({ key }) => key);
      const flat = written.flatMap((part) => part.records);
      expect(flat).toHaveLength(given.length);
      for (const { place } of written) expect(orderOf(flat, place)).toEqual(orderOf(given, place));
      for (const parts of requests) {
        const places = parts.map(({ place }) => place);
        expect(new Set(places).size).toBe(places.length);
        const all = parts.flatMap((part) => part.records);
        const bytes = all.reduce((sum, one) => sum + sizeOf(one), 0);
        expect(all.length === 1 || bytes <= MOST_BYTES, `${all.length} records, ${bytes} bytes`).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import type { Output, RejectOutput } from '../../src/event/output.ts';
import { incoming } from '../../src/kafka/incoming.ts';
import { outgoing } from '../../src/kafka/messages.ts';
import type { Outgoing } from '../../src/kafka/record-batch.ts';
import type { Message } from '../../src/kafka/wire.ts';
import { alert, score } from '../sink/outputs.ts';

const origin = { group: 'g', stream: 'thermostat', topic: 'in', partition: 5, partitions: new Map([['g-scores', 4]]) };
const bytes = (part: Uint8Array | string | null) => (part === null ? null : Buffer.from(part));

/** A record as a broker gives it back. */
function stored({ key, value, headers }: Outgoing): Message {
  const read = headers.map(([name, part]) => [name, bytes(part)] as const);
  return { offset: 0, timestampMs: 0, key: bytes(key), value: bytes(value), headers: read };
}

const text = fc.string({ unit: 'binary' });
const timeMs = fc.integer({ min: Date.UTC(1800, 0), max: Date.UTC(2200, 0) });
const value = fc.oneof(
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
);
const some = { series: text, timeMs };
const output: fc.Arbitrary<Output> = fc.oneof(
  fc.record(some).map((given) => score(given)),
  fc.record({ ...some, value, summary: text, endMs: timeMs }).map((given) => alert(given)),
  fc
    .record(
      { reason: text, message: text, offset: fc.nat(), record: fc.uint8Array({ maxLength: 4096 }), ...some },
      { requiredKeys: ['reason', 'message', 'offset', 'record'] },
    )
    .map(({ record, ...given }): RejectOutput => {
      return { kind: 'reject', stream: 'thermostat', ...given, record: Buffer.from(record).toString('base64') };
    }),
);

describe('an output', () => {
  test('comes back from a topic as it was', () => {
    fc.assert(
      fc.property(output, (given) => {
        expect(incoming(stored(outgoing(given, origin, new Map())))).toEqual(JSON.parse(JSON.stringify(given)));
      }),
    );
  });

  test('goes to the partition of its input, as far as its topic has so many', () => {
    expect(outgoing(score(), origin, new Map())).toMatchObject({ topic: 'g-scores', partition: 1 });
  });

  test('has an id that a replay gives it again, and another step of it has not', () => {
    const idOf = (given: Output) => new Map(outgoing(given, origin, new Map()).headers).get('ce_id');
    expect(idOf(alert())).toEqual(idOf(alert({ summary: 'in other words' })));
    const ids = [score(), score({ series: 'x' }), alert(), alert({ revision: 1 }), alert({ timeMs: 7 })].map(idOf);
    expect(new Set(ids.map(String)).size).toBe(ids.length);
  });

  test('that somebody else wrote is none', () => {
    for (const foreign of [
      '',
      '{',
      '[]',
      '{"kind":"score"}',
      '{"kind":"reject","stream":"s","series":"a","timeMs":1}',
    ]) {
      const message = { offset: 3, timestampMs: 0, key: null, value: Buffer.from(foreign), headers: [] };
      expect(() => incoming(message), foreign).toThrow(Failure);
    }
  });
});

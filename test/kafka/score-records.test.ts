import { readFileSync } from 'node:fs';
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChannelScore, ScoreOutput } from '../../src/event/output.ts';
import { ByteWriter } from '../../src/kafka/byte-writer.ts';
import { incoming } from '../../src/kafka/incoming.ts';
import { outgoing } from '../../src/kafka/messages.ts';
import { recordBatch, sizeOf } from '../../src/kafka/record-batch.ts';
import { AVRO_HEAD, ScoreRecords } from '../../src/kafka/score-records.ts';
import { score } from '../sink/outputs.ts';

const origin = { group: 'g', stream: 'thermostat', topic: 'in', partition: 0, partitions: new Map<string, number>() };
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
const known = fc.option(number, { nil: null });
const share = fc.double({ min: 0, max: 1, noNaN: true }).map((x) => x + 0);
const channel: fc.Arbitrary<ChannelScore> = fc.record({
  channel: fc.string({ unit: 'grapheme', minLength: 1 }),
  value: known,
  expected: known,
  lower: known,
  upper: known,
  bits: fc.double({ min: 0, max: 2_000, noNaN: true }).map((x) => x + 0),
  attribution: share,
});
const anyScore: fc.Arbitrary<ScoreOutput> = fc
  .record({
    series: fc.string({ unit: 'grapheme' }),
    timeMs: fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2100, 0) }),
    channels: fc.array(channel, { maxLength: 5 }),
    pValue: fc.double({ min: 1e-300, max: 1, noNaN: true }),
    score: share,
    warming: fc.boolean(),
    alert: fc.constantFrom('', '0123456789abcdef'),
  })
  .map((given) => score(given));

/** Through the bytes of a record, as a broker stores and gives it. */
function throughTopic(format: 'json' | 'avro', given: ScoreOutput) {
  const record = outgoing(given, { ...origin, scores: new ScoreRecords(format) }, new Map());
  const [key, value] = [Buffer.from(record.key ?? ''), Buffer.from(record.value ?? '')];
  const type = format === 'avro' ? 'application/avro' : 'application/json';
  const headers = [['content-type', Buffer.from(type)] as const];
  return { key: String(key), value, output: incoming({ offset: 0, timestampMs: 0, key, value, headers }) };
}

/** Every number of a score, each with how far it may be off. */
function numbers({ bits, pValue, score: row, channels }: ScoreOutput): readonly (readonly [number, number])[] {
  const near = (value: number) => [value, Math.abs(value) * 5e-9] as const;
  const each = channels.flatMap((one) => {
    const width = one.lower === null || one.upper === null ? 0 : Math.max(0, one.upper - one.lower);
    const band = [one.expected, one.lower, one.upper].map((value) => [value ?? 0, width * 1e-7] as const);
    return [[one.value ?? 0, 0] as const, ...band, near(one.bits), near(one.attribution)];
  });
  return [near(bits), near(pValue), near(row), ...each];
}

describe('a score as compact JSON', () => {
  test('comes back with the value seen to the last digit, and all else to the digits of a float32', () => {
    fc.assert(
      fc.property(anyScore, (given) => {
        const { key, value, output } = throughTopic('json', given);
        expect(key).toBe(Buffer.from(given.series).toString());
        // Whoever reads JSON reads it: not only our own reader.
        expect(output).toEqual(JSON.parse(value.toString()));
        const plain: ScoreOutput = JSON.parse(JSON.stringify(given));
        const [found, wanted] = [numbers(output as ScoreOutput), numbers(plain)];
        for (const [at, [is, off]] of wanted.entries()) {
          expect(Math.abs(found[at][0] - is)).toBeLessThanOrEqual(off);
        }
        const names = ({ channels, stream, series, timeMs, lead, alert, warming }: ScoreOutput) => {
          return [channels.map((one) => one.channel), stream, series, timeMs, lead, alert, warming];
        };
        expect(names(output as ScoreOutput)).toEqual(names(plain));
      }),
      { numRuns: 500 },
    );
  });

  test('has the fields of its JSON before, and takes less room as a record', () => {
    const one = { value: 20.53, expected: 20.512345678901234, lower: 19.9123456789012, upper: 21.1123456789012 };
    const rest = { channel: 'inside', bits: 3.123456789012345, attribution: 1 };
    const given = score({ channels: [{ ...rest, ...one }], pValue: 0.123456789012345, score: 0.0123456789012345 });
    const { value } = throughTopic('json', given);
    const fields = (text: string) => [...text.matchAll(/"(\w+)":/g)].map(([, name]) => name).sort();
    expect(fields(value.toString())).toEqual(fields(JSON.stringify(given)));
    const sizes = (['json', 'avro'] as const).map((format) =>
      sizeOf(outgoing(given, { ...origin, scores: new ScoreRecords(format) }, new Map())),
    );
    const before = sizeOf(outgoing(given, origin, new Map()));
    expect(sizes[0]).toBeLessThan(before * 0.75);
    expect(sizes[1]).toBeLessThan(before * 0.4);
  });

  test('is the same bytes whatever was encoded before it, across chunks too', () => {
    const records = new ScoreRecords('json');
    const texts = Array.from({ length: 2_000 }, (_, n) => records.encode(score({ series: `s${n}` })).value);
    for (const [n, value] of texts.entries()) {
      expect(Buffer.from(value).equals(new ScoreRecords('json').encode(score({ series: `s${n}` })).value)).toBe(true);
    }
  });
});

describe('a score as Avro', () => {
  const schema = JSON.parse(readFileSync('schemas/score.avsc', 'utf8'));
  const type = avsc.Type.forSchema(schema);

  test('is what its schema says, by another implementation of Avro, and comes back', () => {
    fc.assert(
      fc.property(anyScore, (given) => {
        const { value, output } = throughTopic('avro', given);
        const { time, p_value, channels, ...found } = type.fromBuffer(value.subarray(AVRO_HEAD.length));
        const { kind, timeMs, pValue, ...wanted } = JSON.parse(JSON.stringify(given));
        const float = (bits: number) => Math.fround(bits);
        expect([time, p_value]).toEqual([timeMs * 1_000, pValue]);
        expect({ ...found, channels: channels.map((one: ChannelScore) => ({ ...one })) }).toEqual({
          ...wanted,
          bits: float(wanted.bits),
          channels: wanted.channels.map((one: ChannelScore) => {
            return { ...one, bits: float(one.bits), attribution: float(one.attribution) };
          }),
        });
        expect(output).toEqual({
          kind,
          timeMs,
          pValue,
          ...found,
          channels: channels.map((one: object) => ({ ...one })),
        });
      }),
      { numRuns: 500 },
    );
  });

  test('of another schema, or cut short, is none of ours', () => {
    const headers = [['content-type', Buffer.from('application/avro')] as const];
    const value = Buffer.from(new ScoreRecords('avro').encode(score()).value);
    const other = Buffer.from(value);
    other[5] ^= 1;
    for (const wrong of [other, value.subarray(0, 20), value.subarray(0, -1), Buffer.alloc(0)]) {
      const message = { offset: 7, timestampMs: 0, key: null, value: wrong, headers };
      expect(() => incoming(message)).toThrow('the record at offset 7 is no output of ours');
    }
  });
});

test('a number is written as JSON.stringify writes it, where all digits are wanted', () => {
  const written = (value: number) => {
    const writer = new ByteWriter();
    writer.reserve(64);
    writer.exact(value);
    return Buffer.from(writer.take()).toString();
  };
  fc.assert(
    fc.property(
      fc.oneof(
        number,
        fc.integer(),
        fc.integer().map((n) => n / 100),
      ),
      (value) => {
        expect(JSON.parse(written(value))).toBe(JSON.parse(JSON.stringify(value)));
      },
    ),
    { numRuns: 2_000 },
  );
  for (const value of [0, -0, 0.1, -0.1, 1e21, 5e-324, 2 ** 53, 20.53, 1_700_000_000_000.5])
    expect(written(value)).toBe(JSON.stringify(value));
});

test('a batch has the headers that a record brings as bytes', () => {
  const [record] = [outgoing(score(), { ...origin, scores: new ScoreRecords('json') }, new Map())];
  const author = { producerId: 1n, producerEpoch: 0, sequence: 0, timestampMs: 0 };
  const named = {
    ...record,
    headers: [['type', 'surprisal.score.v2'] as const, ['content-type', 'application/json'] as const],
  };
  const { headerBytes, ...plain } = named;
  expect(recordBatch([record], author).equals(recordBatch([plain], author))).toBe(true);
});

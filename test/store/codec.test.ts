import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import type { Plain } from '../../src/event/plain.ts';
import { decode, encode } from '../../src/store/codec.ts';
import { seal, unseal } from '../../src/store/seal.ts';

const text = fc.string({ unit: 'binary' });
const { plain } = fc.letrec<{ plain: Plain }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    text,
    fc.uint8Array(),
    fc.array(tie('plain'), { maxLength: 5 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      tie('plain'),
      { maxKeys: 5, noNullPrototype: true },
    ),
  ),
}));
const SAMPLE: Plain = {
  weights: new Uint8Array([0, 255, 3]),
  scale: -0,
  name: 'living room',
  list: [1, null, Number.NaN],
};

function refusal(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('was not refused');
}

test('whatever is encoded comes back the same, to the bit', () => {
  fc.assert(
    fc.property(text, plain, (name, data) => {
      expect(decode(name, encode(name, data))).toStrictEqual(data);
    }),
  );
});

test('the same data has the same bytes, in whatever order its keys were set', () => {
  expect(encode('x', { a: 1, b: { d: 2, c: 3 } })).toEqual(encode('x', { b: { c: 3, d: 2 }, a: 1 }));
});

test('every single flipped bit is refused, and the entry is named', () => {
  const bytes = encode('weights', SAMPLE);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(refusal(() => decode('weights', flipped))).toMatchObject({ code: 'state/corrupt', where: 'weights' });
  }
});

test('every truncation is refused', () => {
  const bytes = encode('weights', SAMPLE);
  for (let length = 0; length < bytes.length; length++) {
    expect(refusal(() => decode('weights', bytes.subarray(0, length))).code).toBe('state/corrupt');
  }
});

test('bytes of one entry are refused under the name of another', () => {
  expect(refusal(() => decode('series b', encode('series a', SAMPLE))).code).toBe('state/corrupt');
});

test('a whole entry of another format version is foreign, not corrupt', () => {
  const newer = seal('weights', new Uint8Array([0xc0]), 2);
  expect(refusal(() => unseal('weights', newer))).toMatchObject({ code: 'state/foreign', where: 'weights' });
});

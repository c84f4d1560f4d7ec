import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hash32, hash64Hex } from '../../src/math/hash.ts';

/** FNV-1a 64 by its definition, in big integers. */
function oracle(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

test('hash64Hex gives the published FNV-1a 64 values', () => {
  expect(hash64Hex('')).toBe('cbf29ce484222325');
  expect(hash64Hex('a')).toBe('af63dc4c8601ec8c');
  expect(hash64Hex('foobar')).toBe('85944171f73967e8');
});

test('hash64Hex is FNV-1a 64 of the UTF-8 bytes, for every text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => hash64Hex(text) === oracle(text)));
});

test('hash32 stays what it is, because seeds and so alerts depend on it', () => {
  expect(['', 'a', 'home-1', 'home-2'].map(hash32)).toMatchInlineSnapshot(`
    [
      2872998923,
      444641715,
      1292915625,
      1168778379,
    ]
  `);
});

test('hash32 spreads neighbouring names over all its bits', () => {
  const hashes = Array.from({ length: 4096 }, (_, i) => hash32(`series-${i}`));
  for (let bit = 0; bit < 32; bit++) {
    const ones = hashes.filter((hash) => (hash >>> bit) & 1).length;
    expect(Math.abs(ones - 2048)).toBeLessThan(5 * 32);
  }
});

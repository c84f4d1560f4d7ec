import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copy } from '../../src/lstm/copy.ts';

const cells = fc.constantFrom(Float32Array, Float64Array);

test('copies as many numbers as asked, from where to where, and touches no others', () => {
  const place = { outAt: fc.nat(20), aAt: fc.nat(20), n: fc.nat(200), after: fc.nat(20) };
  fc.assert(
    fc.property(fc.record(place), cells, cells, ({ outAt, aAt, n, after }, Out, A) => {
      const a = new A(Array.from({ length: aAt + n + after }, (_, i) => (i % 7 === 3 ? Number.NaN : i / 3)));
      const out = new Out(outAt + n + after).fill(-1);
      const expected = Array.from(out);
      for (let i = 0; i < n; i++) expected[outAt + i] = new Out([a[aAt + i]])[0];
      copy(out, outAt, a, aAt, n);
      expect(Array.from(out)).toEqual(expected);
    }),
  );
});

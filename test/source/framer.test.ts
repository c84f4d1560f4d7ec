import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourceRecord } from '../../src/event/record.ts';
import { Framer, type Framing } from '../../src/source/framer.ts';

/** Everything the framer makes of these bytes, given in pieces of these sizes. */
function framed(framing: Framing, bytes: Buffer, sizes: readonly number[], maxBytes = 1_000, from = 0): SourceRecord[] {
  const framer = new Framer(framing, maxBytes, { offset: from, line: 1 });
  const records: SourceRecord[] = [];
  let at = from;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    records.push(...framer.push(bytes.subarray(at, at + size)));
    at += size;
  }
  if (at < bytes.length) records.push(...framer.push(bytes.subarray(at)));
  return [...records, ...framer.end()];
}

function texts(records: readonly SourceRecord[]): string[] {
  return records.map(({ value }) => Buffer.from(value).toString('latin1'));
}

const hard = fc
  .array(fc.constantFrom('a', 'b,', '"', '""', ',"', '\n', '\r\n', '\r', ' ', 'xyz', '\ufeff', 'é'), { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join('')));
const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 80 });

describe.each(['lines', 'csv'] as const)('%s', (framing) => {
  test('records do not depend on how the bytes were cut into chunks', () => {
    fc.assert(
      fc.property(hard, pieces, fc.integer({ min: 1, max: 40 }), (bytes, sizes, maxBytes) => {
        const whole = framed(framing, bytes, [], maxBytes);
        const cut = framed(framing, bytes, sizes, maxBytes);
        if (framing === 'lines') expect(cut).toEqual(whole);
        else expect(texts(framed(framing, bytes, sizes))).toEqual(texts(framed(framing, bytes, [])));
      }),
      { numRuns: 500 },
    );
  });

  test('going on at any record’s `next` yields exactly what follows it', () => {
    fc.assert(
      fc.property(hard, pieces, (bytes, sizes) => {
        const whole = framed(framing, bytes, []);
        for (const [i, { next }] of whole.entries()) {
          const others = framed(framing, bytes, sizes, 1_000, next);
          expect(others.map(({ offset }) => offset)).toEqual(whole.slice(i + 1).map(({ offset }) => offset));
          expect(texts(others)).toEqual(texts(whole.slice(i + 1)));
        }
      }),
    );
  });
});

test('lines are what lies between line ends, without the empty ones', () => {
  fc.assert(
    fc.property(hard, pieces, (bytes, sizes) => {
      const naive = bytes
        .toString('latin1')
        .replace(/^\xef\xbb\xbf/, '')
        .split('\n');
      const lines = naive.map((line) => line.replace(/\r$/, ''));
      expect(texts(framed('lines', bytes, sizes))).toEqual(lines.filter((line) => line !== ''));
    }),
  );
});

test('offset, next and line say where a record is', () => {
  const records = framed('lines', Buffer.from('\ufeffone\r\n\ntwo\nthree'), [2, 3]);
  expect(records.map(({ offset, next, line }) => ({ offset, next, line }))).toEqual([
    { offset: 0, next: 8, line: 1 },
    { offset: 9, next: 13, line: 3 },
    { offset: 13, next: 18, line: 4 },
  ]);
  expect(texts(records)).toEqual(['one', 'two', 'three']);
});

test('a quoted CSV field may hold line ends, delimiters and quotes; the line counts them all', () => {
  const records = framed('csv', Buffer.from('a,"x\ny ""z"",\n",1\nb,5" pipe,2\n"c",,3\n'), [4, 4]);
  expect(texts(records)).toEqual(['a,"x\ny ""z"",\n",1', 'b,5" pipe,2', '"c",,3']);
  expect(records.map(({ line }) => line)).toEqual([1, 4, 5]);
});

test('a quote that is never closed costs its own line, and no other', () => {
  expect(texts(framed('csv', Buffer.from('a,"open\nb,2\nc,3\n'), []))).toEqual(['a,"open', 'b,2', 'c,3']);
  const long = Buffer.from(`a,"open\n${'b,2\n'.repeat(100)}`);
  expect(texts(framed('csv', long, [7, 50, 50], 64))).toEqual(['a,"open', ...Array(100).fill('b,2')]);
});

test('a record that is too long is one that says so, and the next is whole', () => {
  const bytes = Buffer.from(`first\n${'x'.repeat(5_000)}\nlast\n`);
  for (const sizes of [[], [10, 100, 1_000], Array(5_000).fill(1)]) {
    for (const framing of ['lines', 'csv'] as const) {
      const [first, long, last, ...others] = framed(framing, bytes, sizes, 100);
      expect(first?.cutFrom).toBeUndefined();
      expect(long).toMatchObject({ offset: 6, next: 5_007, line: 2, cutFrom: 5_000 });
      expect(long?.value.length).toBe(100);
      expect(last).toMatchObject({ offset: 5_007, line: 3 });
      expect(others).toEqual([]);
    }
  }
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourceRecord } from '../../src/event/record.ts';
import { cutter } from '../../src/source/cutter.ts';

/** Everything that is made of this text, given in pieces of this size. */
function framed(text: string, { size = 1_000, maxBytes = 1_000, from = 0 } = {}): SourceRecord[] {
  const bytes = Buffer.from(text);
  const cut = cutter('json', maxBytes, from);
  const records: SourceRecord[] = [];
  for (let at = 0; at < bytes.length; at += size) records.push(...cut.push(Buffer.from(bytes.subarray(at, at + size))));
  return [...records, ...cut.end()];
}

const texts = (records: readonly SourceRecord[]) => records.map(({ value }) => Buffer.from(value).toString());

describe('JSON values', () => {
  test.each([
    ['a list of documents', '[{"a":1}, {"b":"]},{"}\n]', ['{"a":1}', '{"b":"]},{"}']],
    ['documents over several lines', '{\n "a": 1\n}\n{"b":[1,\n2]}', ['{\n "a": 1\n}', '{"b":[1,\n2]}']],
    ['lists of lists', '[[1,"2"],[3,[4]]]', ['[1,"2"]', '[3,[4]]']],
    ['lists one after another', '[{"a":1}]\n[{"a":2}]', ['{"a":1}', '{"a":2}']],
    ['bare values', '[1, "a,\\"b", null,true]', ['1', '"a,\\"b"', 'null', 'true']],
    ['a byte order mark', '\ufeff[{"a":1}]', ['{"a":1}']],
    ['nothing', ' [ ] \n', []],
    ['what breaks off', '[{"a":1},{"a":', ['{"a":1}', '{"a":']],
  ])('of %s are cut out', (_, text, expected) => {
    expect(texts(framed(text))).toEqual(expected);
  });

  test('have the line at which they begin', () => {
    expect(framed('[\n{"a":\n1},\n\n{"b":2}]').map(({ line }) => line)).toEqual([2, 5]);
  });

  const value = fc.oneof(fc.json(), fc.constantFrom('"\\\\"', '"\\""', '"]"', '{"}":"["}', '-1.5e3'));
  const spaced = fc.tuple(fc.array(value, { maxLength: 6 }), fc.constantFrom('', ' ', '\n', '\r\n\t'));
  const list = spaced.map(([values, space]) => ({
    values,
    text: `${space}[${values.join(`${space},${space}`)}]${space}`,
  }));

  test('are the elements of any list, however the bytes are cut, and wherever reading resumes', () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 9 }), ({ values, text }, size) => {
        const whole = framed(text, { maxBytes: 100_000 });
        expect(texts(whole)).toEqual(values);
        expect(framed(text, { size, maxBytes: 100_000 })).toEqual(whole);
        for (const [i, { next }] of whole.entries()) {
          expect(framed(text, { size, maxBytes: 100_000, from: next })).toEqual(whole.slice(i + 1));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('longer than allowed are cut, and say how long they are', () => {
    const long = `{"a":"${'x'.repeat(200)}"}`;
    for (const size of [1, 7, 1_000]) {
      const records = framed(`[${long},{"b":1}]`, { size, maxBytes: 100 });
      expect(records.map(({ cutFrom }) => cutFrom)).toEqual([long.length, undefined]);
      expect(texts(records)).toEqual([long.slice(0, 100), '{"b":1}']);
    }
  });
});

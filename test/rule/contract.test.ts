import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Row } from '../../src/event/observation.ts';
import { ruleKinds } from '../../src/rule/kinds.ts';
import { answers, answersRestored, made, paid } from './rows.ts';

/** One configuration of each kind, small enough that random rows meet its condition, and the bytes per series that it states. */
const EXAMPLES: Readonly<Record<string, { readonly bytes: number; readonly yaml: object }>> = {
  velocity: { bytes: 4 + 16 * 3, yaml: { count: 3, within: '1h' } },
  new_value: { bytes: 4 + 12 * 4, yaml: { attributes: ['device'], after: 3, remember: 4 } },
  structuring: { bytes: 4 + 16 * 2, yaml: { channel: 'amount', limit: 100, below: 0.5, count: 2 } },
  fan_in: { bytes: 12 * 3, yaml: { attribute: 'counterparty', count: 3, within: '1h' } },
  pass_through: {
    bytes: 4 + 16 * 32,
    yaml: { channel: 'amount', in: { kind: 'in' }, out: { kind: 'out' }, at_least: 50, portion: 0.5, within: '1h' },
  },
  dormant: { bytes: 25, yaml: { silent_for: '20m' } },
};

const someRows = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom(1, 60, 90, 200, Number.NaN),
      fc.constantFrom('in', 'out'),
      fc.constantFrom('', 'a', 'b', 'c', 'd'),
      fc.constantFrom('', 'v', 'w', 'x', 'y', 'z'),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((drawn) => {
    let minute = 0;
    return drawn.map(([after, ...payment]): Row => {
      minute += after;
      return paid(`${minute}m`, ...payment);
    });
  });

describe.each(ruleKinds.map(({ kind }) => kind))('the rule %s', (kind) => {
  const { yaml, bytes } = EXAMPLES[kind];
  const options = { kind, ...yaml };

  test('meets its condition somewhere among random rows, and not everywhere', () => {
    const found = fc.sample(someRows, { numRuns: 50, seed: 1 }).flatMap((rows) => answers(options, rows));
    const held = found.filter((text) => text !== '').length;
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(found.length);
  });

  test('answers the same after a snapshot and a restore before each row', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        expect(answersRestored(options, rows)).toEqual(answers(options, rows));
      }),
      { numRuns: 50, seed: 2 },
    );
  });

  test('does not look ahead: what it answers to a prefix is the prefix of what it answers', () => {
    fc.assert(
      fc.property(someRows, fc.nat(60), (rows, cut) => {
        expect(answers(options, rows.slice(0, cut))).toEqual(answers(options, rows).slice(0, cut));
      }),
      { numRuns: 50, seed: 3 },
    );
  });

  test('keeps series apart, begins with zeros, and takes the bytes that it states', () => {
    const [rows] = fc.sample(someRows, { numRuns: 1, seed: 4 });
    const { rule, columns } = made(options);
    const [first, second] = [columns.allocate(), columns.allocate()];
    const alone = rows.map((row) => rule.observe(first, row));
    expect(rows.map((row) => rule.observe(second, row))).toEqual(alone);
    columns.release(first);
    const reused = columns.allocate();
    expect(rows.map((row) => rule.observe(reused, row))).toEqual(alone);
    expect(columns.bytesPerSlot).toBe(bytes);
  });

  test('takes times before 1970, and rows without attributes', () => {
    const { rule, columns } = made(options);
    const slot = columns.allocate();
    for (let n = 0; n < 50; n++) {
      const endMs = -1e12 + n * 1000;
      expect(rule.observe(slot, { series: 's', startMs: endMs, endMs, values: Float64Array.of(n) })).not.toBeNaN();
    }
  });
});

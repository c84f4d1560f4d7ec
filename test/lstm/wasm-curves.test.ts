import { describe, expect, test } from 'vitest';
import { engines } from '../../src/lstm/engines.ts';
import { layoutOf } from '../../src/lstm/layout.ts';

type Make = (typeof engines)[number]['make'];

const POINTS = 20_001;
const shape = { inputs: 1, hidden: 1, channels: 1, steps: 1, losses: 1, peepholes: false };
const layout = layoutOf(shape);
/** At ±40 a gate is open or shut to the last bit. */
const OPEN = 40;

/** x at [0], and what a network of one unit makes of it whose weights `set` has set; [1] and [2]: c and scale. */
function curve(make: Make, set: (parameters: Float64Array) => void, most: number): readonly (readonly number[])[] {
  const engine = make({ shape, capacity: POINTS, seed: 1 });
  const data = new Float64Array(3 * layout.count);
  set(data);
  engine.load({ updates: 0, data });
  const { x, c, distribution } = engine.forwardBatch;
  for (let i = 0; i < POINTS; i++) x[i] = most * ((2 * i) / (POINTS - 1) - 1);
  engine.forward(POINTS);
  return Array.from(x, (value, i) => [value, c[i], distribution[2 * i + 1]]);
}

function worst(errors: readonly number[]): number {
  return errors.reduce((most, error) => Math.max(most, error), 0);
}

describe.each(engines.filter(({ kind }) => kind.startsWith('wasm')))('the curves of $kind', ({ make }) => {
  test('tanh is within 4e-7 of itself from −12 to 12', () => {
    const points = curve(
      make,
      (parameters) => {
        parameters[layout.b] = OPEN;
        parameters[layout.w + 2] = 1;
      },
      12,
    );
    expect(worst(points.map(([x, c]) => (x === 0 ? Math.abs(c) : Math.abs(c / Math.tanh(x) - 1))))).toBeLessThan(4e-7);
  });

  test('a gate is within 6e-7 of itself where it is a quarter open, and within 4e-6 down to e⁻³⁰', () => {
    const points = curve(
      make,
      (parameters) => {
        parameters[layout.w] = 1;
        parameters[layout.b + 2] = OPEN;
      },
      30,
    );
    const error = ([x, c]: readonly number[]) => Math.abs((c * (1 + Math.exp(-x))) / Math.tanh(OPEN) - 1);
    expect(worst(points.filter(([x]) => x > -1).map(error))).toBeLessThan(6e-7);
    expect(worst(points.map(error))).toBeLessThan(4e-6);
  });

  test('the scale is e to its form within 6e-7, from its floor to its ceiling', () => {
    const points = curve(
      make,
      (parameters) => {
        parameters[layout.heads + layout.affine + 1] = 10;
      },
      6,
    );
    const bounded = (x: number) => Math.exp(Math.min(Math.max(x, Math.log(0.02)), 4));
    expect(worst(points.map(([x, , scale]) => Math.abs(scale / bounded(x) - 1)))).toBeLessThan(6e-7);
    expect(Math.min(...points.map(([, , scale]) => scale))).toBeCloseTo(0.02, 7);
  });
});

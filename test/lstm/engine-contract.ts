import { expect, test } from 'vitest';
import type { Engine, Shape } from '../../src/lstm/engine.ts';
import type { EngineKind } from '../../src/lstm/engines.ts';
import { headsOf } from '../../src/lstm/heads/heads.ts';
import { initialise } from '../../src/lstm/initialise.ts';
import { parameterCount } from '../../src/lstm/layout.ts';
import { reference } from '../../src/lstm/reference.ts';
import { expectClose, toleranceOf } from './close.ts';
import { fillForwardBatch, fillLearnBatch } from './random-batch.ts';
import { sineLosses } from './sine.ts';

const CAPACITY = 9;
const everything = { missing: 0.2, unequal: true, weighted: true };

/** The default of a stream, one that no vector width divides, the plain cell, and a head of every kind. */
const shapes: readonly Shape[] = [
  { inputs: 9, hidden: 32, channels: 1, steps: 16, losses: 4, peepholes: true },
  { inputs: 7, hidden: 5, channels: 3, steps: 6, losses: 2, peepholes: true },
  { inputs: 4, hidden: 8, channels: 2, steps: 3, losses: 3, peepholes: false },
  {
    ...{ inputs: 7, hidden: 6, channels: 4, steps: 6, losses: 2, peepholes: true },
    heads: [{ kind: 'category', size: 5 }, { kind: 'real' }, { kind: 'count' }, { kind: 'category', size: 2 }],
  },
];

type Make = Pick<EngineKind, 'make'>;

function engineWith({ make }: Make, shape: Shape, learned = 3): Engine {
  const engine = make({ shape, capacity: CAPACITY, seed: 5 });
  for (let step = 0; step < learned; step++) {
    fillLearnBatch(engine, step, everything);
    engine.learn(CAPACITY, 0.02);
  }
  return engine;
}

/** What every engine promises in `engine.ts`, whatever it is made of. */
export function engineContract(kind: Make): void {
  for (const shape of shapes) {
    const kinds = shape.heads?.map((head) => head.kind).join(', ');
    const rest = `${shape.peepholes ? '' : ', no peepholes'}${kinds === undefined ? '' : `: ${kinds}`}`;
    const name = `H ${shape.hidden}, I ${shape.inputs}, D ${shape.channels}${rest}`;
    forwardContract(kind, shape, name);
    learnContract(kind, shape, name);
    weightsContract(kind, shape, name);
  }

  test('it learns a sine: the targets become 8 times as likely within 300 updates', () => {
    const losses = sineLosses(kind.make, 300);
    const mean = (from: number, to: number) =>
      losses.slice(from, to).reduce((sum, nats) => sum + nats, 0) / (to - from);
    expect(mean(280, 300)).toBeLessThan(mean(0, 10) - Math.log(8));
  });
}

function forwardContract(kind: Make, shape: Shape, name: string): void {
  const { inputs, hidden } = shape;
  const { width: numbers } = headsOf(shape);

  test(`a row's forward result does not depend on who shares its batch: ${name}`, () => {
    const crowd = engineWith(kind, shape);
    fillForwardBatch(crowd, 1);
    const before = {
      x: crowd.forwardBatch.x.slice(),
      h: crowd.forwardBatch.h.slice(),
      c: crowd.forwardBatch.c.slice(),
    };
    crowd.forward(CAPACITY);
    const alone = engineWith(kind, shape);
    for (let row = 0; row < CAPACITY; row++) {
      alone.forwardBatch.x.set(before.x.subarray(row * inputs, (row + 1) * inputs));
      alone.forwardBatch.h.set(before.h.subarray(row * hidden, (row + 1) * hidden));
      alone.forwardBatch.c.set(before.c.subarray(row * hidden, (row + 1) * hidden));
      alone.forward(1);
      for (const [field, width] of [
        ['h', hidden],
        ['c', hidden],
        ['distribution', numbers],
      ] as const) {
        const together = crowd.forwardBatch[field].slice(row * width, (row + 1) * width);
        expect(alone.forwardBatch[field].slice(0, width)).toEqual(together);
      }
    }
  });

  test(`forward touches the first rows alone: ${name}`, () => {
    const engine = engineWith(kind, shape);
    fillForwardBatch(engine, 2);
    const { h, c, distribution } = engine.forwardBatch;
    distribution.fill(-1);
    const before = { h: h.slice(), c: c.slice() };
    engine.forward(2);
    expect(h.slice(2 * hidden)).toEqual(before.h.slice(2 * hidden));
    expect(c.slice(2 * hidden)).toEqual(before.c.slice(2 * hidden));
    expect(new Set(distribution.slice(2 * numbers))).toEqual(new Set([-1]));
    expect(h.slice(0, 2 * hidden)).not.toEqual(before.h.slice(0, 2 * hidden));
    expect(distribution.slice(0, 2 * numbers)).not.toContain(-1);
  });

  test(`forward and learn agree with the reference: ${name}`, () => {
    const engine = engineWith(kind, shape);
    const oracle = engineWith({ make: reference }, shape, 0);
    oracle.load(engine.weights());
    const { pass } = toleranceOf(engine);
    for (const each of [engine, oracle]) {
      fillForwardBatch(each, 3);
      each.forward(CAPACITY);
      fillLearnBatch(each, 4, everything);
    }
    for (const field of ['h', 'c', 'distribution'] as const) {
      expectClose(engine.forwardBatch[field], oracle.forwardBatch[field], pass);
    }
    const [learned, expected] = [engine.learn(CAPACITY, 1e-3), oracle.learn(CAPACITY, 1e-3)];
    expectClose([learned.nats, learned.gradientNorm], [expected.nats, expected.gradientNorm], 3 * pass);
    expectClose(engine.weights().data, oracle.weights().data, 3 * pass);
    expectClose(engine.learnBatch.h, oracle.learnBatch.h, pass);
    expectClose(engine.learnBatch.c, oracle.learnBatch.c, pass);
  });
}

function learnContract(kind: Make, shape: Shape, name: string): void {
  const { inputs, hidden, steps } = shape;

  test(`nothing behind a series' last row or behind the batch is read: ${name}`, () => {
    const [clean, dirty] = [engineWith(kind, shape), engineWith(kind, shape)];
    for (const engine of [clean, dirty]) fillLearnBatch(engine, 6, everything);
    const { x, length, weight, target, h } = dirty.learnBatch;
    const rows = CAPACITY - 2;
    for (let row = 0; row < rows; row++)
      x.fill(Number.NaN, (row * steps + length[row]) * inputs, (row + 1) * steps * inputs);
    for (const values of [x, weight, target, h]) values.fill(Number.NaN, (rows * values.length) / CAPACITY);
    expect(dirty.learn(rows, 1e-3)).toEqual(clean.learn(rows, 1e-3));
    expect(dirty.weights()).toEqual(clean.weights());
    expect(dirty.learnBatch.h.slice(0, rows * hidden)).toEqual(clean.learnBatch.h.slice(0, rows * hidden));
    expect(dirty.learnBatch.h.slice(rows * hidden)).toEqual(h.slice(rows * hidden).fill(Number.NaN));
  });

  test(`learn leaves the state after the first K rows, by the weights before the update: ${name}`, () => {
    const engine = engineWith(kind, shape);
    fillLearnBatch(engine, 7, everything);
    const { forwardBatch, learnBatch } = engine;
    forwardBatch.h.set(learnBatch.h);
    forwardBatch.c.set(learnBatch.c);
    for (let t = 0; t < shape.losses; t++) {
      for (let row = 0; row < CAPACITY; row++) {
        const from = (row * steps + t) * inputs;
        forwardBatch.x.set(learnBatch.x.subarray(from, from + inputs), row * inputs);
      }
      engine.forward(CAPACITY);
    }
    engine.learn(CAPACITY, 0.1);
    expectClose(learnBatch.h, forwardBatch.h, toleranceOf(engine).pass);
    expectClose(learnBatch.c, forwardBatch.c, toleranceOf(engine).pass);
  });

  test(`a gradient that is not finite is refused, and the weights stay as they were: ${name}`, () => {
    const engine = engineWith(kind, shape);
    for (const poison of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const before = engine.weights();
      fillLearnBatch(engine, 8);
      engine.learnBatch.x[(steps - 1) * inputs] = poison;
      expect(() => engine.learn(CAPACITY, 1e-3)).toThrow(expect.objectContaining({ code: 'lstm/diverged' }));
      expect(engine.weights()).toEqual(before);
    }
    fillLearnBatch(engine, 8);
    expect(engine.learn(CAPACITY, 1e-3).nats).toBeGreaterThan(0);
  });

  test(`weights are shares of the gradient, and their mean damps the rate: ${name}`, () => {
    const [full, damped, shared] = [0, 0, 0].map(() => engineWith(kind, shape, 0));
    for (const engine of [full, damped, shared]) fillLearnBatch(engine, 9);
    damped.learnBatch.weight.fill(0.125);
    shared.learnBatch.weight.set([1, 0, 0]);
    const { pass } = toleranceOf(full);
    const start = full.weights().data;
    const [whole, same] = [full.learn(CAPACITY, 0.08).gradientNorm, damped.learn(CAPACITY, 0.08).gradientNorm];
    expectClose([same], [whole], pass);
    const count = parameterCount(shape);
    const moved = (engine: Engine) =>
      engine
        .weights()
        .data.slice(0, count)
        .map((value, i) => value - start[i]);
    expectClose(
      moved(damped),
      moved(full).map((step) => step / 8),
      pass,
    );
    const alone = engineWith(kind, shape, 0);
    fillLearnBatch(alone, 9);
    expectClose([shared.learn(3, 0).gradientNorm], [alone.learn(1, 0).gradientNorm], pass);
  });

  test(`a batch without a target changes no parameter: ${name}`, () => {
    const engine = engineWith(kind, shape, 0);
    const before = engine.weights();
    fillLearnBatch(engine, 10, { missing: 1 });
    expect(engine.learn(CAPACITY, 0.1)).toEqual({ nats: 0, gradientNorm: 0 });
    expect(engine.weights()).toEqual({ ...before, updates: 1 });
  });
}

function weightsContract(kind: Make, shape: Shape, name: string): void {
  test(`it starts with the weights of its seed: ${name}`, () => {
    const engine = engineWith(kind, shape, 0);
    const { updates, data } = engine.weights();
    const count = parameterCount(shape);
    expect(updates).toBe(0);
    expect(data.length).toBe(3 * count);
    const expected = new Float64Array(3 * count);
    expected.set(initialise(shape, 5));
    expect(data).toEqual(data instanceof Float32Array ? Float32Array.from(expected) : expected);
  });

  test(`equal options and batches give equal bytes, also where the weights went through another engine: ${name}`, () => {
    const straight = engineWith(kind, shape, 6);
    expect(engineWith(kind, shape, 6).weights()).toEqual(straight.weights());
    const moved = kind.make({ shape, capacity: CAPACITY + 3, seed: 99 });
    moved.load(engineWith(kind, shape, 3).weights());
    for (let step = 3; step < 6; step++) {
      const source = engineWith(kind, shape, 0);
      fillLearnBatch(source, step, everything);
      for (const field of ['x', 'target', 'length', 'weight', 'h', 'c'] as const) {
        moved.learnBatch[field].set(source.learnBatch[field]);
      }
      moved.learn(CAPACITY, 0.02);
    }
    expect(moved.weights()).toEqual(straight.weights());
  });

  test(`weights are a copy, and load takes either precision: ${name}`, () => {
    const engine = engineWith(kind, shape);
    const { updates, data } = engine.weights();
    for (const converted of [Float64Array.from(data), Float32Array.from(data)]) {
      const other = engineWith(kind, shape, 0);
      other.load({ updates, data: converted });
      expectClose(other.weights().data, converted, 1e-7);
      expect(other.weights().updates).toBe(3);
      converted.fill(0);
      expect(other.weights().data.some((value) => value !== 0)).toBe(true);
    }
    data.fill(0);
    expect(engine.weights().data.some((value) => value !== 0)).toBe(true);
    const short = { updates: 0, data: new Float64Array(data.length - 1) };
    expect(() => engine.load(short)).toThrow(expect.objectContaining({ code: 'lstm/shape' }));
  });
}

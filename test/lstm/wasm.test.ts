import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine, Shape } from '../../src/lstm/engine.ts';
import { engines } from '../../src/lstm/engines.ts';
import { reference } from '../../src/lstm/reference.ts';
import { bytesOf, hasFusedMultiplyAdd } from '../../src/lstm/wasm/instance.ts';
import { expectClose } from './close.ts';
import { fillForwardBatch, fillLearnBatch } from './random-batch.ts';

const shape: Shape = { inputs: 9, hidden: 32, channels: 1, steps: 16, losses: 4, peepholes: true };
const everything = { missing: 0.2, unequal: true, weighted: true };

function learnTimes(engine: Engine, updates: number, from = 0): void {
  for (let update = from; update < from + updates; update++) {
    fillLearnBatch(engine, update, everything);
    engine.learn(engine.capacity, 2e-3);
  }
}

test('the module in the tree is what its sources compile to', async () => {
  const build = ['src/lstm/wasm/assembly/build.mjs', '--check'];
  await expect(promisify(execFile)(process.execPath, build)).resolves.toBeDefined();
}, 120_000);

test('base64 is read as Node reads it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(bytesOf(Buffer.from(bytes).toString('base64'))).toEqual(Uint8Array.from(bytes));
    }),
  );
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'there are fused multiply-adds where the processor has them',
  () => {
    const fma = /^flags\s*:.*\bfma\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
    expect(hasFusedMultiplyAdd()).toBe(fma);
  },
);

describe.each(engines.filter(({ kind }) => kind.startsWith('wasm')))('$kind', ({ kind, make }) => {
  // Rounding once, it goes its own way in the last bit of an f32, and Adam divides by small numbers.
  const close = kind === 'wasm-fma' ? 2e-6 : 1e-6;

  test('a row gives the same bits alone as among so many that they fill several panels', () => {
    const crowd = make({ shape, capacity: 71, seed: 4 });
    const alone = make({ shape, capacity: 1, seed: 4 });
    fillForwardBatch(crowd, 1);
    const x = crowd.forwardBatch.x.slice();
    const h = crowd.forwardBatch.h.slice();
    const c = crowd.forwardBatch.c.slice();
    crowd.forward(71);
    for (let row = 0; row < 71; row++) {
      alone.forwardBatch.x.set(x.subarray(9 * row, 9 * row + 9));
      alone.forwardBatch.h.set(h.subarray(32 * row, 32 * row + 32));
      alone.forwardBatch.c.set(c.subarray(32 * row, 32 * row + 32));
      alone.forward(1);
      expect(alone.forwardBatch.h).toEqual(crowd.forwardBatch.h.slice(32 * row, 32 * row + 32));
      expect(alone.forwardBatch.c).toEqual(crowd.forwardBatch.c.slice(32 * row, 32 * row + 32));
      const said = crowd.forwardBatch.distribution.slice(2 * row, 2 * row + 2);
      expect(alone.forwardBatch.distribution.slice(0, 2)).toEqual(said);
    }
  });

  test('a batch of several panels learns what the reference learns from it', () => {
    const [engine, oracle] = [make, reference].map((each) => each({ shape, capacity: 71, seed: 4 }));
    for (const each of [engine, oracle]) fillLearnBatch(each, 2, everything);
    const [learned, expected] = [engine, oracle].map((each) => each.learn(71, 1e-3));
    expectClose([learned.nats, learned.gradientNorm], [expected.nats, expected.gradientNorm], close);
    expectClose(engine.weights().data, oracle.weights().data, close);
    expectClose(engine.learnBatch.h, oracle.learnBatch.h, close);
    expectClose(engine.learnBatch.c, oracle.learnBatch.c, close);
  });

  test('weights of the reference are continued by wasm and taken back, as if one had done it all', () => {
    const [straight, first, last] = [1, 1, 9].map((seed) => reference({ shape, capacity: 8, seed }));
    const between = make({ shape, capacity: 8, seed: 7 });
    learnTimes(straight, 30);
    learnTimes(first, 10);
    between.load(first.weights());
    learnTimes(between, 10, 10);
    last.load(between.weights());
    learnTimes(last, 10, 20);
    expect(last.weights().updates).toBe(30);
    expectClose(last.weights().data, straight.weights().data, 1e-5);
  });

  test('the memory is sized when the engine is made, and the buffers stay views of it', () => {
    const engine = make({ shape: { ...shape, hidden: 70, steps: 32 }, capacity: 40, seed: 1 });
    const { forwardBatch, learnBatch } = engine;
    const memory = forwardBatch.x.buffer;
    const size = memory.byteLength;
    learnTimes(engine, 20);
    for (const view of [...Object.values(forwardBatch), ...Object.values(learnBatch)]) {
      expect(view.buffer).toBe(memory);
      expect(view.length).toBeGreaterThan(0);
    }
    expect(memory.byteLength).toBe(size);
    expect(engine.forwardBatch.x).toBe(forwardBatch.x);
  });

  test('a moment too small to move anything becomes 0, and stays out of the slow numbers', () => {
    const engine = make({ shape, capacity: 1, seed: 1 });
    const { data } = engine.weights();
    const count = data.length / 3;
    data.fill(1e-36, count, 2 * count).fill(1e-36, 2 * count);
    engine.load({ updates: 5, data });
    fillLearnBatch(engine, 1, { missing: 1 });
    engine.learn(1, 1e-3);
    expect(new Set(engine.weights().data.slice(count))).toEqual(new Set([0]));
  });

  test('rows beyond the capacity, and series of too few or too many rows, are a bug and not an answer', () => {
    const engine = make({ shape, capacity: 3, seed: 1 });
    fillLearnBatch(engine, 1);
    expect(() => engine.forward(4)).toThrow(RangeError);
    expect(() => engine.learn(0, 1e-3)).toThrow(RangeError);
    for (const length of [3, 17]) {
      engine.learnBatch.length[1] = length;
      expect(() => engine.learn(2, 1e-3)).toThrow(RangeError);
    }
    expect(engine.weights().updates).toBe(0);
  });
});

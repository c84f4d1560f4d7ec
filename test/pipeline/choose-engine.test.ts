import { expect, test } from 'vitest';
import type { EngineKind } from '../../src/lstm/engines.ts';
import { engines } from '../../src/lstm/engines.ts';
import { reference } from '../../src/lstm/reference.ts';
import { chooseEngine, type Work } from '../../src/pipeline/run/choose-engine.ts';
import { cpuSeconds } from '../../src/pipeline/run/engines.ts';

const shape = { inputs: 2, hidden: 4, channels: 1, steps: 4, losses: 4, peepholes: true };
const work: Work = { shape, batch: 32, every: 4 };

/** A machine on which each engine takes the time it says: seconds a row, of forward and of learn. */
class Machine {
  seconds = 0;
  /** Most rows that each engine was called with, by name. */
  readonly rows = new Map<string, number>();
  readonly clock = () => this.seconds;

  engine(kind: string, forward: number, learn: number): EngineKind {
    const spend = (rows: number, each: number) => {
      this.rows.set(kind, Math.max(rows, this.rows.get(kind) ?? 0));
      this.seconds += rows * each;
    };
    return {
      kind,
      make: (options) =>
        Object.assign(reference(options), {
          forward: (rows: number) => spend(rows, forward),
          learn: (rows: number) => {
            spend(rows, learn);
            return { nats: 0, gradientNorm: 0 };
          },
        }),
    };
  }
}

const kindsOf = (chosen: readonly EngineKind[]) => chosen.map(({ kind }) => kind);

test('the fastest comes first, the others stay in their order, and the rates are rows per second', () => {
  const machine = new Machine();
  const [slow, fast, slower] = [
    machine.engine('slow', 2e-6, 1e-5),
    machine.engine('fast', 1e-6, 8e-6),
    machine.engine('slower', 2e-6, 1.1e-5),
  ];
  const { engines: chosen, rates } = chooseEngine(work, [slow, fast, slower], machine.clock);
  expect(kindsOf(chosen)).toEqual(['fast', 'slow', 'slower']);
  expect(rates.get('fast')).toBeCloseTo(1 / (1e-6 + 8e-6 / 4));
});

test('an engine that is hardly faster than one before it is not chosen', () => {
  const machine = new Machine();
  const [known, other] = [machine.engine('known', 1e-6, 1e-5), machine.engine('other', 0.96e-6, 0.96e-5)];
  expect(kindsOf(chooseEngine(work, [known, other], machine.clock).engines)).toEqual(['known', 'other']);
});

test('how often is learned decides between one that scores fast and one that learns fast', () => {
  const machine = new Machine();
  const both = [machine.engine('scores', 1e-6, 1e-4), machine.engine('learns', 1e-5, 1e-5)];
  const firstAt = (every: number) => kindsOf(chooseEngine({ ...work, every }, both, machine.clock).engines)[0];
  expect([1, 4, 16, Number.POSITIVE_INFINITY].map(firstAt)).toEqual(['learns', 'learns', 'scores', 'scores']);
});

test('an engine that takes longer for a part of the batch than another for the whole is measured no further', () => {
  const machine = new Machine();
  const hopeless = machine.engine('hopeless', 1e-3, 1e-2);
  const { rates } = chooseEngine(work, [machine.engine('good', 1e-6, 1e-5), hopeless], machine.clock);
  expect(machine.rows.get('hopeless')).toBe(1);
  expect([...rates.keys()]).toEqual(['good']);
});

test('it takes less than half a second for each engine, however large the batch', () => {
  const machine = new Machine();
  const flop = 24 * 64 * 512 * 600;
  const each = ['a', 'b', 'c'].map((kind) => machine.engine(kind, flop / 2e11, flop / 1e10));
  const large = { ...shape, inputs: 88, hidden: 512, steps: 64 };
  chooseEngine({ shape: large, batch: 4096, every: 4 }, each, machine.clock);
  expect(machine.seconds).toBeGreaterThan(0.1);
  expect(machine.seconds).toBeLessThan(3 * 0.5);
});

test('nothing is measured where there is no choice, or where one series is too much for a moment', () => {
  const machine = new Machine();
  const [one, two] = [machine.engine('one', 1, 1), machine.engine('two', 1, 1)];
  const huge = { ...shape, hidden: 1024, steps: 1024 };
  expect(chooseEngine(work, [one], machine.clock).engines).toEqual([one]);
  expect(chooseEngine({ ...work, shape: huge }, [one, two], machine.clock).engines).toEqual([one, two]);
  expect(machine.seconds).toBe(0);
});

test('of the engines of this build one is chosen, and none is lost', () => {
  const { engines: chosen, rates } = chooseEngine(work, engines, cpuSeconds);
  expect(new Set(chosen)).toEqual(new Set(engines));
  expect(rates.get(chosen[0].kind)).toBeGreaterThan(0);
});

import type { Engine, Shape } from '../../src/lstm/engine.ts';
import type { EngineKind } from '../../src/lstm/engines.ts';
import { makeHead } from '../../src/lstm/heads/heads.ts';
import type { HeadSpec } from '../../src/lstm/heads/spec.ts';
import { Random } from '../../src/math/random.ts';
import { cpuSeconds } from './cpu.ts';
import type { Ceiling } from './engines-ceiling.ts';

/** One cell of the table: rates are per CPU-second of this process, user and system, and medians of the rounds. */
export interface Cell {
  readonly engine: string;
  readonly inputs: number;
  readonly hidden: number;
  readonly batch: number;
  /** Rows scored per CPU-second, nothing learned. */
  readonly score: number;
  /** Rows learned per CPU-second, by K, the rows from one learning step to the next: the learning steps alone. */
  readonly learn: Readonly<Record<number, number>>;
  /** The same rows, scored too. */
  readonly both: Readonly<Record<number, number>>;
  /** Learning's share, at the first K, of the ceiling measured in the same rounds. */
  readonly share: number | undefined;
}

/** What to measure, and for how long. */
export interface Measure {
  readonly kinds: readonly EngineKind[];
  readonly inputs: number;
  readonly hidden: number;
  /** The one channel's head; `real` if absent. */
  readonly head?: HeadSpec | undefined;
  readonly batch: number;
  readonly every: readonly number[];
  readonly rounds: number;
  readonly roundSeconds: number;
  readonly ceiling: Ceiling | undefined;
}

/** T. */
export const STEPS = 16;

/** Measures the cells of all engines; they take turns round by round, so that a slow minute of the machine is slow for all. */
export function measure(wanted: Measure): readonly Cell[] {
  const { kinds, inputs, hidden, batch, every, ceiling } = wanted;
  const calls = kinds.flatMap((kind) => {
    const engines = every.map((losses) => filled(kind, wanted, losses));
    return [() => engines[0].forward(batch), ...engines.map((engine) => () => void engine.learn(batch, 1e-4))];
  });
  const rates = medianRates([...calls, ...(ceiling === undefined ? [] : [ceiling.run])], wanted);
  const most = ceiling === undefined ? undefined : rates[calls.length] * ceiling.operations;
  return kinds.map(({ kind: engine }, n) => {
    const [scored, ...learned] = rates.slice(n * (1 + every.length), (n + 1) * (1 + every.length));
    const score = scored * batch;
    const learn = Object.fromEntries(every.map((k, i) => [k, learned[i] * batch * k]));
    const both = Object.fromEntries(every.map((k) => [k, 1 / (1 / score + 1 / learn[k])]));
    const share = most === undefined ? undefined : (learned[0] * batch * operations({ inputs, hidden })) / most;
    return { engine, inputs, hidden, batch, score, learn, both, share };
  });
}

/** The shape of a cell's network at one K. */
export function shapeAt({ inputs, hidden, head }: Pick<Measure, 'inputs' | 'hidden' | 'head'>, losses: number): Shape {
  const heads = head === undefined ? {} : { heads: [head] };
  return { inputs, hidden, channels: 1, ...heads, steps: STEPS, losses, peepholes: true };
}

/** Multiplications and additions of one learning step of one series: forward, ∂h and ∂weights; the curves and the heads not counted. */
function operations({ inputs, hidden }: Pick<Measure, 'inputs' | 'hidden'>): number {
  return 2 * STEPS * 4 * hidden * (2 * (inputs + hidden) + hidden);
}

function filled({ make }: EngineKind, wanted: Measure, losses: number): Engine {
  const engine = make({ shape: shapeAt(wanted, losses), capacity: wanted.batch, seed: 1 });
  const random = new Random(2);
  const { forwardBatch, learnBatch } = engine;
  for (const values of [forwardBatch.x, learnBatch.x, learnBatch.target]) {
    for (let i = 0; i < values.length; i++) values[i] = random.normal();
  }
  if (wanted.head !== undefined) {
    const head = makeHead(wanted.head);
    const { target } = learnBatch;
    for (let i = 0; i < target.length; i++) target[i] = head.learnable(Math.abs(Math.round(target[i])));
  }
  learnBatch.length.fill(STEPS);
  learnBatch.weight.fill(1);
  return engine;
}

/** A call that takes longer is measured once, when it is warm: it is far from any other. */
const SLOW_SECONDS = 0.5;

/** Calls per CPU-second of each: the median of the rounds, after one to warm up. A round is one call at least. */
function medianRates(calls: readonly (() => void)[], { rounds, roundSeconds }: Measure): number[] {
  const once = calls.map((call) => Math.min(secondsOf(call, 1), secondsOf(call, 1)));
  const times = calls.map((call, i) =>
    once[i] > roundSeconds ? 1 : Math.ceil(roundSeconds / Math.max(secondsOf(call, 3) / 3, 1e-6)),
  );
  for (const [i, call] of calls.entries()) if (once[i] < SLOW_SECONDS) secondsOf(call, times[i]);
  const rates: number[][] = once.map((seconds) => (seconds < SLOW_SECONDS ? [] : [1 / seconds]));
  for (let round = 0; round < rounds; round++) {
    for (const [i, call] of calls.entries()) {
      if (once[i] < SLOW_SECONDS) rates[i].push(times[i] / secondsOf(call, times[i]));
    }
  }
  return rates.map((each) => each.sort((a, b) => a - b)[each.length >> 1]);
}

function secondsOf(call: () => void, times: number): number {
  const seconds = cpuSeconds(() => {
    for (let i = 0; i < times; i++) call();
  });
  return Math.max(seconds, 1e-6);
}

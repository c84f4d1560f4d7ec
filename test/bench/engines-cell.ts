import type { Engine, EngineOptions, Shape } from '../../src/lstm/engine.ts';
import { Random } from '../../src/math/random.ts';
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
  readonly make: (options: EngineOptions) => Engine;
  readonly name: string;
  readonly inputs: number;
  readonly hidden: number;
  readonly batch: number;
  readonly every: readonly number[];
  readonly rounds: number;
  readonly roundSeconds: number;
  readonly ceiling: Ceiling | undefined;
}

const STEPS = 16;

/** Measures a cell; its contestants take turns round by round, so that a slow minute of the machine is slow for all. */
export function measure(wanted: Measure): Cell {
  const { name, inputs, hidden, batch, every, ceiling } = wanted;
  const engines = every.map((losses) => filled(wanted, losses));
  const forward = () => engines[0].forward(batch);
  const learns = engines.map((engine) => () => engine.learn(batch, 1e-4));
  const calls = [forward, ...learns, ...(ceiling === undefined ? [] : [ceiling.run])];
  const [scored, ...rest] = medianRates(calls, wanted);
  const score = scored * batch;
  const learn = Object.fromEntries(every.map((k, i) => [k, rest[i] * batch * k]));
  const both = Object.fromEntries(every.map((k) => [k, 1 / (1 / score + 1 / learn[k])]));
  const work = rest[0] * batch * operations(engines[0].shape);
  const share = ceiling === undefined ? undefined : work / (rest[every.length] * ceiling.operations);
  return { engine: name, inputs, hidden, batch, score, learn, both, share };
}

/** Multiplications and additions of one learning step of one series: forward, ∂h and ∂weights; the curves and the heads not counted. */
function operations({ inputs, hidden, steps }: Shape): number {
  return 2 * steps * 4 * hidden * (2 * (inputs + hidden) + hidden);
}

function filled({ make, inputs, hidden, batch }: Measure, losses: number): Engine {
  const shape = { inputs, hidden, channels: 1, steps: STEPS, losses, peepholes: true };
  const engine = make({ shape, capacity: batch, seed: 1 });
  const random = new Random(2);
  const { forwardBatch, learnBatch } = engine;
  for (const values of [forwardBatch.x, learnBatch.x, learnBatch.target]) {
    for (let i = 0; i < values.length; i++) values[i] = random.normal();
  }
  learnBatch.length.fill(STEPS);
  learnBatch.weight.fill(1);
  return engine;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Calls per CPU-second of each: the median of the rounds, after one to warm up. A round is one call at least. */
function medianRates(calls: readonly (() => void)[], { rounds, roundSeconds }: Measure): number[] {
  const times = calls.map((call) => {
    call();
    const once = secondsOf(call, 1);
    return once > roundSeconds ? 1 : Math.ceil(roundSeconds / Math.max(secondsOf(call, 3) / 3, 1e-6));
  });
  for (const [i, call] of calls.entries()) secondsOf(call, times[i]);
  const rates: number[][] = calls.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, call] of calls.entries()) rates[i].push(times[i] / secondsOf(call, times[i]));
  }
  return rates.map((each) => each.sort((a, b) => a - b)[each.length >> 1]);
}

function secondsOf(call: () => void, times: number): number {
  const start = cpuSeconds();
  for (let i = 0; i < times; i++) call();
  return Math.max(cpuSeconds() - start, 1e-6);
}

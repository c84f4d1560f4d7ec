import type { Engine, Shape } from '../../lstm/engine.ts';
import type { EngineKind } from '../../lstm/engines.ts';
import { headsOf } from '../../lstm/heads/heads.ts';
import { Random } from '../../math/random.ts';

/** What an engine is to be good at. */
export interface Work {
  readonly shape: Shape;
  /** Series computed together. */
  readonly batch: number;
  /** Rows from one learning step to the next; Infinity where nothing is learned. */
  readonly every: number;
}

/** What was found out about engines. */
export interface EngineChoice {
  /** The best first. */
  readonly engines: readonly EngineKind[];
  /** Rows scored and learned per second of the clock, of those that came near the best. */
  readonly rates: ReadonlyMap<string, number>;
}

/** One engine, and the least seconds that a call took. */
interface Runner {
  readonly kind: EngineKind;
  readonly engine: Engine;
  forward: number;
  learn: number;
}

interface Turn {
  readonly times: number;
  readonly seconds: () => number;
}

/** Seconds of a race for each engine, and of one of its turns. */
const RACE = 0.2;
const TURN = 0.005;
/**
 * Multiplications and additions of the largest learning step that is measured: tens of milliseconds of a fast engine.
 */
const LARGEST = 1e9;
/** Times the best time, from where on nothing more is to be learned about an engine. */
const FAR_BEHIND = 1.5;
/** An engine is worth a change to if it takes less than this share of the time of the one before it. */
const MARGIN = 0.95;

/**
 * Times engines on the work they are for, by turns, and puts the fastest first; the others stay in their order. Takes
 * less than half a second each: large batches are measured in part, and an engine that takes longer for a part of a
 * batch than another for the whole is out. Where even one series is too much for that, or there is no choice, nothing
 * is measured.
 */
export function chooseEngine(work: Work, candidates: readonly EngineKind[], seconds: () => number): EngineChoice {
  const { inputs, hidden, steps } = work.shape;
  const rows = Math.min(work.batch, Math.floor(LARGEST / (24 * steps * hidden * (inputs + hidden))));
  if (rows < 1 || candidates.length < 2) return { engines: candidates, rates: new Map() };
  const trial = { ...work, batch: rows };
  const runners: Runner[] = [];
  for (const kind of candidates) {
    const runner = runnerOf(kind, trial);
    const best = Math.min(...runners.map((other) => costOf(other, work)));
    if (keepsUp(runner, trial, { best, seconds })) runners.push(runner);
  }
  race(runners, trial, seconds);
  const rates = new Map(runners.map((runner) => [runner.kind.kind, rows / costOf(runner, work)]));
  const { kind: best } = runners.reduce((a, b) => (costOf(b, work) < MARGIN * costOf(a, work) ? b : a));
  return { engines: [best, ...candidates.filter((kind) => kind !== best)], rates };
}

function runnerOf(kind: EngineKind, { shape, batch }: Work): Runner {
  const engine = kind.make({ shape, capacity: batch, seed: 1 });
  const random = new Random(1);
  const { forwardBatch, learnBatch } = engine;
  for (const values of [forwardBatch.x, learnBatch.x, learnBatch.target]) {
    for (let i = 0; i < values.length; i++) values[i] = random.normal();
  }
  const { heads } = headsOf(shape);
  const { target } = learnBatch;
  for (let i = 0; i < target.length; i++) {
    const head = heads[i % heads.length];
    if (head.kind !== 'real') target[i] = head.learnable(Math.abs(Math.round(target[i])));
  }
  learnBatch.length.fill(shape.steps);
  learnBatch.weight.fill(1);
  return { kind, engine, forward: Number.POSITIVE_INFINITY, learn: Number.POSITIVE_INFINITY };
}

/** Seconds for one row of every series, its share of a learning step with it. */
function costOf({ forward, learn }: Runner, { every }: Work): number {
  return forward + (every === Number.POSITIVE_INFINITY ? 0 : learn / every);
}

/**
 * Doubles the rows from one on, until they are all or cost more than twice the best. A first call prepares much that no
 * later one does.
 */
function keepsUp(runner: Runner, work: Work, { best, seconds }: { best: number; seconds: () => number }): boolean {
  for (let batch = 1; ; batch = Math.min(2 * batch, work.batch)) {
    runner.forward = Number.POSITIVE_INFINITY;
    runner.learn = Number.POSITIVE_INFINITY;
    let spent = 0;
    for (let call = 0; call < 3 && spent < TURN; call++)
      spent += turn(runner, { ...work, batch }, { times: 1, seconds });
    if (batch === work.batch) return true;
    if (costOf(runner, work) > 2 * best) return false;
  }
}

/**
 * Turns, one engine after the other, so that a slow moment of the machine is slow for all. Whoever is far behind has
 * raced enough.
 */
function race(runners: readonly Runner[], work: Work, seconds: () => number): void {
  let racing = runners.map((runner) => ({ runner, spent: 0 }));
  while (racing.length > 1) {
    for (const each of racing) {
      const { forward, learn } = each.runner;
      const once = Number.isFinite(learn) ? forward + learn : forward;
      each.spent += turn(each.runner, work, { times: Math.ceil(TURN / Math.max(once, 1e-6)), seconds });
    }
    const best = Math.min(...racing.map(({ runner }) => costOf(runner, work)));
    racing = racing.filter(({ runner, spent }) => spent < RACE && costOf(runner, work) < FAR_BEHIND * best);
  }
}

/** So many calls of each kind; keeps the least time of a call, and returns the seconds that all took. */
function turn(runner: Runner, { batch, every }: Work, { times, seconds }: Turn): number {
  const begun = seconds();
  for (let n = 0; n < times; n++) runner.engine.forward(batch);
  const scored = seconds();
  runner.forward = Math.min(runner.forward, (scored - begun) / times);
  if (every === Number.POSITIVE_INFINITY) return scored - begun;
  for (let n = 0; n < times; n++) runner.engine.learn(batch, 1e-4);
  const learned = seconds();
  runner.learn = Math.min(runner.learn, (learned - scored) / times);
  return learned - begun;
}

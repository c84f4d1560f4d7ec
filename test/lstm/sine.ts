import type { Engine } from '../../src/lstm/engine.ts';
import type { EngineKind } from '../../src/lstm/engines.ts';

const SERIES = 8;
const shape = { inputs: 2, hidden: 16, channels: 1, steps: 16, losses: 4, peepholes: true };

/** A sine of period 12 to 26 rows, by its value; the target is the next step in it. */
function value(series: number, t: number): number {
  return Math.sin((2 * Math.PI * t) / (12 + 2 * series) + series);
}

function fill({ learnBatch: { x, target, length, weight } }: Engine, newest: number): void {
  for (let b = 0; b < SERIES; b++) {
    for (let t = 0; t < shape.steps; t++) {
      const at = newest - shape.steps + 1 + t;
      x[(b * shape.steps + t) * 2] = value(b, at);
      x[(b * shape.steps + t) * 2 + 1] = value(b, at) - value(b, at - 1);
    }
    for (let k = 0; k < shape.losses; k++) {
      const at = newest - shape.losses + 1 + k;
      target[b * shape.losses + k] = value(b, at + 1) - value(b, at);
    }
  }
  length.fill(shape.steps);
  weight.fill(1);
}

/** An engine's nats, update by update, as it learns eight sines with their states carried on. */
export function sineLosses(make: EngineKind['make'], updates: number): readonly number[] {
  const engine = make({ shape, capacity: SERIES, seed: 1 });
  return Array.from({ length: updates }, (_, update) => {
    fill(engine, shape.losses * update);
    return engine.learn(SERIES, 5e-3).nats;
  });
}

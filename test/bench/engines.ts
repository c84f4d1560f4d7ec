import { engines } from '../../src/lstm/engines.ts';
import { Random } from '../../src/math/random.ts';

/** Rows per CPU-second of every engine at H = 32, I = 9, T = 16, batch 32: learning each row (K = 1), each fourth (K = 4), and forward alone. */

const BATCH = 32;
const SECONDS = 2;

/** CPU seconds, user and system, of this process. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Calls until SECONDS of CPU have gone, after a warm-up as long; calls per CPU-second. */
function callsPerSecond(call: () => void): number {
  let rate = 0;
  for (let round = 0; round < 2; round++) {
    const start = cpu();
    let calls = 0;
    while (cpu() - start < SECONDS) {
      for (let i = 0; i < 10; i++) call();
      calls += 10;
    }
    rate = calls / (cpu() - start);
  }
  return rate;
}

for (const { kind, make } of engines) {
  for (const losses of [1, 4]) {
    const shape = { inputs: 9, hidden: 32, channels: 1, steps: 16, losses, peepholes: true };
    const engine = make({ shape, capacity: BATCH, seed: 1 });
    const random = new Random(2);
    const { x, target, length, weight } = engine.learnBatch;
    for (let i = 0; i < x.length; i++) x[i] = random.normal();
    for (let i = 0; i < target.length; i++) target[i] = random.normal();
    for (let i = 0; i < engine.forwardBatch.x.length; i++) engine.forwardBatch.x[i] = random.normal();
    length.fill(16);
    weight.fill(1);
    const learn = callsPerSecond(() => engine.learn(BATCH, 1e-4)) * BATCH * losses;
    const forward = callsPerSecond(() => engine.forward(BATCH)) * BATCH;
    const rows = (value: number) => value.toFixed(0).padStart(9);
    console.log(`${kind.padEnd(12)} K=${losses}: learn ${rows(learn)} rows/CPU-s, forward ${rows(forward)} rows/CPU-s`);
  }
}

import { describe, expect, test } from 'vitest';
import type { Shape } from '../../src/lstm/engine.ts';
import { engines } from '../../src/lstm/engines.ts';
import { graph } from '../../src/lstm/graph/graph.ts';
import { GRAVES, parseProgram, programText, stateColumn } from '../../src/lstm/graph/program.ts';
import { networkOptions } from '../../src/lstm/options.ts';
import { Random } from '../../src/math/random.ts';
import { fillLearnBatch } from './random-batch.ts';

/** Every operation, both states elementwise, and a cell that is used after it is made. */
const ODD = `a = open
b = linear
p = diagonal output_before
q = add a p
g = sigmoid q
k = rest g
m = mul k cell_before
n = tanh b
w = mul g n
cell = add m w
s = tanh cell
r = diagonal s
output = add s r
`;

const shape: Shape = { inputs: 3, hidden: 4, channels: 2, steps: 6, losses: 3, peepholes: true, cell: ODD };
const BATCH = 3;

function engineWith(parameters: Float64Array) {
  const engine = graph({ shape, capacity: BATCH, seed: 1 });
  const data = new Float64Array(3 * parameters.length);
  data.set(parameters);
  engine.load({ updates: 0, data });
  fillLearnBatch(engine, 3, { missing: 0.2, unequal: true, weighted: true });
  return engine;
}

/** Σ weight·loss / (K·Σ weight) of the batch, from the engine's own report of one series after another. */
function objective(parameters: Float64Array): number {
  const engine = engineWith(parameters);
  const { weight, target, length } = engine.learnBatch;
  const { inputs, hidden, channels, losses, steps } = shape;
  let [sum, weights] = [0, 0];
  for (let b = 0; b < BATCH; b++) {
    weights += weight[b];
    const { x, h, c, distribution } = engine.forwardBatch;
    for (let j = 0; j < hidden; j++) {
      h[j] = engine.learnBatch.h[b * hidden + j];
      c[j] = engine.learnBatch.c[b * hidden + j];
    }
    for (let t = 0; t < length[b]; t++) {
      for (let i = 0; i < inputs; i++) x[i] = engine.learnBatch.x[(b * steps + t) * inputs + i];
      engine.forward(1);
      const k = t - length[b] + losses;
      for (let d = 0; d < channels && k >= 0; d++) {
        const wanted = target[(b * losses + k) * channels + d];
        const [location, scale] = [distribution[2 * d], distribution[2 * d + 1]];
        if (Number.isNaN(wanted)) continue;
        sum += weight[b] * (Math.log(scale) + 2.5 * Math.log1p((wanted - location) ** 2 / (4 * scale ** 2)));
      }
    }
  }
  return sum / (losses * weights);
}

describe('the engine of cell graphs', () => {
  test('has the gradient that central differences have, of a cell with every operation', () => {
    const random = new Random(9);
    const count = graph({ shape, capacity: 1, seed: 1 }).weights().data.length / 3;
    const parameters = Float64Array.from({ length: count }, () => 0.4 * random.normal());
    // Scales about e, far from where the gradient is clipped.
    const form = shape.hidden + shape.inputs + 1;
    for (const f of [1, 3]) parameters[count - (3 - f) * form - 1] = 1;
    const engine = engineWith(parameters);
    const { gradientNorm } = engine.learn(BATCH, 0);
    expect(gradientNorm).toBeLessThan(5);
    const moments = engine.weights().data.subarray(count, 2 * count);
    for (let i = 0; i < count; i += 3) {
      const [up, down] = [parameters.slice(), parameters.slice()];
      up[i] += 1e-5;
      down[i] -= 1e-5;
      const expected = (objective(up) - objective(down)) / 2e-5;
      expect(Math.abs(moments[i] / (1 - 0.9) - expected)).toBeLessThan(1e-7 + 1e-5 * Math.abs(expected));
    }
  });

  test('every other engine declines a cell graph by its name, before any record', () => {
    for (const { kind, make } of engines) {
      if (kind === 'graph') continue;
      expect(() => make({ shape, capacity: 1, seed: 1 })).toThrow(`the engine \`${kind}\` computes no cell graph`);
    }
  });
});

describe('a cell graph', () => {
  test('is read and written: the text of what was read is read alike', () => {
    for (const text of [GRAVES, ODD]) {
      const program = parseProgram(text);
      if ('fault' in program) throw new Error(program.fault);
      expect(parseProgram(programText(program))).toEqual(program);
    }
  });

  test.each([
    ['a = linear\ncell = tanh b\noutput = tanh a', 'line 2: `b` is not defined before'],
    ['a = linear\na = tanh a', 'line 2: `a` is defined twice'],
    ['a = linar', 'line 1: there is no operation `linar`; there are: linear, open,'],
    ['a = add cell_before', 'line 1: `add` has 2 operands, not 1'],
    ['a = linear\noutput = tanh a', '`cell` and `output` must be defined'],
    ['cell = tanh cell_before\noutput = tanh cell', 'there is no `linear` or `open`'],
    ['linear', 'line 1: `linear` is not `NAME = OPERATION …`'],
  ])('is refused by line: %j', (text, fault) => {
    const parsed = parseProgram(text);
    expect('fault' in parsed ? parsed.fault : '').toContain(fault);
  });

  test('in a configuration is checked there; a name that is none is no graph', () => {
    expect(networkOptions.parse({ cell: ODD }).cell).toBe(ODD);
    expect(() => networkOptions.parse({ cell: 'gravse' })).toThrow('must be `graves`, `lstm` or a cell graph');
    expect(() => networkOptions.parse({ cell: 'a = linear' })).toThrow('is no cell graph: `cell` and `output`');
  });

  test('names its hidden state, whatever comments its text has', () => {
    expect(stateColumn({}, 'h')).toBe('lstm.h');
    expect(stateColumn({ cell: `# mine\n${ODD}` }, 'h')).toBe(stateColumn({ cell: ODD }, 'h'));
    expect(stateColumn({ cell: ODD }, 'h')).not.toBe(stateColumn({ cell: GRAVES }, 'h'));
  });
});

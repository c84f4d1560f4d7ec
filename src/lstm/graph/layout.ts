import { Random } from '../../math/random.ts';
import type { Shape } from '../engine.ts';
import { formAt } from '../heads/forms.ts';
import { headsOf } from '../heads/heads.ts';
import type { ParameterLayout } from '../layout.ts';
import { type CellProgram, learnedOf, OPERATIONS } from './program.ts';

/**
 * Where each block of a cell graph's parameters starts: as `../layout.ts`, with L linear nodes in the place of the four
 * gates and M diagonals in that of the three peepholes. Of Graves' graph it is the same.
 */
export function graphLayout(shape: Shape, program: CellProgram): ParameterLayout {
  const { inputs, hidden, channels } = shape;
  const { linear, diagonal } = learnedOf(program);
  const u = linear * hidden * inputs;
  const p = u + linear * hidden * hidden;
  const b = p + diagonal * hidden;
  const heads = b + linear * hidden;
  const affine = hidden + inputs + 1;
  const { heads: kinds, width: forms } = headsOf(shape);
  const skips = kinds.flatMap((head) => head.skips);
  return { inputs, hidden, channels, w: 0, u, p, b, heads, affine, forms, skips, count: heads + forms * affine };
}

/** The parameters a graph starts with, [P], as `../initialise.ts` has it: of Graves' graph the same numbers. */
export function initialiseGraph(shape: Shape, program: CellProgram, seed: number): Float64Array {
  const { inputs, hidden } = shape;
  const layout = graphLayout(shape, program);
  const parameters = new Float64Array(layout.count);
  const random = new Random(seed);
  const recurrent = 1 / Math.sqrt(inputs + hidden);
  for (let i = layout.w; i < layout.p; i++) parameters[i] = random.normal() * recurrent;
  const linear = program.nodes.filter(({ operation }) => OPERATIONS[operation] === 0);
  for (const [n, { operation }] of linear.entries()) {
    if (operation === 'open') parameters.fill(1, layout.b + n * hidden, layout.b + (n + 1) * hidden);
  }
  for (const [f, spread] of headsOf(shape)
    .heads.flatMap((head) => head.spread)
    .entries()) {
    const deviation = spread / Math.sqrt(hidden);
    if (deviation === 0) continue;
    const w = formAt(layout, f);
    for (let j = 0; j < hidden; j++) parameters[w + j] = random.normal() * deviation;
  }
  return parameters;
}

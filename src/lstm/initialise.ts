import { Random } from '../math/random.ts';
import type { Shape } from './engine.ts';
import { formAt } from './heads/forms.ts';
import { headsOf } from './heads/heads.ts';
import { layoutOf } from './layout.ts';

/**
 * The parameters a network starts with, [P] as `layout.ts` says (docs/detection.md#the-network): W, U ~ N(0, 1)/√(I +
 * H), forget bias 1, w of a head's form ~ spread·N(0, 1)/√H (0.1 of a location), all else 0, so that a `real` head
 * starts near Student-t(0, 1). Every engine starts from this function, so equal seeds give equal weights up to
 * precision. Drawn in f64, in the order of the layout. O(P).
 */
export function initialise(shape: Shape, seed: number): Float64Array {
  const { inputs, hidden } = shape;
  const layout = layoutOf(shape);
  const parameters = new Float64Array(layout.count);
  const random = new Random(seed);
  const recurrent = 1 / Math.sqrt(inputs + hidden);
  for (let i = layout.w; i < layout.p; i++) parameters[i] = random.normal() * recurrent;
  parameters.fill(1, layout.b + hidden, layout.b + 2 * hidden);
  const spreads = headsOf(shape).heads.flatMap(({ spread }) => spread);
  for (const [f, spread] of spreads.entries()) {
    const deviation = spread / Math.sqrt(hidden);
    if (deviation === 0) continue;
    const w = formAt(layout, f);
    for (let j = 0; j < hidden; j++) parameters[w + j] = random.normal() * deviation;
  }
  return parameters;
}

import type { Shape } from '../engine.ts';
import { layoutOf } from '../layout.ts';

/**
 * Where each of the P parameters of `layout.ts` lies among the numbers of the module's packing (`assembly/plan.ts`);
 * Adam's moments lie alike. [P]. O(P).
 */
export function packingOf(shape: Shape): Int32Array {
  const { inputs, hidden, channels } = shape;
  const layout = layoutOf(shape);
  const units = Math.ceil(hidden / 4) * 4;
  const features = 2 * Math.ceil((1 + inputs + units) / 2);
  const peepholes = 4 * units * features;
  const heads = peepholes + 4 * units;
  const places = new Int32Array(layout.count);
  for (let gate = 0; gate < 4; gate++) {
    for (let j = 0; j < hidden; j++) {
      const row = gate * hidden + j;
      const at = 4 * j * features + gate;
      places[layout.b + row] = at;
      for (let i = 0; i < inputs; i++) places[layout.w + row * inputs + i] = at + 4 * (1 + i);
      for (let k = 0; k < hidden; k++) places[layout.u + row * hidden + k] = at + 4 * (1 + inputs + k);
      if (gate < 3) places[layout.p + row] = peepholes + 4 * j + gate;
    }
  }
  for (let form = 0; form < 2 * channels; form++) {
    const from = layout.heads + form * layout.affine;
    const at = heads + 2 * (form >> 1) * (1 + inputs + units) + (form & 1);
    for (let j = 0; j < hidden; j++) places[from + j] = at + 2 * (1 + inputs + j);
    for (let i = 0; i < inputs; i++) places[from + hidden + i] = at + 2 * (1 + i);
    places[from + hidden + inputs] = at;
  }
  return places;
}

import type { EngineOptions, Shape } from '../../../src/lstm/engine.ts';
import { engineOf, engines, graphs } from '../../../src/lstm/engines.ts';

/** The plain recurrent network (Elman 1990): its output is all that it remembers. */
const PLAIN = `
sum = linear
output = tanh sum
cell = tanh sum
`;

/** The LSTM of 1997: nothing closes the memory, which only grows by what is added. */
const UNFORGETTING = `
i_in = linear
g_in = linear
o_in = linear
i = sigmoid i_in
g = tanh g_in
o = sigmoid o_in
new = mul i g
cell = add cell_before new
squashed = tanh cell
output = mul o squashed
`;

/** What is compared. */
export const CELLS = ['graves', 'lstm', 'no forget gate', 'plain recurrent'] as const;

/** Name of a cell. */
export type CellName = (typeof CELLS)[number];

/** The engine of a cell: the one in WASM, which gives the same bits on every processor, or that of cell graphs. */
export function engineFor(cell: CellName, options: Omit<EngineOptions, 'shape'> & { shape: Omit<Shape, 'peepholes'> }) {
  const { shape } = options;
  if (cell === 'graves' || cell === 'lstm') {
    return engineOf('wasm', engines).make({ ...options, shape: { ...shape, peepholes: cell === 'graves' } });
  }
  const graph = cell === 'plain recurrent' ? PLAIN : UNFORGETTING;
  return graphs.make({ ...options, shape: { ...shape, peepholes: false, cell: graph } });
}

import { z } from 'zod';
import { parseProgram } from './graph/program.ts';

/** The engines a configuration may name; `engines.ts` says which of them this build has. */
export const ENGINE_NAMES = ['auto', 'reference', 'wasm', 'wasm-fma', 'tensorflow', 'graph'] as const;

const CELLS: readonly string[] = ['graves', 'lstm'];

/** The network of a stream, and how it learns. */
export const networkOptions = z
  .strictObject({
    engine: z
      .enum(ENGINE_NAMES)
      .default('auto')
      .describe(
        'What computes the network; `auto` measures what there is at the first start and takes the fastest, which the state remembers.',
      ),
    cell: z
      .string()
      .refine((cell) => cellFault(cell) === undefined, { error: ({ input }) => cellFault(String(input)) })
      .default('graves')
      .describe(
        '`graves`: the LSTM with diagonal peepholes (Graves 2013); `lstm`: without; or a cell graph, as `surprisal evolve` writes it, which `engine: graph` computes ([evolve.md](evolve.md)).',
      ),
    hidden: z.int().min(1).max(1024).default(32).describe('Hidden units.'),
    steps: z.int().min(1).max(1024).default(16).describe('Rows a learning step goes back through (truncated BPTT).'),
    learn_every: z
      .int()
      .min(1)
      .max(1024)
      .default(4)
      .describe('Rows of a series from one learning step to the next; divides `steps`.'),
    rate: z.number().positive().max(1).default(2e-3).describe('Learning rate of Adam.'),
    warm_rate_factor: z
      .number()
      .positive()
      .max(100)
      .default(3)
      .describe('The learning rate is this many times higher in the first `warm_rows`.'),
    warm_rows: z.int().nonnegative().default(600).describe('Rows of a series that count as its beginning.'),
    seed: z.int().nonnegative().default(1).describe('Seed of the first weights: equal seeds give equal results.'),
    batch: z.int().min(1).max(4096).default(32).describe('Series computed together, at most.'),
  })
  .refine(({ steps, learn_every }) => steps % learn_every === 0, {
    error: '`learn_every` must divide `steps`',
    path: ['learn_every'],
  });

/** A checked `network` section. */
export type NetworkOptions = z.infer<typeof networkOptions>;

/** Whether a cell is a graph: none of those with a name. */
export function isGraph(cell: string): boolean {
  return !CELLS.includes(cell);
}

function cellFault(cell: string): string | undefined {
  if (!isGraph(cell)) return undefined;
  if (/^\w*$/.test(cell.trim())) return 'must be `graves`, `lstm` or a cell graph';
  const parsed = parseProgram(cell);
  return 'fault' in parsed ? `is no cell graph: ${parsed.fault}` : undefined;
}

import { hash32 } from '../../math/hash.ts';

/** What a line of a cell graph computes, and how many operands it has. */
export const OPERATIONS = {
  /** W x + U h₋₁ + b, learned; its bias starts at 0, of `open` at 1. */
  linear: 0,
  open: 0,
  /** An operand times a learned diagonal (a peephole); starts at 0. */
  diagonal: 1,
  sigmoid: 1,
  tanh: 1,
  /** 1 − a: what a gate leaves. */
  rest: 1,
  add: 2,
  mul: 2,
} as const;

/** Name of an operation. */
export type CellOperation = keyof typeof OPERATIONS;

/** One line: an operation on earlier nodes. */
export interface GraphNode {
  readonly name: string;
  readonly operation: CellOperation;
  /** Places of the operands: 0 = `cell_before`, 1 = `output_before`, n + 2 = line n. */
  readonly operands: readonly number[];
}

/** The step of a cell, line by line; each vector has H numbers. */
export interface CellProgram {
  readonly nodes: readonly GraphNode[];
  /** Places of `cell` and `output`. */
  readonly cell: number;
  readonly output: number;
}

/** Of the places: the state that came in. */
export const BEFORE = ['cell_before', 'output_before'] as const;

/** Lines a program has at most. */
const MOST_LINES = 64;

/** What a text is not; the line counts from 1. */
export interface ProgramFault {
  readonly fault: string;
}

const NAME = /^[a-z][a-z0-9_]*$/;

/**
 * Reads a cell graph: a line for each node, `NAME = OPERATION [OPERAND [OPERAND]]`, `#` begins a comment; lines may be
 * parted by `;` too. `cell_before` and `output_before` are there from the start; `cell` and `output` must be defined.
 */
export function parseProgram(text: string): CellProgram | ProgramFault {
  const places = new Map<string, number>(BEFORE.map((name, place) => [name, place]));
  const nodes: GraphNode[] = [];
  const lines = text.split(/[\n;]/);
  for (const [n, raw] of lines.entries()) {
    const line = raw.replace(/#.*/, '').trim();
    if (line === '') continue;
    const node = parseLine(line, places);
    if (typeof node === 'string') return { fault: `line ${n + 1}: ${node}` };
    if (nodes.length === MOST_LINES) return { fault: `more than ${MOST_LINES} lines` };
    places.set(node.name, nodes.length + BEFORE.length);
    nodes.push(node);
  }
  const [cell, output] = [places.get('cell'), places.get('output')];
  if (cell === undefined || output === undefined) return { fault: '`cell` and `output` must be defined' };
  if (!nodes.some(({ operation }) => OPERATIONS[operation] === 0)) {
    return { fault: 'there is no `linear` or `open`: the cell would see no input' };
  }
  return { nodes, cell, output };
}

function parseLine(line: string, places: ReadonlyMap<string, number>): GraphNode | string {
  const [name, equals, operation, ...operands] = line.split(/\s+/);
  if (equals !== '=' || !NAME.test(name)) return `\`${line}\` is not \`NAME = OPERATION …\``;
  if (places.has(name)) return `\`${name}\` is defined twice`;
  if (!isOperation(operation)) {
    return `there is no operation \`${operation}\`; there are: ${Object.keys(OPERATIONS).join(', ')}`;
  }
  if (operands.length !== OPERATIONS[operation]) {
    return `\`${operation}\` has ${OPERATIONS[operation]} operands, not ${operands.length}`;
  }
  const found = operands.map((operand) => places.get(operand) ?? operand);
  const unknown = found.find((place) => typeof place === 'string');
  if (unknown !== undefined) return `\`${unknown}\` is not defined before`;
  return { name, operation, operands: found.filter((place) => typeof place === 'number') };
}

function isOperation(text: string | undefined): text is CellOperation {
  return text !== undefined && Object.hasOwn(OPERATIONS, text);
}

/** The text of a program: what `parseProgram` reads back. */
export function programText({ nodes }: CellProgram): string {
  const nameOf = (place: number) => (place < BEFORE.length ? BEFORE[place] : nodes[place - BEFORE.length].name);
  return nodes
    .map(({ name, operation, operands }) => `${[name, '=', operation, ...operands.map(nameOf)].join(' ')}\n`)
    .join('');
}

/** Graves' LSTM (Graves 2013, eqs 7–11) as a graph: the same equations and order as `graves-cell.ts`. */
export const GRAVES = `# Graves' LSTM
i_in = linear
f_in = open
g_in = linear
o_in = linear
i_peep = diagonal cell_before
f_peep = diagonal cell_before
i_sum = add i_in i_peep
f_sum = add f_in f_peep
i = sigmoid i_sum
f = sigmoid f_sum
g = tanh g_in
kept = mul f cell_before
new = mul i g
cell = add kept new
o_peep = diagonal cell
o_sum = add o_in o_peep
o = sigmoid o_sum
squashed = tanh cell
output = mul o squashed
`;

/** The program of a cell graph, or of `graves`. @throws RangeError where the text is none: check options before */
export function programOf(cell: string): CellProgram {
  const parsed = parseProgram(cell === 'graves' ? GRAVES : cell);
  if ('fault' in parsed) throw new RangeError(parsed.fault);
  return parsed;
}

/** How many nodes of each learned kind a program has: L linear ones, M diagonals. */
export function learnedOf({ nodes }: CellProgram): { readonly linear: number; readonly diagonal: number } {
  const linear = nodes.filter(({ operation }) => OPERATIONS[operation] === 0).length;
  return { linear, diagonal: nodes.filter(({ operation }) => operation === 'diagonal').length };
}

/** Multiplications, and curves at 8 of them each, of a row that is scored, and learned by T steps each K rows. */
export function costOf(
  program: CellProgram,
  {
    inputs,
    hidden,
    steps,
    losses,
  }: { readonly inputs: number; readonly hidden: number; readonly steps: number; readonly losses: number },
): number {
  const { linear } = learnedOf(program);
  const curves = program.nodes.filter(({ operation }) => operation === 'sigmoid' || operation === 'tanh').length;
  const step = hidden * (linear * (inputs + hidden) + 8 * curves + program.nodes.length);
  // Forward; and a learning step goes forward and back, at twice that, through T rows.
  return step * (1 + (3 * steps) / losses);
}

/**
 * Name of the column of a hidden state. Of a cell graph it names the graph too, so that the state of one cell is
 * refused by another, comments and layout of the text apart.
 */
export function stateColumn({ cell }: { readonly cell?: string | undefined }, part: 'h' | 'c'): string {
  return cell === undefined ? `lstm.${part}` : `lstm.${part}.${hash32(programText(programOf(cell))).toString(16)}`;
}

import {
  BEFORE,
  type CellOperation,
  type CellProgram,
  type GraphNode,
  OPERATIONS,
  parseProgram,
  programText,
} from '../lstm/graph/program.ts';
import type { Random } from '../math/random.ts';

/** Changes that may fail, before the program stays as it is. */
const TRIES = 30;
/** Nodes a cell has at most: about twice Graves'. */
const MOST_NODES = 40;

/** A node while it is changed: its operands are nodes, or the places of the state before. */
interface Draft {
  operation: CellOperation;
  operands: (Draft | 0 | 1)[];
}

/** A graph while it is changed. */
interface Graph {
  /** In an order in which each comes after its operands. */
  nodes: Draft[];
  cell: Draft;
  output: Draft;
}

const CURVES: readonly CellOperation[] = ['sigmoid', 'tanh', 'rest'];

/** One change that leaves a valid program; equal draws, equal change. O(nodes). */
export function mutateProgram(program: CellProgram, random: Random): CellProgram {
  for (let n = 0; n < TRIES; n++) {
    const graph = draftOf(program);
    if (!changed(graph, random)) continue;
    const made = programOfDraft(graph);
    if (made !== undefined && programText(made) !== programText(program)) return made;
  }
  return program;
}

function changed(graph: Graph, random: Random): boolean {
  const node = random.pick(graph.nodes);
  switch (random.int(7)) {
    case 0:
      return changeOperation(node, random);
    case 1:
      return rewire(graph, node, random);
    case 2:
      return insert(graph, node, random, (from) => ({ operation: random.pick(CURVES), operands: [from] }));
    case 3:
      return insert(graph, node, random, (from) => gated(from, random));
    case 4:
      return insert(graph, node, random, (from) => peeped(from, random));
    case 5:
      return insert(graph, node, random, (from) => ({
        operation: 'add',
        operands: [from, { operation: 'linear', operands: [] }],
      }));
    default:
      return bypass(graph, node);
  }
}

function changeOperation(node: Draft, random: Random): boolean {
  const arity = OPERATIONS[node.operation];
  const others = Object.entries(OPERATIONS).flatMap(([name, of]) =>
    of === arity && name !== node.operation && isOperation(name) ? [name] : [],
  );
  node.operation = random.pick(others);
  return true;
}

/** Another operand, of what comes earlier. */
function rewire({ nodes }: Graph, node: Draft, random: Random): boolean {
  if (node.operands.length === 0) return false;
  const earlier = [0 as const, 1 as const, ...nodes.slice(0, nodes.indexOf(node))];
  node.operands[random.int(node.operands.length)] = random.pick(earlier);
  return true;
}

/** What `make` makes of an operand takes its place. */
function insert(_: Graph, node: Draft, random: Random, make: (from: Draft | 0 | 1) => Draft): boolean {
  if (node.operands.length === 0) return false;
  const at = random.int(node.operands.length);
  node.operands[at] = make(node.operands[at]);
  return true;
}

function gated(from: Draft | 0 | 1, random: Random): Draft {
  const input: Draft = { operation: random.next() < 0.5 ? 'linear' : 'open', operands: [] };
  return { operation: 'mul', operands: [from, { operation: 'sigmoid', operands: [input] }] };
}

function peeped(from: Draft | 0 | 1, random: Random): Draft {
  const peep: Draft = { operation: 'diagonal', operands: [random.next() < 0.5 ? 0 : 1] };
  return { operation: 'add', operands: [from, peep] };
}

/** A node is left out: what used it uses its first operand. */
function bypass(graph: Graph, node: Draft): boolean {
  const [first] = node.operands;
  if (first === undefined) return false;
  for (const other of graph.nodes) {
    for (const [n, operand] of other.operands.entries()) if (operand === node) other.operands[n] = first;
  }
  if (graph.cell === node || graph.output === node) {
    if (typeof first === 'number') return false;
    if (graph.cell === node) graph.cell = first;
    if (graph.output === node) graph.output = first;
  }
  return true;
}

function draftOf({ nodes, cell, output }: CellProgram): Graph {
  const drafts: Draft[] = [];
  for (const { operation, operands } of nodes) {
    drafts.push({
      operation,
      operands: operands.map((place) => (place === 0 || place === 1 ? place : drafts[place - 2])),
    });
  }
  return { nodes: drafts, cell: drafts[cell - BEFORE.length], output: drafts[output - BEFORE.length] };
}

/** What `cell` and `output` need, and nothing else, in order and with names; undefined where that is no program. */
function programOfDraft({ cell, output }: Graph): CellProgram | undefined {
  if (cell === output) return undefined;
  const order: Draft[] = [];
  const visit = (draft: Draft) => {
    if (order.includes(draft)) return;
    for (const operand of draft.operands) if (typeof operand !== 'number') visit(operand);
    order.push(draft);
  };
  visit(cell);
  visit(output);
  if (order.length > MOST_NODES) return undefined;
  const nodes = order.map((draft, n): GraphNode => {
    const name = draft === cell ? 'cell' : draft === output ? 'output' : `n${n + 1}`;
    const operands = draft.operands.map((operand) =>
      typeof operand === 'number' ? operand : order.indexOf(operand) + 2,
    );
    return { name, operation: draft.operation, operands };
  });
  const parsed = parseProgram(programText({ nodes, cell: 0, output: 0 }));
  return 'fault' in parsed ? undefined : parsed;
}

function isOperation(name: string): name is CellOperation {
  return Object.hasOwn(OPERATIONS, name);
}

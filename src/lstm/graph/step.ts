import type { Real } from '../engine.ts';
import { BEFORE, type CellProgram, OPERATIONS } from './program.ts';

/** A program made ready to run on vectors of H numbers: which learned block each node has. */
export interface Compiled {
  readonly program: CellProgram;
  /** By node: which linear one, or which diagonal, it is; else 0. */
  readonly learned: readonly number[];
  /** L. */
  readonly linear: number;
  /** Vectors that a step has: the state before, then a node each. */
  readonly vectors: number;
}

/** Counts a program's learned nodes. O(nodes). */
export function compiled(program: CellProgram): Compiled {
  let [linear, diagonal] = [0, 0];
  const learned = program.nodes.map(({ operation }) =>
    OPERATIONS[operation] === 0 ? linear++ : operation === 'diagonal' ? diagonal++ : 0,
  );
  return { program, learned, linear, vectors: program.nodes.length + BEFORE.length };
}

/**
 * The step of one series. Written: values [V, H] from `at` on, of which vectors 0 and 1, the state before, are read; z
 * [L, H] from `zAt` on has W x + U h₋₁ + b; p [M, H]. O(V·H).
 */
export function stepForward(
  { program, learned }: Compiled,
  values: Real,
  at: number,
  z: Real,
  zAt: number,
  p: Real,
  hidden: number,
): void {
  for (const [n, { operation, operands }] of program.nodes.entries()) {
    const out = at + (n + BEFORE.length) * hidden;
    const a = at + (operands[0] ?? 0) * hidden;
    const b = at + (operands[1] ?? 0) * hidden;
    const own = learned[n] * hidden;
    switch (operation) {
      case 'linear':
      case 'open':
        for (let j = 0; j < hidden; j++) values[out + j] = z[zAt + own + j];
        break;
      case 'diagonal':
        for (let j = 0; j < hidden; j++) values[out + j] = p[own + j] * values[a + j];
        break;
      case 'sigmoid':
        for (let j = 0; j < hidden; j++) values[out + j] = 1 / (1 + Math.exp(-values[a + j]));
        break;
      case 'tanh':
        for (let j = 0; j < hidden; j++) values[out + j] = 1 - 2 / (1 + Math.exp(2 * values[a + j]));
        break;
      case 'rest':
        for (let j = 0; j < hidden; j++) values[out + j] = 1 - values[a + j];
        break;
      case 'add':
        for (let j = 0; j < hidden; j++) values[out + j] = values[a + j] + values[b + j];
        break;
      case 'mul':
        for (let j = 0; j < hidden; j++) values[out + j] = values[a + j] * values[b + j];
        break;
    }
  }
}

/**
 * The step back, node after node from the last: adjoint [V, H] holds what comes from the next step at `cell` and
 * `output`, and after it ∂ of the state before at vectors 0 and 1. Written: δ [L, H] from `zAt` on; added to: dP.
 * O(V·H).
 */
export function stepBackward(
  { program, learned }: Compiled,
  adjoint: Real,
  values: Real,
  at: number,
  delta: Real,
  zAt: number,
  p: Real,
  dP: Real,
  hidden: number,
): void {
  for (let n = program.nodes.length - 1; n >= 0; n--) {
    const { operation, operands } = program.nodes[n];
    const place = (n + BEFORE.length) * hidden;
    const a = (operands[0] ?? 0) * hidden;
    const b = (operands[1] ?? 0) * hidden;
    const own = learned[n] * hidden;
    for (let j = 0; j < hidden; j++) {
      const d = adjoint[place + j];
      const value = values[at + place + j];
      switch (operation) {
        case 'linear':
        case 'open':
          delta[zAt + own + j] = d;
          break;
        case 'diagonal':
          adjoint[a + j] += d * p[own + j];
          dP[own + j] += d * values[at + a + j];
          break;
        case 'sigmoid':
          adjoint[a + j] += d * value * (1 - value);
          break;
        case 'tanh':
          adjoint[a + j] += d * (1 - value * value);
          break;
        case 'rest':
          adjoint[a + j] -= d;
          break;
        case 'add':
          adjoint[a + j] += d;
          adjoint[b + j] += d;
          break;
        case 'mul': {
          const left = values[at + a + j];
          adjoint[a + j] += d * values[at + b + j];
          adjoint[b + j] += d * left;
          break;
        }
      }
    }
  }
}

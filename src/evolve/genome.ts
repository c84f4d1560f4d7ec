import { parseProgram, programText } from '../lstm/graph/program.ts';
import type { NetworkOptions } from '../lstm/options.ts';
import type { Random } from '../math/random.ts';
import { mutateProgram } from './mutate.ts';

/** What is evolved: a cell, and the settings that go with it. */
export interface Genome {
  /** A cell graph, as `programText` writes it. */
  readonly cell: string;
  readonly hidden: number;
  readonly steps: number;
  readonly learn_every: number;
  readonly rate: number;
}

/** Which parts of a genome may change. */
export interface Mutable {
  readonly cell: boolean;
  /** H, T, K and the rate. */
  readonly settings: boolean;
}

/** What the settings may be. */
const HIDDEN = [4, 8, 12, 16, 24, 32, 48, 64];
const STEPS = [4, 8, 16, 32, 64];
const EVERY = [1, 2, 4, 8, 16];

/** A genome as a name: equal texts, equal results. */
export function genomeKey(genome: Genome): string {
  return JSON.stringify([genome.cell, genome.hidden, genome.steps, genome.learn_every, genome.rate]);
}

/** The part of a stream's `network` that a genome is. */
export function networkOf(genome: Genome): Pick<NetworkOptions, 'cell' | 'hidden' | 'steps' | 'learn_every' | 'rate'> {
  return { ...genome };
}

/** A child: one to three small changes. */
export function mutate(genome: Genome, mutable: Mutable, random: Random): Genome {
  let child = genome;
  const changes = 1 + random.int(3);
  for (let n = 0; n < changes; n++) {
    const cell = mutable.cell && (!mutable.settings || random.next() < 0.6);
    child = cell ? { ...child, cell: mutatedCell(child.cell, random) } : mutatedSetting(child, random);
  }
  return child;
}

function mutatedCell(cell: string, random: Random): string {
  const program = parseProgram(cell);
  if ('fault' in program) throw new RangeError(program.fault);
  return programText(mutateProgram(program, random));
}

function mutatedSetting(genome: Genome, random: Random): Genome {
  switch (random.int(4)) {
    case 0:
      return { ...genome, hidden: neighbour(HIDDEN, genome.hidden, random) };
    case 1: {
      const steps = neighbour(STEPS, genome.steps, random);
      return { ...genome, steps, learn_every: Math.min(genome.learn_every, steps) };
    }
    case 2:
      return { ...genome, learn_every: Math.min(neighbour(EVERY, genome.learn_every, random), genome.steps) };
    default:
      return { ...genome, rate: Number((genome.rate * 2 ** (random.next() * 2 - 1)).toPrecision(3)) };
  }
}

function neighbour(values: readonly number[], value: number, random: Random): number {
  const place = values.findIndex((other) => other >= value);
  const next = (place < 0 ? values.length - 1 : place) + (random.next() < 0.5 ? -1 : 1);
  return values[Math.min(Math.max(next, 0), values.length - 1)];
}

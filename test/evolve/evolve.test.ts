import { describe, expect, test } from 'vitest';
import { evolve, frontOf, type Individual, survivors, type Worth } from '../../src/evolve/evolution.ts';
import { type Genome, genomeKey, mutate } from '../../src/evolve/genome.ts';
import { mutateProgram } from '../../src/evolve/mutate.ts';
import { cellPicture } from '../../src/evolve/picture.ts';
import { graph } from '../../src/lstm/graph/graph.ts';
import {
  type CellProgram,
  costOf,
  GRAVES,
  parseProgram,
  programOf,
  programText,
} from '../../src/lstm/graph/program.ts';
import { networkOptions } from '../../src/lstm/options.ts';
import { Random } from '../../src/math/random.ts';

const start: Genome = { cell: programText(programOf(GRAVES)), hidden: 8, steps: 8, learn_every: 4, rate: 2e-3 };

/** A worth that some genomes have more of than others. */
const worthOf = ({ cell, hidden }: Genome): Worth => ({
  bits: 10 + (cell.length % 17) / 10,
  cost: cell.length * hidden,
});

/** Runs an evolution on made-up worths; `log` sees every genome that is asked for. */
function run(seed: number, log: string[] = []): readonly Individual[] {
  const steps = evolve({ start, population: 6, generations: 8, seed, mutable: { cell: true, settings: true } });
  for (let step = steps.next(); ; ) {
    if (step.done) return step.value;
    log.push(...step.value.genomes.map(genomeKey));
    step = steps.next(step.value.genomes.map(worthOf));
  }
}

describe('mutation', () => {
  test('a thousand changes on end leave a cell that an engine computes and a configuration takes, and reach every operation', () => {
    const random = new Random(4);
    let program: CellProgram = programOf(GRAVES);
    const met = new Set<string>();
    for (let n = 0; n < 1000; n++) {
      program = mutateProgram(program, random);
      expect(parseProgram(programText(program))).toEqual(program);
      for (const { operation } of program.nodes) met.add(operation);
      if (n % 100 !== 0) continue;
      const cell = networkOptions.parse({ cell: programText(program) }).cell;
      const shape = { inputs: 2, hidden: 3, channels: 1, steps: 4, losses: 2, peepholes: true, cell };
      const engine = graph({ shape, capacity: 1, seed: 1 });
      engine.forwardBatch.x.set([1, -1]);
      engine.forward(1);
      expect(engine.forwardBatch.distribution.every(Number.isFinite)).toBe(true);
    }
    expect(met.size).toBe(8);
  });

  test('of settings keeps to what a configuration takes, and leaves the cell where only they may change', () => {
    const random = new Random(4);
    let genome = start;
    for (let n = 0; n < 300; n++) {
      genome = mutate(genome, { cell: false, settings: true }, random);
      expect(networkOptions.safeParse({ ...genome, rate: Math.min(genome.rate, 1) }).success).toBe(true);
    }
    expect(genome.cell).toBe(start.cell);
    expect(genomeKey(genome)).not.toBe(genomeKey(start));
  });
});

describe('evolution', () => {
  test('the same seed does the same, another does not, and no genome is asked for twice', () => {
    const log: string[] = [];
    expect(run(1, log)).toEqual(run(1));
    expect(run(2)).not.toEqual(run(1));
    expect(new Set(log).size).toBe(log.length);
    expect(log.length).toBeGreaterThan(40);
  });

  test('the best never gets worse, and the start may survive', () => {
    const [best] = run(1);
    expect(best.worth.bits).toBeLessThanOrEqual(worthOf(start).bits);
  });

  test('who survives is on the first fronts; what diverged never does', () => {
    const of = (bits: number, cost: number): Individual => ({
      genome: { ...start, rate: bits },
      worth: { bits, cost },
    });
    const [a, b, c, worse, diverged] = [of(1, 9), of(2, 5), of(3, 1), of(3, 9), of(Number.POSITIVE_INFINITY, 0)];
    expect(frontOf([worse, a, b, c])).toEqual([a, b, c]);
    expect(survivors([worse, diverged, b, a, c], 4)).toEqual([a, c, b, worse]);
    expect(survivors([worse, diverged, b, a, c], 2)).toEqual([a, c]);
  });
});

test('work grows with hidden units, linear nodes and learning steps', () => {
  const shape = { inputs: 5, hidden: 8, steps: 16, losses: 4 };
  const graves = costOf(programOf(GRAVES), shape);
  expect(costOf(programOf(GRAVES), { ...shape, hidden: 16 })).toBeGreaterThan(2 * graves);
  expect(costOf(programOf(GRAVES), { ...shape, losses: 2 })).toBeGreaterThan(1.5 * graves);
  expect(costOf(programOf('g = linear\ncell = tanh g\noutput = tanh cell'), shape)).toBeLessThan(graves / 3);
});

test('the picture of a cell has a box for each node and an arrow for each operand', () => {
  const program = programOf(GRAVES);
  const svg = cellPicture(program, 'Graves < all');
  expect(svg.match(/<rect x=/g)).toHaveLength(program.nodes.length + 2);
  expect(svg.match(/marker-end/g)).toHaveLength(program.nodes.reduce((sum, { operands }) => sum + operands.length, 0));
  expect(svg).toContain('Graves &lt; all');
});

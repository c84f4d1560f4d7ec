/* node test/bench/run.mjs test/bench/evolve.ts [--seeds 1,2,3,4,5] [--sets taxi,temperature] [--data ../shared/data]
 *
 * Evolves a cell from Graves', by seed, and compares the two: bits a row on the rows that it was evolved on, and on later rows that it never saw, with other
 * first weights; multiplications; rows a CPU-second of the whole pipeline with the engine `graph`. */
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { rowsPerSecond, trialsOf } from '../../src/cli/evolve-trial.ts';
import { evolve } from '../../src/evolve/evolution.ts';
import type { Genome } from '../../src/evolve/genome.ts';
import { graph } from '../../src/lstm/graph/graph.ts';
import { GRAVES, programOf, programText } from '../../src/lstm/graph/program.ts';

const FILES: Readonly<Record<string, string>> = {
  taxi: 'nab/data/realKnownCause/nyc_taxi.csv',
  temperature: 'nab/data/realKnownCause/ambient_temperature_system_failure.csv',
};
/** Rows that are evolved on; as many later ones decide, as in the command, whether it diverges; and those after. */
const [EVOLVED, UNSEEN] = [1500, 3000];
const BUDGET = { population: 6, generations: 7, mutable: { cell: true, settings: false } };
const start: Genome = { cell: programText(programOf(GRAVES)), hidden: 12, steps: 8, learn_every: 4, rate: 2e-3 };

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3,4,5' },
    sets: { type: 'string', default: 'taxi,temperature' },
    data: { type: 'string', default: '../shared/data' },
  },
});

process.stdout.write(
  '| data | seed | bits Graves | evolved | unseen Graves | evolved | mult. Graves | evolved | rows/s Graves | evolved |\n',
);
process.stdout.write(`|${' --- |'.repeat(10)}\n`);
for (const set of flags.sets.split(',')) {
  for (const seed of flags.seeds.split(',').map(Number)) await line(set, seed);
}

async function line(set: string, seed: number): Promise<void> {
  const seen = await trials(set, seed, { rows: EVOLVED });
  const later = await trials(set, seed, { rows: EVOLVED, skip: EVOLVED });
  const unseen = await trials(set, seed + 100, { rows: UNSEEN, skip: 2 * EVOLVED });
  const steps = evolve({ start, seed, ...BUDGET });
  let step = steps.next();
  while (!step.done) step = steps.next(step.value.genomes.map((genome) => seen.worthOf(genome)));
  const found = step.value.find((each) => Number.isFinite(later.worthOf(each.genome).bits));
  const { genome, worth } = found ?? step.value[0];
  const first = seen.worthOf(start);
  const [before, after] = [start, genome].map((each) => unseen.worthOf(each).bits);
  const [slow, fast] = [start, genome].map((each) => Math.round(rowsPerSecond(unseen, each)));
  const bits = [first.bits, worth.bits, before, after].map((value) => value.toFixed(3));
  process.stdout.write(`| ${[set, seed, ...bits, first.cost, worth.cost, slow, fast].join(' | ')} |\n`);
}

async function trials(set: string, seed: number, rows: { readonly rows: number; readonly skip?: number }) {
  const file = path.join(flags.data, FILES[set] ?? set);
  const how = { format: 'auto', header: true, clock: true, timeFormat: 'auto', timeZone: 'UTC' } as const;
  return await trialsOf(
    file,
    { ...how, valueColumns: ['value'], transform: 'none', engine: 'auto', seed },
    { ...rows, make: graph },
  );
}

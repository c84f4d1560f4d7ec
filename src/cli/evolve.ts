import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import { evolve, frontOf, type Individual, type Worth } from '../evolve/evolution.ts';
import { type Genome, genomeKey } from '../evolve/genome.ts';
import { cellPicture } from '../evolve/picture.ts';
import { graph } from '../lstm/graph/graph.ts';
import { GRAVES, programOf, programText } from '../lstm/graph/program.ts';
import { isGraph } from '../lstm/options.ts';
import { autodiff } from '../tensorflow/autodiff.ts';
import { Journal } from './evolve-journal.ts';
import { rowsPerSecond, type Trials, trialsOf } from './evolve-trial.ts';
import { flagText, readingFlags, withReading } from './reading-flags.ts';
import { unwritable } from './unwritable.ts';

const flags = z.object({
  ...readingFlags,
  data: z.string(),
  out: z.string(),
  rows: z.coerce.number().int().min(100),
  population: z.coerce.number().int().min(2).max(1000),
  generations: z.coerce.number().int().min(1).max(100_000),
  tune: z.enum(['cell', 'settings', 'both']),
  autodiff: z.enum(['own', 'tensorflow']),
});

type Flags = z.infer<typeof flags>;

/** Rows after those that are evolved on, to be worth a look. */
const FEWEST_LATER = 100;

/** What an evolution came to. */
interface Outcome {
  readonly start: Genome;
  readonly alive: readonly Individual[];
  readonly winner: Individual;
}

/**
 * `surprisal evolve --data FILE`: looks for a cell and settings with fewer bits a row, or less work, than those that a
 * stream has.
 */
export function evolveCommand(): Command {
  const command = new Command('evolve')
    .summary('evolve the cell, or the settings, of a network on a file')
    .description(
      'Changes the cell of a network and its settings by mutation and selection, with two objectives: bits a row before the row is learned (no labels), and ' +
        'work a row. What was tried is written down: the same command continues after any kill, with the same result. See docs/evolve.md.',
    )
    .requiredOption('--data <file>', 'the data, as `replay` reads it')
    .option('--out <folder>', 'where winner.yaml, winner.cell, winner.svg, front.json and the journal go', 'evolved')
    .option('--rows <number>', 'rows of the file that are used, from its beginning', '5000')
    .option('--population <number>', 'genomes kept, and new ones in each generation', '12')
    .option('--generations <number>', 'how many', '20')
    .option(
      '--autodiff <whose>',
      'own; tensorflow: by TensorFlow.js, which is many times slower and gives the same to f32',
      'own',
    )
    .option('--tune <what>', 'cell; settings: H, T, rate, learn_every; or both', 'cell');
  return withReading(command).action(async (given: unknown) => {
    const { data, error } = flags.safeParse(given);
    if (error) {
      throw new Failure('cli/bad-flag', error.issues[0].message, { where: flagText(String(error.issues[0].path[0])) });
    }
    await run(data);
  });
}

async function run(given: Flags): Promise<void> {
  const trials = await trialsOf(given.data, given, {
    rows: given.rows,
    make: given.autodiff === 'own' ? graph : autodiff,
  });
  const start = startOf(trials);
  try {
    mkdirSync(given.out, { recursive: true });
  } catch (cause) {
    throw unwritable(given.out, cause);
  }
  const journal = await Journal.open(join(given.out, 'journal.jsonl'), identity(given, trials, start));
  if (journal.size > 0) process.stderr.write(`${journal.size} genomes are in the journal: continuing\n`);
  const alive = await evolved(given, trials, { start, journal });
  // Rows that no genome was chosen by: a cell that fits those it knows may diverge there.
  const later = await trialsOf(given.data, given, { rows: given.rows, skip: given.rows, make: graph });
  const unseen = later.rows < FEWEST_LATER ? undefined : later;
  const winner = alive.find(({ genome }) => unseen === undefined || Number.isFinite(unseen.worthOf(genome).bits));
  if (winner === undefined) throw new Failure('lstm/diverged', 'every genome diverged; try a lower network.rate');
  write(given, { trials, unseen }, { start, alive, winner });
}

/** The stream's own cell and settings. */
function startOf({ options: { network } }: Trials): Genome {
  const cell = programText(programOf(isGraph(network.cell) ? network.cell : GRAVES));
  const { hidden, steps, learn_every, rate } = network;
  return { cell, hidden, steps, learn_every, rate };
}

/** What worths depend on, data included. */
function identity({ data, rows, seed, autodiff: by }: Flags, { options }: Trials, start: Genome): string {
  const bytes = readFileSync(data);
  const settings = JSON.stringify([options, rows, seed, by, genomeKey(start)]);
  return createHash('sha256').update(bytes).update(settings).digest('hex');
}

async function evolved(
  { population, generations, seed, tune }: Flags,
  trials: Trials,
  { start, journal }: { readonly start: Genome; readonly journal: Journal },
): Promise<readonly Individual[]> {
  const mutable = { cell: tune !== 'settings', settings: tune !== 'cell' };
  const steps = evolve({ start, population, generations, seed, mutable });
  let best = Number.POSITIVE_INFINITY;
  for (let step = steps.next(); ; ) {
    if (step.done) return step.value;
    const { number, genomes } = step.value;
    const worths: Worth[] = [];
    for (const genome of genomes) {
      const key = genomeKey(genome);
      const known = journal.find(key);
      const worth = known ?? trials.worthOf(genome);
      if (known === undefined) await journal.add(key, worth);
      worths.push(worth);
      best = Math.min(best, worth.bits);
    }
    process.stderr.write(`generation ${number} of ${generations}: ${best.toFixed(4)} bits a row at best\n`);
    step = steps.next(worths);
  }
}

/**
 * The winner has the least bits a row of those that did not diverge on later rows; the front is what no other beats in
 * both.
 */
function write(
  { out }: Flags,
  { trials, unseen }: { readonly trials: Trials; readonly unseen: Trials | undefined },
  { start, alive, winner }: Outcome,
): void {
  const { bits, cost } = winner.worth;
  const before = trials.worthOf(start);
  const title = `${bits.toFixed(4)} bits a row; the start has ${before.bits.toFixed(4)}`;
  const file = (name: string, text: string) => {
    try {
      writeFileSync(join(out, name), text);
    } catch (cause) {
      throw unwritable(join(out, name), cause);
    }
  };
  file('winner.cell', `# surprisal evolve: ${title}\n${winner.genome.cell}`);
  file('winner.svg', cellPicture(programOf(winner.genome.cell), title));
  file('front.json', `${JSON.stringify(frontOf(alive), null, 2)}\n`);
  const { hidden, steps, learn_every, rate } = winner.genome;
  const [own, first] = [winner.genome, start].map((genome) => Math.round(rowsPerSecond(trials, genome)));
  process.stderr.write(
    `start:  ${before.bits.toFixed(4)} bits a row, ${before.cost} multiplications, ${first} rows a CPU-second\n`,
  );
  process.stderr.write(`winner: ${bits.toFixed(4)} bits a row, ${cost} multiplications, ${own} rows a CPU-second\n`);
  const cell = winner.genome.cell.trim().replaceAll(/^/gm, '    ');
  const settings = [`hidden: ${hidden}`, `steps: ${steps}`, `learn_every: ${learn_every}`, `rate: ${rate}`];
  const network = ['network:', ...settings.map((line) => `  ${line}`), '  engine: graph', '  cell: |', cell];
  file('winner.yaml', `# ${title}\n${network.join('\n')}\n`);
  if (unseen !== undefined) {
    const [mine, theirs] = [winner.genome, start].map((genome) => unseen.worthOf(genome).bits.toFixed(4));
    process.stderr.write(
      `on the next ${unseen.rows} rows, which it was not chosen by: ${mine} bits a row, the start ${theirs}\n`,
    );
  }
  process.stderr.write(`the \`network\` of a stream with it is in ${join(out, 'winner.yaml')}\n`);
}

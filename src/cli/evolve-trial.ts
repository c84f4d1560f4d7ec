import process from 'node:process';
import { Detector } from '../detector/detector.ts';
import type { DetectorOptions } from '../detector/options.ts';
import { Failure } from '../errors/failure.ts';
import type { Observation } from '../event/observation.ts';
import type { Worth } from '../evolve/evolution.ts';
import { type Genome, networkOf } from '../evolve/genome.ts';
import { inputCount } from '../feature/features.ts';
import type { EngineKind } from '../lstm/engines.ts';
import { costOf, programOf } from '../lstm/graph/program.ts';
import { type ForecastInput, jobOf } from './forecast-job.ts';

const NEVER = new AbortController().signal;
const BATCH = 256;

/** Values genomes on the same rows. */
export interface Trials {
  readonly options: DetectorOptions;
  /** How many. */
  readonly rows: number;
  /** Runs all rows through a detector with this genome. Deterministic. */
  worthOf(genome: Genome): Worth;
}

/** How many rows, and by what they are learned. */
export interface TrialOptions {
  readonly rows: number;
  /** Rows of the beginning that are left out. */
  readonly skip?: number;
  readonly make: EngineKind['make'];
}

interface Trial {
  readonly options: DetectorOptions;
  readonly make: EngineKind['make'];
  readonly observations: readonly Observation[];
}

/** The first rows of a file, decoded once. @throws Failure source/unusable where none can be used */
export async function trialsOf(
  path: string,
  input: ForecastInput,
  { rows, skip = 0, make }: TrialOptions,
): Promise<Trials> {
  const { options: own, source, ...job } = await jobOf(path, input);
  const options = { ...own, scores: true };
  const decoder = job.decoder(await source.columns?.());
  const observations: Observation[] = [];
  let read = 0;
  for await (const batch of source.read(0, NEVER)) {
    for (const record of job.prepared(batch, read)) {
      try {
        observations.push(decoder.decode(record));
      } catch (error) {
        if (!(error instanceof Failure) || error.remedy !== 'skip-record') throw error;
      }
    }
    read += batch.length;
    if (observations.length >= skip + rows) break;
  }
  await source.close();
  if (observations.length === 0) throw new Failure('source/unusable', 'no record could be used', { where: path });
  const used = observations.slice(skip, skip + rows);
  return { options, rows: used.length, worthOf: (genome) => worthOf(genome, { options, make, observations: used }) };
}

function worthOf(genome: Genome, { options, make, observations }: Trial): Worth {
  const { hidden, steps, learn_every: losses } = genome;
  const inputs = inputCount(options.channels, options.features);
  const cost = Math.round(costOf(programOf(genome.cell), { inputs, hidden, steps, losses }));
  const network = { ...options.network, ...networkOf(genome), engine: 'graph' } as const;
  const detector = new Detector({ ...options, network }, { engines: [{ kind: 'graph', make }] });
  let [bits, rows] = [0, 0];
  try {
    for (let n = 0; n < observations.length; n++) {
      detector.observe(observations[n]);
      if (n % BATCH !== BATCH - 1 && n !== observations.length - 1) continue;
      for (const output of detector.drain()) {
        if (output.kind !== 'score') continue;
        bits += output.bits;
        rows++;
      }
    }
  } catch (error) {
    if (error instanceof Failure && error.code === 'lstm/diverged') return { bits: Number.POSITIVE_INFINITY, cost };
    throw error;
  }
  return { bits: Number.isFinite(bits) && rows > 0 ? bits / rows : Number.POSITIVE_INFINITY, cost };
}

/** Rows a second of this process' CPU time, the whole pipeline after decoding. */
export function rowsPerSecond(trials: Trials, genome: Genome): number {
  const before = process.cpuUsage();
  trials.worthOf(genome);
  const { user, system } = process.cpuUsage(before);
  return trials.rows / ((user + system) / 1e6);
}

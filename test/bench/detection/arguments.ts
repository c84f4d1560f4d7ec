import { parseArgs } from 'node:util';
import type { Contestant } from './contestant.ts';
import { asConfigured, changed, others } from './contestants.ts';
import type { Part } from './part.ts';
import { parts } from './parts.ts';

/** What a run of the bench was asked for. */
export interface Asked {
  readonly parts: readonly Part[];
  readonly seeds: readonly number[];
  /** Who takes part in a part. */
  readonly contestants: (part: Part) => readonly Contestant[];
  /** Whether the table that compares variants is wanted. */
  readonly ablation: boolean;
  /** Whether cells that are finished are run again. */
  readonly fresh: boolean;
  readonly json: string;
  readonly page: string;
}

/** How it is called. */
export const USAGE = `npm run bench:detection -- [PART … | all] [ablation] [options]

  PART              ${parts.map(({ name }) => name).join(', ')}; all of them by default
  ablation          the product's variants instead of the baselines, and a table that compares them
  --seeds 1,2,3     seeds of the network, the simulators and the faults (1; with ablation 1,2,3)
  --only NAME,…     these contestants alone, such as surprisal
  --fresh           run finished cells again
  --out FOLDER      where results.json and results.html are written (.bench/detection)`;

/** Reads the command line. @throws Error with the usage where it cannot be read. */
export function asked(args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seeds: { type: 'string' },
      only: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      out: { type: 'string', default: '.bench/detection' },
    },
  });
  const names = positionals.filter((name) => name !== 'ablation' && name !== 'all');
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}\n\n${USAGE}`);
  const ablation = positionals.includes('ablation');
  const only = values.only?.split(',');
  requireContestants(only ?? [], ablation);
  return {
    parts: names.length === 0 ? parts : parts.filter(({ name }) => names.includes(name)),
    seeds: seedsOf(values.seeds ?? (ablation ? '1,2,3' : '1')),
    contestants: (part) => able(part, ablation).filter(({ name }) => only === undefined || only.includes(name)),
    ablation,
    fresh: values.fresh,
    json: `${values.out}/results.json`,
    page: `${values.out}/results.html`,
  };
}

function seedsOf(text: string): number[] {
  const seeds = text.split(',').map(Number);
  if (seeds.some((seed) => !Number.isInteger(seed) || seed < 0)) throw new Error(`--seeds: ${text}\n\n${USAGE}`);
  return seeds;
}

function able({ contestants, extra = [] }: Part, ablation: boolean): readonly Contestant[] {
  if (ablation) return changed;
  return contestants === 'product' ? [asConfigured] : [asConfigured, ...others, ...extra];
}

function requireContestants(names: readonly string[], ablation: boolean): void {
  const known = [...new Set(parts.flatMap((part) => able(part, ablation).map(({ name }) => name)))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`there is no contestant ${unknown}; there are: ${known.join(', ')}`);
}

import { Random } from '../math/random.ts';
import { type Genome, genomeKey, type Mutable, mutate } from './genome.ts';

/** What a genome is worth: both are to be small. */
export interface Worth {
  /** Mean surprisal of a row before it is learned, in bits; Infinity where it diverged. */
  readonly bits: number;
  /** Multiplications a row: what speed comes down to, the same on every machine. */
  readonly cost: number;
}

/** A genome, valued. */
export interface Individual {
  readonly genome: Genome;
  readonly worth: Worth;
}

/** How to evolve. */
export interface EvolutionOptions {
  readonly start: Genome;
  readonly population: number;
  readonly generations: number;
  readonly seed: number;
  readonly mutable: Mutable;
}

/** A step of the evolution: genomes to be valued, in order. */
export interface Generation {
  readonly number: number;
  readonly genomes: readonly Genome[];
}

/**
 * Evolves by mutation and selection on both objectives (NSGA-II without crossover: Deb et al. 2002). Yields each
 * generation's new genomes, and is given their worths; returns the last population, the least bits first. What it does
 * depends on its options and the worths alone, so that a run that was killed can be repeated from the worths it wrote
 * down. No genome is asked for twice.
 */
export function* evolve(options: EvolutionOptions): Generator<Generation, readonly Individual[], readonly Worth[]> {
  const { start, population, generations, seed, mutable } = options;
  const random = new Random(seed);
  const known = new Set([genomeKey(start)]);
  const [worth] = yield { number: 0, genomes: [start] };
  let alive: readonly Individual[] = [{ genome: start, worth }];
  for (let number = 1; number <= generations; number++) {
    const genomes: Genome[] = [];
    for (let tries = 0; genomes.length < population && tries < 20 * population; tries++) {
      const child = mutate(parentOf(alive, random), mutable, random);
      if (known.has(genomeKey(child))) continue;
      known.add(genomeKey(child));
      genomes.push(child);
    }
    const worths = yield { number, genomes };
    alive = survivors([...alive, ...genomes.map((genome, n) => ({ genome, worth: worths[n] }))], population);
  }
  return [...alive].sort((a, b) => a.worth.bits - b.worth.bits || a.worth.cost - b.worth.cost);
}

/** The better of two: earlier in the order of survival. */
function parentOf(alive: readonly Individual[], random: Random): Genome {
  return alive[Math.min(random.int(alive.length), random.int(alive.length))].genome;
}

/** The best fronts, the last of them by how lonely its members are; in that order. O(n²). */
export function survivors(all: readonly Individual[], most: number): readonly Individual[] {
  const chosen: Individual[] = [];
  let left = all.filter(({ worth }) => Number.isFinite(worth.bits));
  while (chosen.length < most && left.length > 0) {
    const front = frontOf(left);
    chosen.push(...lonelyFirst(front).slice(0, most - chosen.length));
    left = left.filter((individual) => !front.includes(individual));
  }
  return chosen;
}

/** Those that none of them beats in one objective and equals or beats in the other. */
export function frontOf(all: readonly Individual[]): readonly Individual[] {
  return all.filter(({ worth }) => !all.some((other) => beats(other.worth, worth)));
}

function beats(a: Worth, b: Worth): boolean {
  return a.bits <= b.bits && a.cost <= b.cost && (a.bits < b.bits || a.cost < b.cost);
}

/** By crowding distance; both ends of the front first. */
function lonelyFirst(front: readonly Individual[]): readonly Individual[] {
  const sorted = [...front].sort((a, b) => a.worth.bits - b.worth.bits || a.worth.cost - b.worth.cost);
  const span = (of: (worth: Worth) => number) => {
    const values = sorted.map(({ worth }) => of(worth));
    return Math.max(...values) - Math.min(...values) || 1;
  };
  const [bits, cost] = [span((worth) => worth.bits), span((worth) => worth.cost)];
  const distances = sorted.map((_, n) => {
    const [before, after] = [sorted[n - 1]?.worth, sorted[n + 1]?.worth];
    if (before === undefined || after === undefined) return Number.POSITIVE_INFINITY;
    return (after.bits - before.bits) / bits + (before.cost - after.cost) / cost;
  });
  return sorted
    .map((_, n) => n)
    .sort((a, b) => distances[b] - distances[a] || a - b)
    .map((n) => sorted[n]);
}

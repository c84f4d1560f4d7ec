import { inspect } from 'node:util';
import { Random } from '../../src/math/random.ts';

/** What is given inputs until something comes of one that should not. */
export interface FuzzTarget {
  /** One input, made of these random numbers alone. @throws whatever the tree must not do with it */
  attempt(random: Random): Promise<void> | void;
  close?(): Promise<void>;
}

/** A kind of input, and how to begin with it. */
export interface FuzzKind {
  readonly kind: string;
  open(): Promise<FuzzTarget>;
}

/** An input that came to no good: `--kind kind --seed seed --inputs 1` gives it again. */
export interface Finding {
  readonly kind: string;
  readonly seed: number;
  readonly message: string;
}

/** How long, and with which inputs. */
export interface CampaignOptions {
  /** Input n of a kind is made of the seed `seed + n`. */
  readonly seed: number;
  /** Inputs of each kind at most. */
  readonly inputs: number;
  /** For each kind, ms of the wall clock. */
  readonly forMs: number;
  /** Called for each finding as soon as there is one. */
  readonly onFinding?: (finding: Finding) => void;
}

/** What became of one kind. */
export interface Campaign {
  readonly kind: string;
  readonly inputs: number;
  readonly findings: readonly Finding[];
}

/** CPU time of one input, ms, beyond which it is a finding: bytes of a few hundred that cost that much are an attack. */
const MOST_CPU_MS = 5_000;
/** A kind with so many findings has shown enough. */
const MOST_FINDINGS = 20;

/** Gives one kind its inputs. What is thrown outside of an input, by a timer or a socket, is a finding too. */
export async function campaign({ kind, open }: FuzzKind, options: CampaignOptions): Promise<Campaign> {
  const findings: Finding[] = [];
  let seed = options.seed;
  const found = (error: unknown) => {
    const finding = { kind, seed, message: inspect(error) };
    findings.push(finding);
    options.onFinding?.(finding);
  };
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  for (const event of events) process.on(event, found);
  const target = await open();
  const until = performance.now() + options.forMs;
  let inputs = 0;
  while (inputs < options.inputs && performance.now() < until && findings.length < MOST_FINDINGS) {
    seed = options.seed + inputs++;
    await attempt(target, seed).catch(found);
    if (inputs % 256 === 0) await new Promise(setImmediate);
  }
  await target.close?.();
  await new Promise(setImmediate);
  for (const event of events) process.off(event, found);
  return { kind, inputs, findings };
}

async function attempt(target: FuzzTarget, seed: number): Promise<void> {
  const before = process.cpuUsage();
  await target.attempt(new Random(seed));
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1_000;
  if (ms > MOST_CPU_MS) throw new Error(`the input took ${Math.round(ms)} ms of CPU time`);
}

import type { DetectorOptions } from '../../../src/detector/options.ts';
import { statistics } from '../../../src/statistic/statistics.ts';

/** Part of the detector's options, to any depth; a list replaces a list. */
export type Overrides<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Overrides<T[K]> }
    : T;

/** The product with something changed, or switched off. */
export interface Variant {
  readonly name: string;
  readonly options: Overrides<DetectorOptions>;
}

/** What an ablation compares with the product as it is; one line each. */
export const variants: readonly Variant[] = [
  ...statistics.map(({ kind }) => ({
    name: `without ${kind}`,
    options: { alert: { statistics: statistics.map((other) => other.kind).filter((other) => other !== kind) } },
  })),
  { name: 'the point alone', options: { alert: { statistics: [] } } },
  { name: 'exact memories', options: { novelty: { memory: 'exact' } } },
  { name: 'without the calendar', options: { features: { calendar: [], season: null } } },
  // A rate of nothing learned: the first weights for ever.
  { name: 'without learning', options: { network: { rate: 1e-12 } } },
];

/** The options with the overrides laid over them. */
export function overridden(options: DetectorOptions, { options: overrides }: Variant): DetectorOptions {
  return laidOver(options, overrides);
}

function laidOver<T>(base: T, over: unknown): T {
  if (!isRecord(base) || !isRecord(over)) return over as T;
  const merged = Object.entries(over).map(([key, value]) => [key, laidOver(base[key], value)] as const);
  return { ...base, ...Object.fromEntries(merged) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

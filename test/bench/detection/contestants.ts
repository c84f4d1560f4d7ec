import { contestantOf } from './baselines/baseline.ts';
import { baselines, sanity } from './baselines/baselines.ts';
import type { Contestant } from './contestant.ts';
import { product } from './product.ts';
import { variants } from './variants.ts';

/** The product as it is. */
export const asConfigured: Contestant = product();

/** The product as it is, then each of its variants. */
export const changed: readonly Contestant[] = [asConfigured, ...variants.map((variant) => product(variant))];

/** What the product is compared with. */
export const others: readonly Contestant[] = [
  ...baselines.map((baseline) => contestantOf(baseline)),
  ...sanity.map((baseline) => contestantOf(baseline, 'sanity')),
];

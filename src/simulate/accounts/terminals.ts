import type { Dice } from '../dice.ts';
import { seriesName } from '../fields.ts';

/**
 * What is bought at a terminal: how often, how much against a customer's usual amount, and how widely that varies
 * (log).
 */
export const CATEGORIES = [
  { category: 'grocery', weight: 30, factor: 1, sigma: 0.5 },
  { category: 'restaurant', weight: 20, factor: 0.7, sigma: 0.45 },
  { category: 'cafe', weight: 15, factor: 0.2, sigma: 0.35 },
  { category: 'transport', weight: 12, factor: 0.35, sigma: 0.6 },
  { category: 'fuel', weight: 8, factor: 1.3, sigma: 0.3 },
  { category: 'clothing', weight: 8, factor: 1.8, sigma: 0.6 },
  { category: 'electronics', weight: 3, factor: 4, sigma: 0.8 },
  { category: 'travel', weight: 2, factor: 6, sigma: 0.7 },
] as const;

/** A place on the map, km. */
export interface Location {
  readonly x: number;
  readonly y: number;
}

/** A card terminal of one merchant. */
export interface Terminal extends Location {
  readonly name: string;
  readonly goods: (typeof CATEGORIES)[number];
}

/** Side of the square that all customers and terminals lie in, km. */
export const SIDE_KM = 100;

/** A place anywhere on the map. */
export function somewhere(dice: Dice): Location {
  return { x: dice.uniform(0, SIDE_KM), y: dice.uniform(0, SIDE_KM) };
}

/** As the crow flies. */
export function distanceKm(a: Location, b: Location): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** So many terminals, spread evenly over the map; each sells what its weight in `CATEGORIES` gives it. */
export function placeTerminals(dice: Dice, count: number): readonly Terminal[] {
  const weights = CATEGORIES.map(({ weight }) => weight);
  return Array.from({ length: count }, (_, index) => {
    const goods = CATEGORIES[dice.weighted(weights)];
    return { name: seriesName('terminal', index), goods, ...somewhere(dice) };
  });
}

import type { Contestant } from './contestant.ts';

/** A figure with the interval that a bootstrap gives it. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** So many of so many: seeds add up. */
export interface Share {
  readonly hits: number;
  readonly of: number;
}

/** What a column holds: text and numbers as they are, numbers and shares merged over seeds. NaN = not defined here. */
export type Cell = number | string | Estimate | Share;

/** One line of a part's table, for one contestant. */
export interface Row {
  readonly name: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** One curve of a plot; null = a gap. */
export interface Curve {
  readonly name: string;
  readonly y: readonly (number | null)[];
}

/** A picture on the page: curves over one x. `time` shows x as UTC dates (ms). */
export interface Plot {
  readonly title: string;
  readonly x: readonly number[];
  readonly curves: readonly Curve[];
  readonly time?: boolean | undefined;
  /** Stretches of x shaded behind the curves, such as labelled windows. */
  readonly shaded?: readonly (readonly [number, number])[] | undefined;
}

/** What a part found out about one contestant with one seed: plain data, kept as JSON. */
export interface PartResult {
  readonly rows: readonly Row[];
  /** The few figures that an ablation compares, by name. */
  readonly headline: Readonly<Record<string, Cell>>;
  readonly plots?: readonly Plot[] | undefined;
}

/** Who is measured, and with which seed. */
export interface PartOptions {
  readonly contestant: Contestant;
  readonly seed: number;
}

/** One part of the bench: deterministic in its options. */
export interface Part {
  readonly name: string;
  /** What is counted and how, in a sentence or two for the page. */
  readonly summary: string;
  /** `product`: only variants of the product can take part, as they alone have what is judged. */
  readonly contestants: 'all' | 'product';
  /** Contestants of this part alone: what people who know its data would try first. */
  readonly extra?: readonly Contestant[] | undefined;
  readonly run: (options: PartOptions) => PartResult;
}

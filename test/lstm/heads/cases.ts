import type { HeadSpec } from '../../../src/lstm/heads/spec.ts';

/** A head that the contract tries. */
interface HeadCase {
  readonly name: string;
  readonly spec: HeadSpec;
  /** Targets that it is tried with. */
  readonly targets: readonly number[];
  /** Width of a target's interval; 1 where values are discrete. */
  readonly cell: number;
  /** Whether its values have an order: quantiles, and a mean. */
  readonly ordered: boolean;
}

/** At least one of every kind. */
export const headCases: readonly HeadCase[] = [
  { name: 'real', spec: { kind: 'real' }, targets: [-3, -0.4, 0, 0.7, 8], cell: 0.02, ordered: true },
  { name: 'count', spec: { kind: 'count' }, targets: [0, 1, 2, 4], cell: 1, ordered: true },
  {
    name: 'category of 2 words',
    spec: { kind: 'category', size: 2 },
    targets: [0, 1],
    cell: 1,
    ordered: false,
  },
  {
    name: 'category of 27 words',
    spec: { kind: 'category', size: 27 },
    targets: [0, 1, 13, 26],
    cell: 1,
    ordered: false,
  },
];

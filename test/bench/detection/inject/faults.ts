import type { Random } from '../../../../src/math/random.ts';
import type { Recording } from '../recording.ts';

/** The kinds of fault. */
export const FAULT_KINDS = ['spike', 'drift', 'noise', 'stuck', 'level'] as const;

/** One of them. */
export type InjectedKind = (typeof FAULT_KINDS)[number];

/** How long a fault lasts, in rows, and how large it is, in standard deviations of its channel: both drawn log-uniformly. */
export interface FaultRange {
  readonly rows: readonly [number, number];
  readonly size: readonly [number, number];
}

/** A spike leaves and comes back; a drift ends at its size; noise has its size as sd; a stuck channel has no size. */
export const FAULT_RANGES: Readonly<Record<InjectedKind, FaultRange>> = {
  spike: { rows: [1, 3], size: [3, 12] },
  drift: { rows: [150, 400], size: [2, 8] },
  noise: { rows: [60, 240], size: [1, 4] },
  stuck: { rows: [60, 240], size: [1, 1] },
  level: { rows: [60, 240], size: [2, 8] },
};

/** A fault in rows first..last of one channel, both inclusive. */
export interface InjectedFault {
  readonly kind: InjectedKind;
  readonly channel: number;
  readonly first: number;
  readonly last: number;
  /** Standard deviations of the channel. */
  readonly size: number;
  readonly sign: -1 | 1;
}

/** A recording with faults in it. */
export interface FaultyRecording {
  readonly recording: Recording;
  readonly faults: readonly InjectedFault[];
}

/** What a fault does to a channel in place. `sd`: of the channel. Noise is drawn from `random`. */
export function inject(values: Float64Array, fault: InjectedFault, sd: number, random: Random): void {
  const { kind, first, last, size, sign } = fault;
  const before = values[Math.max(0, first - 1)];
  const rows = last - first + 1;
  for (let row = first; row <= last; row++) {
    if (kind === 'stuck') values[row] = before;
    else if (kind === 'noise') values[row] += size * sd * random.normal();
    else values[row] += sign * size * sd * (kind === 'drift' ? (row - first + 1) / rows : 1);
  }
}

import type { DetectorOptions } from '../../../src/detector/options.ts';
import type { StreamCase, Watched } from './recording.ts';

/** Whoever watches streams: the product, changed or not, a baseline, or a sanity row. */
export interface Contestant {
  readonly name: string;
  readonly kind: 'product' | 'baseline' | 'sanity';
  /** Whatever its results depend on beside code, data and seed: part of the name under which they are kept. */
  readonly settings: unknown;
  /** The detector's options of this contestant: the product as configured, or changed; of no effect for others. */
  readonly change: (options: DetectorOptions) => DetectorOptions;
  /** One result for each recording, in order. */
  readonly watch: (stream: StreamCase, seed: number) => readonly Watched[];
}

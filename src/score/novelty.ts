import { z } from 'zod';
import type { Columns } from '../series/columns.ts';
import { ErrorNet } from './error-net.ts';
import { ExactErrors, ExactValues } from './exact-memory.ts';
import type { ErrorMemory, ValueMemory } from './memory.ts';
import { SmoothedError } from './smoothed-error.ts';
import { ValueGrid } from './value-grid.ts';

/**
 * V and E at which a row begins to be called novel: S = max(V/0.025, E/0.06),
 * docs/detection.md#value-and-error-novelty.
 */
const VALUE_UNIT = 0.025;
const ERROR_UNIT = 0.06;

/** What a novelty memory is made of. */
export const noveltyOptions = z.strictObject({
  memory: z
    .enum(['small', 'exact'])
    .default('small')
    .describe('`small` keeps 1.4 KB per series and channel; `exact` keeps every row, 128 KB at 4000 rows.'),
  rows: z
    .int()
    .min(200)
    .max(6500)
    .default(4000)
    .describe('A value, or an error, is novel when unlike all of this many rows. Under 2000 more false alarms.'),
});

export type NoveltyOptions = z.infer<typeof noveltyOptions>;

/**
 * Is the value unlike every recent value of its series, or the smoothed prediction error unlike every recent error? The
 * logarithm of a score is a surprisal under a density that is learned instead of assumed.
 */
export interface Novelty {
  /** V/0.025 of the row observed last; 0 where its value was missing, and in a channel's first 150 rows. */
  readonly valueScore: number;
  /** E/0.06 of the row observed last; 0 where it had no error, and in the first 150 with one. */
  readonly errorScore: number;
  /** Mean of the last errors, of up to `ERROR_ROWS` rows, with that of the row observed last. */
  readonly smoothedError: number;
  /**
   * `error`: value less prediction, in the channel's unit. `minimum`: the least deviation that counts, 0 = any. What is
   * not finite is missing and leaves its memory untouched. ~0.4 µs in the small memory, nothing allocated.
   */
  observe(slot: number, channel: number, value: number, error: number, minimum: number): void;
}

/** Claims its columns; made before the first series. */
export function noveltyMemory(columns: Columns, channels: number, { memory, rows }: NoveltyOptions): Novelty {
  return memory === 'small'
    ? new Pair(new ValueGrid(columns, channels, rows), new ErrorNet(columns, channels, rows), columns, channels)
    : new Pair(new ExactValues(columns, channels, rows), new ExactErrors(columns, channels, rows), columns, channels);
}

class Pair implements Novelty {
  valueScore = 0;
  errorScore = 0;
  smoothedError = 0;
  readonly #values: ValueMemory;
  readonly #errors: ErrorMemory;
  readonly #smoothed: SmoothedError;

  constructor(values: ValueMemory, errors: ErrorMemory, columns: Columns, channels: number) {
    this.#values = values;
    this.#errors = errors;
    this.#smoothed = new SmoothedError(columns, channels);
  }

  observe(slot: number, channel: number, value: number, error: number, minimum: number): void {
    this.valueScore = Number.isFinite(value) ? this.#values.observe(slot, channel, value, minimum) / VALUE_UNIT : 0;
    this.errorScore = 0;
    if (!Number.isFinite(error)) return;
    const smoothed = this.#smoothed.observe(slot, channel, error);
    this.smoothedError = smoothed;
    this.errorScore = this.#errors.observe(slot, channel, smoothed, minimum) / ERROR_UNIT;
  }
}

import { z } from 'zod';
import type { Channel } from '../event/channel.ts';
import type { Row } from '../event/observation.ts';
import type { Plain } from '../event/plain.ts';
import type { AlignedOptions } from './options.ts';
import type { Pane } from './pane.ts';
import { plainValues, toBytes } from './snapshot.ts';

type GapOptions = AlignedOptions['gap'];

/** A gap as data. */
export const gapPlain = z.strictObject({ filled: z.int(), known: plainValues.nullable() });

/**
 * What a series' empty windows give: nothing, the last known value of each channel, or zeros; the first `max_fill` of
 * each gap, after which nothing is known. The count of nothing is 0 whatever the policy.
 */
export class Gap {
  readonly #options: GapOptions;
  readonly #channels: readonly Channel[];
  /** Rows filled since the last window that held something. */
  #filled: number;
  /** [D], last known, NaN before; null where the policy does not carry. */
  readonly #known: Float64Array | null;
  readonly #repeats: readonly boolean[];

  constructor(options: GapOptions, channels: readonly Channel[], plain?: z.infer<typeof gapPlain>) {
    this.#options = options;
    this.#channels = channels;
    this.#filled = plain?.filled ?? 0;
    const unknown = options.policy === 'carry' ? new Float64Array(channels.length).fill(Number.NaN) : null;
    this.#known = plain?.known ?? unknown;
    this.#repeats = channels.map(({ aggregate }) => aggregate !== 'count');
  }

  /** Whether the window after the one that just closed gives a row even if it stays empty. */
  get expectsMore(): boolean {
    return this.#options.policy !== 'ignore' && this.#filled < this.#options.max_fill;
  }

  /** A closing window's values, and which of them are repeated; undefined where an empty one gives none. O(D). */
  fill(pane: Pane): Pick<Row, 'values' | 'carried'> | undefined {
    if (!pane.empty) {
      this.#filled = 0;
      return { values: this.#learn(pane.values()) };
    }
    if (!this.expectsMore) return undefined;
    this.#filled++;
    const values = Float64Array.from(this.#channels, ({ aggregate }, channel) =>
      aggregate === 'count' ? 0 : (this.#known?.[channel] ?? 0),
    );
    // As for a series with nothing open, which keeps no gap: what comes after must not tell whether a later window was
    // open already.
    if (!this.expectsMore) this.#known?.fill(Number.NaN);
    // A zero and the count of nothing say what was: nothing came. A value that is repeated says nothing.
    return this.#options.policy === 'carry' ? { values, carried: this.#repeats } : { values };
  }

  snapshot(): Plain {
    return { filled: this.#filled, known: this.#known === null ? null : toBytes(this.#known) };
  }

  #learn(values: Float64Array): Float64Array {
    const known = this.#known;
    if (known === null) return values;
    for (let channel = 0; channel < values.length; channel++) {
      if (!Number.isNaN(values[channel])) known[channel] = values[channel];
    }
    return values;
  }
}

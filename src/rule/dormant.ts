import { z } from 'zod';
import type { Channel } from '../event/channel.ts';
import { durationMs } from '../event/duration.ts';
import type { Row } from '../event/observation.ts';
import type { Column } from '../series/columns.ts';
import { atLeastReferences, atLeastTest, filterOptions, whereReferences, whereTest } from './filter.ts';
import { type Rule, ruleKind, type Scope } from './rule.ts';
import { eventsText, spanText, valuesText } from './words.ts';

const config = z.strictObject({
  kind: z.literal('dormant'),
  silent_for: durationMs.describe('So long without an event, in event time. `series.idle_after` must be longer.'),
  within: durationMs
    .prefault('3d')
    .describe('So long after the first event the series is awake again: `at_least` may be reached until then.'),
  where: filterOptions.where,
  at_least: filterOptions.at_least.describe(
    'What an event must reach to alarm: `{ amount: 500 }`. Smaller ones end the silence all the same.',
  ),
});

type Options = z.infer<typeof config>;

/** An account that nobody used for long, and now somebody does. */
export const dormant = ruleKind<Options>({
  kind: 'dormant',
  summary: 'Is a series active again after a long silence?',
  config,
  references: ({ at_least, where }) => [...atLeastReferences(at_least), ...whereReferences(where)],
  make: (options, scope) => new Dormant(options, scope),
});

/** 25 bytes per series. */
class Dormant implements Rule {
  readonly #options: Options;
  readonly #channels: readonly Channel[];
  readonly #known: Column<Uint8Array>;
  readonly #last: Column<Float64Array>;
  readonly #woke: Column<Float64Array>;
  readonly #slept: Column<Float64Array>;
  readonly #has: (row: Row) => boolean;
  readonly #reaches: (row: Row) => boolean;

  constructor(options: Options, { columns, prefix, channels, attributes }: Scope) {
    this.#options = options;
    this.#channels = channels;
    this.#known = columns.u8(`${prefix}.known`);
    this.#last = columns.f64(`${prefix}.last`);
    this.#woke = columns.f64(`${prefix}.woke`);
    this.#slept = columns.f64(`${prefix}.slept`);
    this.#has = whereTest(options.where, attributes);
    this.#reaches = atLeastTest(options.at_least, channels);
  }

  observe(slot: number, row: Row): number {
    if (!this.#has(row)) return 0;
    const { silent_for, within } = this.#options;
    const silence = row.endMs - this.#last.data[slot];
    if (this.#known.data[slot] === 1 && silence >= silent_for) {
      this.#woke.data[slot] = row.endMs;
      this.#slept.data[slot] = silence;
    }
    this.#known.data[slot] = 1;
    this.#last.data[slot] = row.endMs;
    const isAwakening = this.#slept.data[slot] > 0 && row.endMs - this.#woke.data[slot] <= within;
    return isAwakening && this.#reaches(row) ? this.#slept.data[slot] / silent_for : 0;
  }

  explain(slot: number, row: Row): string {
    const { where, silent_for, at_least } = this.#options;
    const since = new Date(this.#woke.data[slot]).toISOString().slice(0, 10);
    const slept = spanText(this.#slept.data[slot]);
    const silence = `after ${slept} without ${eventsText(where)}`;
    return `active again since ${since} ${silence}${valuesText(row, at_least, this.#channels)}; dormant is from ${spanText(silent_for)} on`;
  }
}

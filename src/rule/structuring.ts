import { z } from 'zod';
import { durationMs } from '../event/duration.ts';
import type { Row } from '../event/observation.ts';
import { EventRing } from './event-ring.ts';
import { channelAt, filterOptions, whereReferences, whereTest } from './filter.ts';
import { type Rule, ruleKind, type Scope } from './rule.ts';
import { amountText, eventsText, spanText } from './words.ts';

const config = z.strictObject({
  kind: z.literal('structuring'),
  channel: z.string().describe('The channel that the limit is about.'),
  limit: z.number().positive().describe('What must be reported from here on, such as 10000.'),
  below: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.15)
    .describe('Just below is from (1 − this) × `limit` up to, and without, `limit`.'),
  count: z.int().min(2).max(64).default(3).describe('So many such events.'),
  within: durationMs.prefault('7d').describe('In a sliding window of this length, in event time.'),
  where: filterOptions.where,
});

type Options = z.infer<typeof config>;

/** Amounts that stay just below a limit, again and again. */
export const structuring = ruleKind<Options>({
  kind: 'structuring',
  summary: 'Do amounts stay just below a limit, again and again?',
  config,
  references: ({ channel, where }) => [
    { what: 'channel', name: channel, path: ['channel'] },
    ...whereReferences(where),
  ],
  make: (options, scope) => new Structuring(options, scope),
});

/** 4 + 16·count bytes per series. */
class Structuring implements Rule {
  readonly #options: Options;
  readonly #ring: EventRing;
  readonly #channel: number;
  readonly #unit: string;
  readonly #has: (row: Row) => boolean;

  constructor(options: Options, scope: Scope) {
    this.#options = options;
    this.#ring = new EventRing(scope, options.count);
    this.#channel = channelAt(scope.channels, options.channel);
    this.#unit = scope.channels[this.#channel].unit;
    this.#has = whereTest(options.where, scope.attributes);
  }

  observe(slot: number, row: Row): number {
    const { limit, below, count, within } = this.#options;
    const value = row.values[this.#channel];
    if (!(value >= (1 - below) * limit && value < limit) || !this.#has(row)) return 0;
    this.#ring.push(slot, row.endMs, value);
    if (this.#ring.size(slot) < count) return 0;
    return within / Math.max(1, row.endMs - this.#ring.time(slot, count - 1));
  }

  explain(slot: number, row: Row): string {
    const { limit, count, where } = this.#options;
    const amounts = Array.from({ length: count }, (_, age) => this.#ring.value(slot, age));
    const range = `between ${amountText(Math.min(...amounts))} and ${amountText(Math.max(...amounts), this.#unit)}`;
    const span = spanText(row.endMs - this.#ring.time(slot, count - 1));
    const before = this.#ring.count(slot) - count;
    const earlier = before === 0 ? 'there were none before' : `there were ${before} before`;
    return `${count} ${eventsText(where)} ${range} within ${span}, just below ${amountText(limit)}; ${earlier}`;
  }
}

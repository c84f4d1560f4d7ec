import { z } from 'zod';
import { durationMs } from '../event/duration.ts';
import type { Row } from '../event/observation.ts';
import { EventRing } from './event-ring.ts';
import { atLeastReferences, atLeastTest, channelAt, filterOptions, whereReferences, whereTest } from './filter.ts';
import { type Rule, ruleKind, type Scope } from './rule.ts';
import { amountText, eventsText, spanText } from './words.ts';

const MOST_KEPT = 256;
const KEPT_FOR_SUM = 64;

const config = z
  .strictObject({
    kind: z.literal('velocity'),
    count: z.int().min(2).max(MOST_KEPT).optional().describe('So many events; this or `sum`.'),
    sum: z.number().positive().optional().describe('So much of the channel in all, over at most the last 64 events.'),
    channel: z.string().optional().describe('What is summed. With `count` the alert reports its sum.'),
    within: durationMs.describe('In a sliding window of this length, in event time.'),
    ...filterOptions,
  })
  .refine(({ count, sum }) => (count === undefined) !== (sum === undefined), { error: 'either `count` or `sum`' })
  .refine(({ sum, channel }) => sum === undefined || channel !== undefined, {
    path: ['channel'],
    error: 'the channel that `sum` is about',
  });

type Options = z.infer<typeof config>;

/** Too many events, or too much money, in too short a time. */
export const velocity = ruleKind<Options>({
  kind: 'velocity',
  summary: 'Are there too many events in a short time, or is their sum too large?',
  config,
  references: ({ channel, at_least, where }) => [
    ...(channel === undefined ? [] : [{ what: 'channel' as const, name: channel, path: ['channel'] }]),
    ...atLeastReferences(at_least),
    ...whereReferences(where),
  ],
  make: (options, scope) => new Velocity(options, scope),
});

/** 4 + 16·count bytes per series, or 1 028 for a sum. */
class Velocity implements Rule {
  readonly #options: Options;
  readonly #ring: EventRing;
  readonly #channel: number;
  readonly #unit: string;
  readonly #has: (row: Row) => boolean;
  readonly #reaches: (row: Row) => boolean;
  /** Of the row observed last: events in the window, their sum, and the time of the first. */
  #events = 0;
  #sum = 0;
  #firstMs = 0;

  constructor(options: Options, scope: Scope) {
    const { channel, count, where, at_least } = options;
    this.#options = options;
    this.#ring = new EventRing(scope, count ?? KEPT_FOR_SUM);
    this.#channel = channel === undefined ? -1 : channelAt(scope.channels, channel);
    this.#unit = scope.channels[this.#channel]?.unit ?? '';
    this.#has = whereTest(where, scope.attributes);
    this.#reaches = atLeastTest(at_least, scope.channels);
  }

  observe(slot: number, row: Row): number {
    if (!this.#has(row) || !this.#reaches(row)) return 0;
    const { count = 0, sum, within } = this.#options;
    const value = this.#channel < 0 ? 0 : row.values[this.#channel];
    this.#ring.push(slot, row.endMs, Number.isFinite(value) ? value : 0);
    this.#scan(slot, row.endMs - within);
    if (sum !== undefined) return this.#sum / sum;
    if (this.#events < count) return 0;
    return within / Math.max(1, row.endMs - this.#firstMs);
  }

  explain(_: number, { endMs }: Row): string {
    const { count, sum = 0, within, where, channel } = this.#options;
    const total = channel === undefined ? '' : `, ${amountText(this.#sum, this.#unit)} in all`;
    const limit = count === undefined ? amountText(sum, this.#unit) : `${count}`;
    const span = spanText(endMs - this.#firstMs);
    return `${this.#events} ${eventsText(where)} within ${span}${total}; the limit is ${limit} within ${spanText(within)}`;
  }

  /** Over the events from `fromMs` on. O(ring) */
  #scan(slot: number, fromMs: number): void {
    const size = this.#ring.size(slot);
    this.#events = 0;
    this.#sum = 0;
    while (this.#events < size && this.#ring.time(slot, this.#events) >= fromMs) {
      this.#firstMs = this.#ring.time(slot, this.#events);
      this.#sum += this.#ring.value(slot, this.#events++);
    }
  }
}

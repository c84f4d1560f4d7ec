import { z } from 'zod';
import { durationMs } from '../event/duration.ts';
import type { Row } from '../event/observation.ts';
import { EventRing } from './event-ring.ts';
import { channelAt, whereOptions, whereReferences, whereTest } from './filter.ts';
import { type Rule, ruleKind, type Scope } from './rule.ts';
import { amountText, spanText } from './words.ts';

const KEPT = 32;

const config = z.strictObject({
  kind: z.literal('pass_through'),
  channel: z.string().describe('The amount.'),
  in: whereOptions.describe('Which events bring money in: `{ kind: transfer_in }`.'),
  out: whereOptions.describe('Which events take it out: `{ kind: transfer_out }`.'),
  at_least: z.number().positive().describe('What came in is at least this, in all.'),
  portion: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.85)
    .describe('What leaves is at least this portion of it, and at most 1 / this.'),
  within: durationMs.describe('From the first that came in to the last that left. The last 32 events count.'),
});

type Options = z.infer<typeof config>;

/** Money that comes in and nearly all leaves at once, as on a mule's account. */
export const passThrough = ruleKind<Options>({
  kind: 'pass_through',
  summary: 'Does money come in, and nearly all of it leave soon after?',
  config,
  references: (options) => [
    { what: 'channel', name: options.channel, path: ['channel'] },
    ...whereReferences(options.in, 'in'),
    ...whereReferences(options.out, 'out'),
  ],
  make: (options, scope) => new PassThrough(options, scope),
});

/** What leaves is negative in the ring. 516 bytes per series. */
class PassThrough implements Rule {
  readonly #options: Options;
  readonly #ring: EventRing;
  readonly #channel: number;
  readonly #unit: string;
  readonly #isIn: (row: Row) => boolean;
  readonly #isOut: (row: Row) => boolean;
  /** Of the row observed last. */
  #in = 0;
  #out = 0;
  #firstMs = 0;

  constructor(options: Options, scope: Scope) {
    this.#options = options;
    this.#ring = new EventRing(scope, KEPT);
    this.#channel = channelAt(scope.channels, options.channel);
    this.#unit = scope.channels[this.#channel].unit;
    this.#isIn = whereTest(options.in, scope.attributes);
    this.#isOut = whereTest(options.out, scope.attributes);
  }

  observe(slot: number, row: Row): number {
    const value = row.values[this.#channel];
    const isIn = this.#isIn(row);
    if (!(value > 0) || (!isIn && !this.#isOut(row))) return 0;
    this.#ring.push(slot, row.endMs, isIn ? value : -value);
    return !isIn && this.#passes(slot, row.endMs) ? this.#in / this.#options.at_least : 0;
  }

  explain(_: number, { endMs }: Row): string {
    const { portion } = this.#options;
    const moved = `${amountText(this.#in)} came in and ${amountText(this.#out, this.#unit)} left`;
    const share = `${Math.round((100 * this.#out) / this.#in)} %`;
    return `${moved}, ${share} of it, within ${spanText(endMs - this.#firstMs)}; from ${Math.round(100 * portion)} % on it is passed through`;
  }

  /** Whether nearly all of what came in from some event on has left since: the newest such event. O(ring) */
  #passes(slot: number, nowMs: number): boolean {
    const { at_least, portion, within } = this.#options;
    this.#in = 0;
    this.#out = 0;
    for (let age = 0; age < this.#ring.size(slot); age++) {
      const value = this.#ring.value(slot, age);
      this.#firstMs = this.#ring.time(slot, age);
      if (nowMs - this.#firstMs > within) return false;
      if (value < 0) this.#out -= value;
      else this.#in += value;
      const isMost = this.#out >= portion * this.#in && this.#out * portion <= this.#in;
      if (value > 0 && this.#in >= at_least && isMost) return true;
    }
    return false;
  }
}

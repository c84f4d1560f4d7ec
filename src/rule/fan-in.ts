import { z } from 'zod';
import { durationMs } from '../event/duration.ts';
import type { Row } from '../event/observation.ts';
import { atLeastReferences, atLeastTest, attributeAt, filterOptions, whereReferences, whereTest } from './filter.ts';
import { Recent, valueHash } from './recent.ts';
import { type Rule, ruleKind, type Scope } from './rule.ts';
import { eventsText, spanText } from './words.ts';

const config = z.strictObject({
  kind: z.literal('fan_in'),
  attribute: z.string().describe('Whose different values count, such as `counterparty`.'),
  count: z.int().min(2).max(256).describe('So many different values.'),
  within: durationMs.describe('In a sliding window of this length, in event time.'),
  ...filterOptions,
});

type Options = z.infer<typeof config>;

/** Many counterparties within a short time. */
export const fanIn = ruleKind<Options>({
  kind: 'fan_in',
  summary: 'Do many different counterparties send to one account within a short time?',
  config,
  references: ({ attribute, at_least, where }) => [
    { what: 'attribute', name: attribute, path: ['attribute'] },
    ...atLeastReferences(at_least),
    ...whereReferences(where),
  ],
  make: (options, scope) => new FanIn(options, scope),
});

/** 12·count bytes per series. */
class FanIn implements Rule {
  readonly #options: Options;
  readonly #recent: Recent;
  readonly #attribute: number;
  readonly #has: (row: Row) => boolean;
  readonly #reaches: (row: Row) => boolean;

  constructor(options: Options, scope: Scope) {
    this.#options = options;
    this.#recent = new Recent(scope, options.count);
    this.#attribute = attributeAt(scope.attributes, options.attribute);
    this.#has = whereTest(options.where, scope.attributes);
    this.#reaches = atLeastTest(options.at_least, scope.channels);
  }

  observe(slot: number, row: Row): number {
    const text = row.attributes?.[this.#attribute] ?? '';
    if (text === '' || !this.#has(row) || !this.#reaches(row)) return 0;
    const hash = valueHash(text);
    this.#recent.put(slot, this.#recent.find(slot, hash), hash, row.endMs);
    const oldest = this.#options.count - 1;
    if (!this.#recent.has(slot, oldest)) return 0;
    return this.#options.within / Math.max(1, row.endMs - this.#recent.time(slot, oldest));
  }

  explain(slot: number, row: Row): string {
    const { count, attribute, within, where } = this.#options;
    const span = spanText(row.endMs - this.#recent.time(slot, count - 1));
    const limit = `the limit is ${count} within ${spanText(within)}`;
    return `${count} different values of ${attribute} within ${span}, in ${eventsText(where)}; ${limit}`;
  }
}

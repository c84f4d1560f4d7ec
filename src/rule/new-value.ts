import { z } from 'zod';
import type { Channel } from '../event/channel.ts';
import { durationMs } from '../event/duration.ts';
import type { Row } from '../event/observation.ts';
import type { Column } from '../series/columns.ts';
import { atLeastReferences, atLeastTest, attributeAt, filterOptions, whereReferences, whereTest } from './filter.ts';
import { Recent, valueHash } from './recent.ts';
import { type Rule, ruleKind, type Scope } from './rule.ts';
import { valuesText } from './words.ts';

const config = z.strictObject({
  kind: z.literal('new_value'),
  attributes: z
    .array(z.string())
    .min(1)
    .max(4)
    .describe('Attributes whose values must all be new to the series in one event, such as `[counterparty]`.'),
  new_for: durationMs
    .prefault('1d')
    .describe('A value is new for so long after its first event: a first small payment does not make it known.'),
  after: z
    .int()
    .min(1)
    .max(100_000)
    .default(30)
    .describe('Events of the series before the rule may alarm: at first everything is new.'),
  remember: z.int().min(4).max(1024).default(64).describe('Values of each attribute that are kept, those seen last.'),
  where: filterOptions.where,
  at_least: filterOptions.at_least.describe(
    'What an event must reach to alarm: `{ amount: 100 }`. Smaller ones make values known all the same.',
  ),
});

type Options = z.infer<typeof config>;

/** A counterparty, a merchant category, a device that was never seen for this account. */
export const newValue = ruleKind<Options>({
  kind: 'new_value',
  summary: 'Is a value new to this series: a counterparty, a merchant category, a device?',
  config,
  references: ({ attributes, at_least, where }) => [
    ...attributes.map((name, at) => ({ what: 'attribute' as const, name, path: ['attributes', at] })),
    ...atLeastReferences(at_least),
    ...whereReferences(where),
  ],
  make: (options, scope) => new NewValue(options, scope),
});

interface Memory {
  readonly at: number;
  readonly recent: Recent;
}

/** 4 + 12·remember bytes per series and attribute; times are those at which values were first seen. */
class NewValue implements Rule {
  readonly #options: Options;
  readonly #channels: readonly Channel[];
  /** Up to `after`. */
  readonly #rows: Column<Uint32Array>;
  readonly #memories: readonly Memory[];
  readonly #has: (row: Row) => boolean;
  readonly #reaches: (row: Row) => boolean;

  constructor(options: Options, scope: Scope) {
    const { columns, prefix, channels, attributes } = scope;
    this.#options = options;
    this.#channels = channels;
    this.#rows = columns.u32(`${prefix}.rows`);
    this.#memories = options.attributes.map((name) => ({
      at: attributeAt(attributes, name),
      recent: new Recent({ ...scope, prefix: `${prefix}.${name}` }, options.remember),
    }));
    this.#has = whereTest(options.where, attributes);
    this.#reaches = atLeastTest(options.at_least, channels);
  }

  observe(slot: number, row: Row): number {
    if (!this.#has(row)) return 0;
    const isEarly = this.#rows.data[slot] < this.#options.after;
    if (isEarly) this.#rows.data[slot]++;
    let newest = 0;
    for (const memory of this.#memories) if (this.#learn(slot, row, memory, isEarly)) newest++;
    return newest === this.#memories.length && this.#reaches(row) ? 1 : 0;
  }

  explain(slot: number, row: Row): string {
    const { attributes: names, at_least } = this.#options;
    const values = this.#memories.map(({ at }, n) => `${names[n]} ${row.attributes?.[at] ?? ''}`);
    const firstMs = Math.max(...this.#memories.map(({ recent }) => recent.time(slot, 0)));
    const first = `first seen ${new Date(firstMs).toISOString().slice(0, 16)}Z`;
    return `${values.join(' and ')} ${values.length === 1 ? 'is' : 'are'} new to this series, ${first}${valuesText(row, at_least, this.#channels)}`;
  }

  /**
   * Takes the value in: whether it is new. A missing one is nothing, and not new; one that an early event shows is
   * known at once.
   */
  #learn(slot: number, { endMs, attributes }: Row, { at, recent }: Memory, isEarly: boolean): boolean {
    const text = attributes?.[at] ?? '';
    if (text === '') return false;
    const hash = valueHash(text);
    const place = recent.find(slot, hash);
    const seenMs = isEarly ? Number.NEGATIVE_INFINITY : endMs;
    const firstMs = place < 0 ? seenMs : recent.time(slot, place);
    recent.put(slot, place, hash, firstMs);
    return endMs - firstMs <= this.#options.new_for;
  }
}

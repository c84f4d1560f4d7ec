import type { Channel } from '../../src/event/channel.ts';
import { channelOptions } from '../../src/event/channel.ts';
import { parseDuration } from '../../src/event/duration.ts';
import type { Row } from '../../src/event/observation.ts';
import type { Rule } from '../../src/rule/rule.ts';
import { ruleKindOf } from '../../src/rule/rule-set.ts';
import { Columns } from '../../src/series/columns.ts';

/** The stream of the tests: an amount in USD, who moved it and how, with what. */
export const CHANNELS: readonly Channel[] = [{ ...channelOptions.parse({ unit: 'USD' }), name: 'amount' }];
export const ATTRIBUTES: readonly string[] = ['kind', 'counterparty', 'device'];

const START_MS = Date.UTC(2026, 0, 5);

/** A payment at a time after the start, such as `2d3h`. */
export function paid(after: string, amount: number, kind = '', counterparty = '', device = ''): Row {
  const endMs = START_MS + (parseDuration(after) ?? Number.NaN);
  const attributes = [kind, counterparty, device];
  return { series: 's', startMs: endMs, endMs, values: Float64Array.of(amount), attributes };
}

/** Options of a rule as YAML has them. */
interface Yaml {
  readonly kind: string;
  readonly [option: string]: unknown;
}

/** A rule in columns of its own. */
export function made(yaml: Yaml): { readonly rule: Rule; readonly columns: Columns } {
  const kind = ruleKindOf(yaml.kind);
  const columns = new Columns();
  const scope = { prefix: 'rule.test', columns, channels: CHANNELS, attributes: ATTRIBUTES };
  return { rule: kind.make(kind.config.parse(yaml) as never, scope), columns };
}

/** A rule's answers, row by row: '' where its condition does not hold, else its explanation in plain spaces. */
export function answers(yaml: Yaml, rows: readonly Row[]): readonly string[] {
  const { rule, columns } = made(yaml);
  const slot = columns.allocate();
  return rows.map((row) => (rule.observe(slot, row) >= 1 ? rule.explain(slot, row).replaceAll('\u202f', ' ') : ''));
}

/** The same with a snapshot and a restore before each row. */
export function answersRestored(yaml: Yaml, rows: readonly Row[]): readonly string[] {
  let snapshot: Uint8Array | undefined;
  return rows.map((row) => {
    const { rule, columns } = made(yaml);
    const slot = columns.allocate();
    if (snapshot !== undefined) columns.write(slot, snapshot);
    const text = rule.observe(slot, row) >= 1 ? rule.explain(slot, row).replaceAll('\u202f', ' ') : '';
    snapshot = columns.read(slot);
    return text;
  });
}

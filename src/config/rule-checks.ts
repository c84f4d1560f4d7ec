import type { Reference } from '../rule/rule.ts';
import { referencesOf } from '../rule/rule-set.ts';
import type { WindowOptions } from '../window/options.ts';
import type { Path } from './document.ts';
import { suggestion } from './nearest.ts';
import type { RuleConfig } from './rule.ts';
import { child } from './schema-walk.ts';

/** The parts of a stream that its rules must fit. */
export interface RuleFitting {
  readonly channels: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly window: Pick<WindowOptions, 'kind'>;
  readonly series: { readonly idle_after?: number | undefined };
  readonly rules: Readonly<Record<string, RuleConfig>>;
}

interface Misfit {
  readonly path: Path;
  readonly message: string;
  readonly known?: readonly string[];
}

/** Rules count single events and name channels and attributes of their stream. */
export function* ruleMisfits({ channels, attributes, window, series, rules }: RuleFitting): Iterable<Misfit> {
  const known = { channel: Object.keys(channels), attribute: Object.keys(attributes) };
  if (window.kind !== 'event') {
    const needs = '`window: { kind: event }`, where each event is a row: a window of many has no one counterparty';
    if (known.attribute.length > 0) yield { path: ['attributes'], message: `attributes need ${needs}` };
    if (Object.keys(rules).length > 0) yield { path: ['rules'], message: `rules need ${needs}` };
  }
  for (const [name, rule] of Object.entries(rules)) {
    for (const reference of referencesOf(rule)) {
      if (!known[reference.what].includes(reference.name)) yield unknown(name, reference, known[reference.what]);
    }
    const silentFor = child(rule, 'silent_for');
    if (typeof silentFor === 'number' && series.idle_after !== undefined && series.idle_after <= silentFor) {
      const message = 'must be shorter than `series.idle_after`: a series that is forgotten cannot be dormant';
      yield { path: ['rules', name, 'silent_for'], message };
    }
  }
}

/** A name that is a key is reported where its mapping is: the value beside it is right. */
function unknown(rule: string, { what, name, path }: Reference, known: readonly string[]): Misfit {
  const where: Path = ['rules', rule, ...path];
  const none = known.length === 0 ? `; the stream has no ${what}s` : '';
  if (path.at(-1) !== name) return { path: where, message: `no such ${what}${none}`, known };
  return { path: where.slice(0, -1), message: `no ${what} "${name}"${none}${suggestion(name, known)}` };
}

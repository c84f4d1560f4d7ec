import { z } from 'zod';
import type { Channel } from '../event/channel.ts';
import type { Row } from '../event/observation.ts';
import type { Reference } from './rule.ts';

/** Attributes and the values that they must have. */
export const whereOptions = z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]));

/** The values that an attribute must have, by its name: one, or one of a list. */
export type Where = z.infer<typeof whereOptions>;

/** Channels and what they must reach. */
export const atLeastOptions = z.record(z.string(), z.number());

/** What a channel must reach, by its name. */
export type AtLeast = z.infer<typeof atLeastOptions>;

/** Keys that most rules have: which rows they look at. */
export const filterOptions = {
  where: whereOptions
    .default({})
    .describe('Only events whose attributes have these values: `{ kind: transfer_in }`, or one of a list.'),
  at_least: atLeastOptions.default({}).describe('Only events whose channels reach these values: `{ amount: 100 }`.'),
};

type Names = readonly string[];

/** Whether a row has the values that `where` asks for. An attribute that is missing has none. O(conditions) */
export function whereTest(where: Where, attributes: Names): (row: Row) => boolean {
  const wanted = Object.entries(where).map(([name, values]) => ({
    at: attributes.indexOf(name),
    values: typeof values === 'string' ? [values] : values,
  }));
  return (row) => {
    for (const { at, values } of wanted) if (!values.includes(row.attributes?.[at] ?? '')) return false;
    return true;
  };
}

/** Whether the row's channels reach what `at_least` asks for. A value that is missing does not. O(conditions) */
export function atLeastTest(atLeast: AtLeast, channels: readonly Channel[]): (row: Row) => boolean {
  const wanted = Object.entries(atLeast).map(([name, least]) => ({ at: channelAt(channels, name), least }));
  return (row) => {
    for (const { at, least } of wanted) if (!(row.values[at] >= least)) return false;
    return true;
  };
}

/** Index of a channel. @throws Error where there is none of this name: the configuration was not checked */
export function channelAt(channels: readonly Channel[], name: string): number {
  const at = channels.findIndex((channel) => channel.name === name);
  if (at < 0) throw new Error(`no channel ${name}`);
  return at;
}

/** Index of an attribute. @throws Error where there is none of this name: the configuration was not checked */
export function attributeAt(attributes: Names, name: string): number {
  const at = attributes.indexOf(name);
  if (at < 0) throw new Error(`no attribute ${name}`);
  return at;
}

/** The attributes that conditions name, at `key` of the options. */
export function whereReferences(where: Where, key = 'where'): readonly Reference[] {
  return Object.keys(where).map((name) => ({ what: 'attribute', name, path: [key, name] }));
}

/** The channels that conditions name. */
export function atLeastReferences(atLeast: AtLeast): readonly Reference[] {
  return Object.keys(atLeast).map((name) => ({ what: 'channel', name, path: ['at_least', name] }));
}

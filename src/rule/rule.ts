import type { z } from 'zod';
import type { Channel } from '../event/channel.ts';
import type { Row } from '../event/observation.ts';
import type { Columns } from '../series/columns.ts';

/** What a rule may refer to, and where its state goes. */
export interface Scope {
  /** First part of the names of its columns. */
  readonly prefix: string;
  readonly columns: Columns;
  readonly channels: readonly Channel[];
  /** Names of the attributes, in the order in which rows hold them. */
  readonly attributes: readonly string[];
}

/**
 * A condition on the rows of a series. Each row once, in order of event time; what it returns depends on them and on
 * nothing else.
 */
export interface Rule {
  /** Takes the row in: how far the condition is met; from 1 on it holds. O(ring), nothing allocated. */
  observe(slot: number, row: Row): number;
  /** What was seen in the row observed last, for a person: a clause without its end. Only where the condition holds. */
  explain(slot: number, row: Row): string;
}

/** A name that the options of a rule use. */
export interface Reference {
  readonly what: 'channel' | 'attribute';
  readonly name: string;
  /** Where it is in the options. */
  readonly path: readonly (string | number)[];
}

/** A kind of rule, in one definition: one file, and one line in `ruleKinds`. */
export interface RuleKind<O> {
  readonly kind: string;
  /** The question that it answers, in one sentence for the reference. */
  readonly summary: string;
  readonly config: z.ZodType<O>;
  /** The names it uses, in order: an alert is about the first of the channels. */
  references(options: O): readonly Reference[];
  /** Claims its columns. The scope has all that `references` names. */
  make(options: O, scope: Scope): Rule;
}

/** A kind of rule with the type of its options forgotten: what `config` has checked, the others take. */
export interface AnyRuleKind {
  readonly kind: string;
  readonly summary: string;
  readonly config: z.ZodType;
  references(options: never): readonly Reference[];
  make(options: never, scope: Scope): Rule;
}

/** Keeps the type of the options between `config` and `make`. */
export function ruleKind<O>(kind: RuleKind<O>): RuleKind<O> {
  return kind;
}

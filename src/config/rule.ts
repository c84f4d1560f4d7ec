import { z } from 'zod';
import { type Budget, budget } from '../calibrate/budget.ts';
import { MODEL_REASONS } from '../event/output.ts';
import { ruleKinds } from '../rule/kinds.ts';
import type { AnyRuleKind } from '../rule/rule.ts';
import type { RuleSettings } from '../rule/rule-set.ts';
import { kindUnion } from './kinds.ts';

/** `1/week/series`, where nobody says it. */
const DEFAULT_PER_WEEK = 1;

/** What every rule has in a configuration, whatever its kind; its kind checked the rest. */
export interface RuleConfig {
  readonly kind: string;
  readonly budget?: Budget | undefined;
  readonly severity: RuleSettings['severity'];
}

const ruleBudget = budget
  .refine(({ per }) => per === 'series', 'the budget of a rule is for each series: `1/week/series`')
  .optional()
  .describe(
    'How often the rule may alarm in a series, such as `1/month/series`: its alarms are at least so far apart. Absent: `1/week/series`.',
  );

const ruleName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, 'at most 64 small letters, digits and _, a letter first: it is a reason code')
  .refine((name) => !MODEL_REASONS.includes(name), {
    error: `none of ${MODEL_REASONS.join(', ')}: those are reasons of the model`,
  });

/** The rules of a stream, by name: every kind of rule, each with the keys that all have. */
export const rulesOptions = z
  .record(
    ruleName,
    kindUnion<RuleConfig, AnyRuleKind>(ruleKinds, () => ({
      budget: ruleBudget,
      severity: z.enum(['warning', 'critical']).default('warning').describe('Severity of its alerts.'),
    })),
  )
  .describe('Rules beside the network, by name: the name is the reason code of their alerts. See docs/rules.md.');

/** The rules as the detector takes them, in the order of the configuration. */
export function ruleSettings(rules: Readonly<Record<string, RuleConfig>>): readonly RuleSettings[] {
  return Object.entries(rules).map(([name, { budget: own, severity, ...options }]) => ({
    name,
    options,
    perWeek: own?.perWeek ?? DEFAULT_PER_WEEK,
    severity,
  }));
}

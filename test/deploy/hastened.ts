import type { Rule } from './rules.ts';

/** What is measured against in hours there, and in seconds here. */
const THRESHOLDS: Readonly<Record<string, readonly [from: string, to: string]>> = {
  SurprisalFallingBehind: ['> 300', '> 3'],
  SurprisalCheckpointTooOld: ['> 600', '> 6'],
  SurprisalDeliveryQueueGrowing: ['> 10000', '> 10'],
};

/** The same rules for the patience of a test, as a rule file: windows of 6 s, `for: 2s`, and low thresholds; all else is unchanged. */
export function hastened(rules: readonly Rule[]): string {
  // JSON is YAML.
  return JSON.stringify({ groups: [{ name: 'hastened', rules: rules.map(hastenedRule) }] });
}

function hastenedRule(rule: Rule): Rule {
  const [from, to] = THRESHOLDS[rule.alert] ?? ['', ''];
  if (!rule.expr.includes(from)) throw new Error(`${rule.alert} no longer has the threshold ${from}`);
  const expr = rule.expr.replace(from, to).replaceAll(/\[\d+[mh]\]/g, '[6s]');
  return rule.for === undefined ? { ...rule, expr } : { ...rule, expr, for: '2s' };
}

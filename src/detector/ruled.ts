import type { Judgement } from '../alert/lifecycle.ts';
import type { RuleHit } from '../rule/rule-set.ts';

/**
 * What a row means for its series' alert where a rule's condition holds: the incident continues, and a rule that may
 * alarm raises it, with its own reason, warm-up or not. Where the model alarms at the same row, the rule's reason is
 * named: it is the plainer one.
 */
export function ruledVerdict(judge: Judgement, hit: RuleHit): Judgement {
  const { timeMs, intervalMs, pValue } = judge;
  // What a rule saw of the row is a sign of life, whichever channel has a value.
  const held = { timeMs, intervalMs, pValue, unusual: true, seen: () => true };
  if (!hit.alarm)
    return { ...held, alarm: judge.alarm, lead: Math.max(0, judge.lead), reason: judge.reason, severe: judge.severe };
  const severe = hit.severe || (judge.alarm && judge.severe);
  return { ...held, alarm: true, lead: hit.channel, reason: hit.reason, severe };
}

/** The rules' sentences, where a rule and not the model alone raises or worsens the incident. */
export function ruledText(hit: RuleHit | undefined): string | undefined {
  return hit?.alarm === true ? hit.explain() : undefined;
}

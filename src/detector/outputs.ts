import { seenRarity } from '../alert/evidence.ts';
import { explainResumed, explainUnusual } from '../alert/explain.ts';
import { explainResolved, explainRuleOver } from '../alert/explain-over.ts';
import type { IncidentState, Step } from '../alert/lifecycle.ts';
import { hasSettled } from '../calibrate/settling.ts';
import { type Row, sentValue } from '../event/observation.ts';
import { type AlertOutput, type ChannelScore, MODEL_REASONS, type ScoreOutput } from '../event/output.ts';
import { alertId } from './alert-ids.ts';
import type { Judge } from './judge.ts';
import type { JudgedRow } from './judged-row.ts';
import type { DetectorOptions } from './options.ts';

/** From here on a score is an alarm. */
const ALARM_SCORE = 0.5;

/** What an alert's step needs beside the judgement. */
export interface AlertStep extends IncidentState {
  readonly step: Exclude<Step, 'none' | 'stop'>;
  readonly intervalMs: number;
  /** From the value before this one of the channel to this one. */
  readonly gapMs: number;
  /** What rules say of the row; undefined where none alarms. */
  readonly ruled?: string | undefined;
}

/** The judgement of a row as an output. `alert`: id of the one that fires, or ''. */
export function scoreOutput(
  { stream, channels }: DetectorOptions,
  row: Row,
  found: JudgedRow,
  alert: string,
): ScoreOutput {
  const scores = new Array<ChannelScore>(channels.length);
  let bits = 0;
  for (let d = 0; d < channels.length; d++) {
    scores[d] = channelScore(channels[d].name, row, found, d);
    bits += found.bits[d];
  }
  const { pValue, score, lead, warming } = found;
  return {
    kind: 'score',
    stream,
    series: row.series,
    timeMs: row.endMs,
    channels: scores,
    bits,
    pValue,
    score,
    lead,
    alert,
    warming,
  };
}

/** A step of an alert, explained. */
export function alertOutput(options: DetectorOptions, row: Row, judge: Judge, incident: AlertStep): AlertOutput {
  const { step, startMs, revision, severe, reason, channel: blamed, ruled } = incident;
  const { name: channel } = options.channels[blamed];
  const over = step === 'resolve';
  const { found } = judge;
  const pValue = claimed(found, incident);
  return {
    kind: 'alert',
    state: over ? 'resolved' : 'firing',
    id: alertId(options.stream, row.series, 'unusual', startMs),
    revision,
    stream: options.stream,
    severity: severe ? 'critical' : 'warning',
    ...raisedAs(incident, over),
    reason,
    summary: summaryOf(options, row, judge, incident),
    ...{ series: row.series, channel, startMs, timeMs: row.endMs, pValue, ...numbers(row, found, blamed) },
    // What a rule raises is an alarm, whatever the model thinks of the row.
    score: ruled === undefined ? found.score : Math.max(found.score, ALARM_SCORE),
    ...(over ? { endMs: row.endMs } : {}),
  };
}

/** What an alert was raised as, where its revision alone would say that it was a warning first. */
export function raisedAs(
  { severe, revision, worsened }: IncidentState,
  over: boolean,
): { readonly raisedAs?: 'critical' } {
  const stepsBefore = over ? revision - 1 : revision;
  return severe && !worsened && stepsBefore > 0 ? { raisedAs: 'critical' } : {};
}

/**
 * The one rarity of an alert that fires: of its rarest row, and no rarer than what was seen. Of one that is over: of
 * this row.
 */
function claimed(found: JudgedRow, { step, rarest }: AlertStep): number {
  const isFirst = step === 'raise' || step === 'worsen';
  return seenRarity(isFirst ? Math.min(found.pValue, rarest) : found.pValue, found.rowsSeen);
}

function summaryOf(options: DetectorOptions, row: Row, judge: Judge, incident: AlertStep): string {
  const { step, startMs, reason, channel: blamed, ruled, intervalMs } = incident;
  const { name: channel, unit } = options.channels[blamed];
  const { series, endMs: timeMs } = row;
  if (step === 'resolve') {
    if (!MODEL_REASONS.includes(reason)) return explainRuleOver(series, reason, startMs, timeMs);
    const { missingMs } = incident;
    const calmMs = options.alert.keep_firing ?? 0;
    const settled = hasSettled(timeMs - startMs - missingMs - calmMs, intervalMs);
    return explainResolved(series, channel, { startMs, endMs: timeMs, missingMs, settled });
  }
  if (step !== 'resume' && ruled !== undefined) return `${series}: ${ruled}`;
  const { found } = judge;
  const share = { attribution: found.attribution[blamed], channels: options.channels.length };
  const rows = found.rowsSeen;
  const pValue = claimed(found, incident);
  // How long it takes to see the rows of all series is not how long one of them takes.
  const pace = found.pooled && pValue * rows <= 1 ? 0 : intervalMs;
  const facts = { series, channel, unit, startMs, timeMs, pValue, reason, intervalMs: pace, rows };
  const isSame = found.lead === blamed && found.reason === reason;
  const implied = isSame ? known(judge.implied()) : null;
  const judged = isSame ? judge.evidence() : null;
  const spanMs = isSame ? found.spanMs : 0;
  const own = { words: judge.words(row, blamed), foreseen: options.channels[blamed].kind !== 'real' };
  const incidentFacts = { ...facts, ...share, implied, judged, spanMs, ...own, ...numbers(row, found, blamed) };
  return step === 'resume' ? explainResumed(incidentFacts, incident.gapMs) : explainUnusual(incidentFacts);
}

/** Field by field: a million of them are made in the time of ten thousand alerts. */
function channelScore(channel: string, row: Row, found: JudgedRow, d: number): ChannelScore {
  return {
    channel,
    value: known(sentValue(row, d)),
    expected: known(found.expected[d]),
    lower: known(found.lower[d]),
    upper: known(found.upper[d]),
    bits: found.bits[d],
    attribution: found.attribution[d],
  };
}

function numbers(row: Row, found: JudgedRow, d: number) {
  return {
    value: known(sentValue(row, d)),
    expected: known(found.expected[d]),
    lower: known(found.lower[d]),
    upper: known(found.upper[d]),
    bits: found.bits[d],
  };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

import {
  explainDelayed,
  explainForgotten,
  explainHeard,
  explainResolved,
  explainRuleOver,
  explainSilence,
  explainUnusual,
} from '../alert/explain.ts';
import type { Step } from '../alert/lifecycle.ts';
import type { Row } from '../event/observation.ts';
import {
  type AlertOutput,
  type AlertReason,
  type ChannelScore,
  MODEL_REASONS,
  type ScoreOutput,
} from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import { hash64Hex } from '../math/hash.ts';
import type { Judge } from './judge.ts';
import type { DetectorOptions } from './options.ts';

/** From here on a score is an alarm. */
const ALARM_SCORE = 0.5;

/** What an alert's step needs beside the judgement. */
export interface Incident {
  readonly step: Exclude<Step, 'none'>;
  readonly startMs: EpochMs;
  readonly revision: number;
  readonly severe: boolean;
  readonly intervalMs: number;
  /** Rows of the series seen so far. */
  readonly rows: number;
  /** The channel the alert is about, and what is wrong with it. */
  readonly channel: number;
  readonly reason: AlertReason;
  /** What rules say of the row; undefined where none alarms. */
  readonly ruled?: string | undefined;
}

/** The name of an alert, the same in every replay: a hash of stream, series, kind and the row that began it. */
export function alertId(stream: string, series: string, kind: 'unusual' | 'silent', startMs: EpochMs): string {
  return hash64Hex(JSON.stringify([stream, series, kind, startMs]));
}

/** The judgement of a row as an output. `alert`: id of the one that fires, or ''. */
export function scoreOutput({ stream, channels }: DetectorOptions, row: Row, judge: Judge, alert: string): ScoreOutput {
  const scores = new Array<ChannelScore>(channels.length);
  let bits = 0;
  for (let d = 0; d < channels.length; d++) {
    scores[d] = channelScore(channels[d].name, row, judge, d);
    bits += judge.bits[d];
  }
  const { pValue, score, lead, warming } = judge;
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
export function alertOutput(options: DetectorOptions, row: Row, judge: Judge, incident: Incident): AlertOutput {
  const { step, startMs, revision, severe, reason, channel: blamed, ruled } = incident;
  const { name: channel } = options.channels[blamed];
  const { pValue } = judge;
  const over = step === 'resolve';
  return {
    kind: 'alert',
    state: over ? 'resolved' : 'firing',
    id: alertId(options.stream, row.series, 'unusual', startMs),
    revision,
    stream: options.stream,
    severity: severe ? 'critical' : 'warning',
    reason,
    summary: summaryOf(options, row, judge, incident),
    ...{ series: row.series, channel, startMs, timeMs: row.endMs, pValue, ...numbers(row, judge, blamed) },
    // What a rule raises is an alarm, whatever the model thinks of the row.
    score: ruled === undefined ? judge.score : Math.max(judge.score, ALARM_SCORE),
    ...(over ? { endMs: row.endMs } : {}),
  };
}

function summaryOf(options: DetectorOptions, row: Row, judge: Judge, incident: Incident): string {
  const { step, startMs, reason, channel: blamed, ruled, intervalMs, rows } = incident;
  const { name: channel, unit } = options.channels[blamed];
  const { series, endMs: timeMs } = row;
  if (step === 'resolve') {
    if (!MODEL_REASONS.includes(reason)) return explainRuleOver(series, reason, startMs, timeMs);
    return explainResolved(series, channel, startMs, timeMs);
  }
  if (ruled !== undefined) return `${series}: ${ruled}`;
  const share = { attribution: judge.attribution[blamed], channels: options.channels.length };
  const facts = { series, channel, unit, startMs, timeMs, pValue: judge.pValue, reason, intervalMs, rows };
  const leads = judge.lead === blamed;
  const implied = leads ? known(judge.implied()) : null;
  const spanMs = leads ? judge.spanMs : 0;
  return explainUnusual({ ...facts, ...share, implied, spanMs, ...numbers(row, judge, blamed) });
}

/** A series that fell silent, as seen at `nowMs`. */
export interface Silence {
  readonly series: string;
  readonly sinceMs: EpochMs;
  readonly nowMs: EpochMs;
  /** Time of the observation that has ended it. */
  readonly heardMs?: EpochMs;
  /** The series is no longer kept, which ends it too. */
  readonly forgotten?: boolean;
}

/** The dead-man alert, raised or resolved. */
export function silenceOutput({ stream }: DetectorOptions, silence: Silence): AlertOutput {
  const { series, sinceMs, nowMs, heardMs, forgotten = false } = silence;
  const over = forgotten || heardMs !== undefined;
  return {
    kind: 'alert',
    state: over ? 'resolved' : 'firing',
    id: alertId(stream, series, 'silent', sinceMs),
    revision: over ? 1 : 0,
    stream,
    series,
    severity: 'critical',
    reason: 'silent',
    summary: explained(silence),
    channel: '',
    value: null,
    expected: null,
    lower: null,
    upper: null,
    bits: 0,
    pValue: 1,
    score: over ? 0 : 1,
    startMs: sinceMs,
    timeMs: nowMs,
    ...(over ? { endMs: nowMs } : {}),
  };
}

function explained({ series, sinceMs, nowMs, heardMs, forgotten }: Silence): string {
  if (forgotten) return explainForgotten(series);
  if (heardMs === undefined) return explainSilence(series, sinceMs, nowMs);
  return heardMs < nowMs ? explainDelayed(series, heardMs) : explainHeard(series, sinceMs, nowMs);
}

/** An alert of a series that is no longer kept. */
export interface Forgotten extends Pick<Incident, 'startMs' | 'revision' | 'severe' | 'channel' | 'reason'> {
  readonly series: string;
  readonly nowMs: EpochMs;
}

/** Resolves an alert whose series is forgotten, idle or in excess: no row of it will. */
export function forgottenOutput({ stream, channels }: DetectorOptions, alert: Forgotten): AlertOutput {
  const { series, nowMs, startMs, revision, severe, reason } = alert;
  return {
    kind: 'alert',
    state: 'resolved',
    id: alertId(stream, series, 'unusual', startMs),
    revision,
    stream,
    series,
    severity: severe ? 'critical' : 'warning',
    reason,
    summary: explainForgotten(series),
    channel: channels[alert.channel].name,
    value: null,
    expected: null,
    lower: null,
    upper: null,
    bits: 0,
    pValue: 1,
    score: 0,
    startMs,
    timeMs: nowMs,
    endMs: nowMs,
  };
}

/** Field by field: a million of them are made in the time of ten thousand alerts. */
function channelScore(channel: string, row: Row, judge: Judge, d: number): ChannelScore {
  return {
    channel,
    value: known(row.values[d]),
    expected: known(judge.expected[d]),
    lower: known(judge.lower[d]),
    upper: known(judge.upper[d]),
    bits: judge.bits[d],
    attribution: judge.attribution[d],
  };
}

function numbers(row: Row, judge: Judge, d: number) {
  return {
    value: known(row.values[d]),
    expected: known(judge.expected[d]),
    lower: known(judge.lower[d]),
    upper: known(judge.upper[d]),
    bits: judge.bits[d],
  };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

import {
  explainChannelResumed,
  explainChannelSilence,
  explainDelayed,
  explainForgotten,
  explainSeriesResumed,
  explainSilence,
  explainStopped,
} from '../alert/explain.ts';
import type { IncidentState } from '../alert/lifecycle.ts';
import type { AlertOutput } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import type { Silence as Gone } from '../window/silence.ts';
import { alertId } from './alert-ids.ts';
import type { DetectorOptions } from './options.ts';
import { raisedAs } from './outputs.ts';

/** The state of an alert about which nobody knows more: it fires, so it is an alarm. */
const ALARM_SCORE = 0.5;
/** An output that is about no row has no numbers. */
const NO_NUMBERS = { value: null, expected: null, lower: null, upper: null, bits: 0, pValue: 1 } as const;

/** A series, or a channel of a series that sends, that fell silent, as seen at `nowMs`. */
export interface ReportedSilence extends Gone {
  /** Time of the observation that has ended it. */
  readonly resumedMs?: EpochMs;
  /** The series is no longer kept, which ends it too. */
  readonly forgotten?: boolean;
  /** Which way the channel went with its last value: > 0 up, < 0 down. */
  readonly trend?: number;
}

/** The dead-man alert, raised or resolved. */
export function silenceOutput(options: DetectorOptions, silence: ReportedSilence): AlertOutput {
  const { series, channel, sinceMs, nowMs, resumedMs, forgotten = false } = silence;
  const { stream } = options;
  const over = forgotten || resumedMs !== undefined;
  const name = channel === undefined ? '' : options.channels[channel].name;
  return {
    kind: 'alert',
    state: over ? 'resolved' : 'firing',
    id: alertId(stream, series, channel === undefined ? 'silent' : ['silent', name], sinceMs),
    revision: over ? 1 : 0,
    stream,
    series,
    severity: 'critical',
    reason: 'silent',
    summary: channel === undefined ? explained(silence) : explainedChannel(options, silence, channel),
    channel: name,
    ...NO_NUMBERS,
    score: over ? 0 : 1,
    startMs: sinceMs,
    timeMs: nowMs,
    ...(over ? { endMs: nowMs } : {}),
  };
}

function explained({ series, sinceMs, nowMs, resumedMs, forgotten }: ReportedSilence): string {
  if (forgotten) return explainForgotten(series);
  if (resumedMs === undefined) return explainSilence(series, sinceMs, nowMs);
  return resumedMs < nowMs ? explainDelayed(series, resumedMs) : explainSeriesResumed(series, sinceMs, nowMs);
}

function explainedChannel({ channels }: DetectorOptions, silence: ReportedSilence, channel: number): string {
  const { series, sinceMs, nowMs, resumedMs, forgotten, value = null, trend = 0 } = silence;
  const { name, unit } = channels[channel];
  if (forgotten) return explainForgotten(series);
  if (resumedMs !== undefined) return explainChannelResumed({ series, channel: name, sinceMs, nowMs: resumedMs });
  return explainChannelSilence({ series, channel: name, unit, sinceMs, nowMs, value, trend });
}

/** An alert of a series, as seen at `nowMs`, of which no row says anything. */
export interface Open extends IncidentState {
  readonly series: string;
  readonly nowMs: EpochMs;
}

/** An alert that fires while its channel has no value any more. `value`: the last one; `trend` as in `Silence`. */
export function stoppedOutput(
  options: DetectorOptions,
  alert: Open & { readonly value: number; readonly trend: number },
): AlertOutput {
  const { series, nowMs, valueMs: sinceMs, channel, trend } = alert;
  const { name, unit } = options.channels[channel];
  const value = Number.isFinite(alert.value) ? alert.value : null;
  return {
    ...openOutput(options, alert, false),
    summary: explainStopped({ series, channel: name, unit, sinceMs, nowMs, value, trend }),
    score: ALARM_SCORE,
  };
}

/** Resolves an alert whose series is forgotten, idle or in excess: no row of it will. */
export function forgottenOutput(options: DetectorOptions, alert: Open): AlertOutput {
  return { ...openOutput(options, alert, true), summary: explainForgotten(alert.series), endMs: alert.nowMs };
}

function openOutput({ stream, channels }: DetectorOptions, alert: Open, over: boolean): AlertOutput {
  const { series, nowMs, startMs, revision, severe, reason } = alert;
  return {
    kind: 'alert',
    state: over ? 'resolved' : 'firing',
    id: alertId(stream, series, 'unusual', startMs),
    revision,
    stream,
    series,
    severity: severe ? 'critical' : 'warning',
    ...raisedAs(alert, over),
    reason,
    summary: '',
    channel: channels[alert.channel].name,
    ...NO_NUMBERS,
    score: 0,
    startMs,
    timeMs: nowMs,
  };
}

import type { AlertReason } from '../event/output.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../event/time.ts';

/** What an explanation is made of. Numbers are in the channel's unit; null = not known. */
export interface Incident {
  readonly series: string;
  readonly channel: string;
  readonly unit: string;
  readonly reason: AlertReason;
  readonly value: number | null;
  readonly expected: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /** What the statistic that raised the alert expects in place of the value; null where it expects no value. */
  readonly implied: number | null;
  readonly pValue: number;
  /** Median sampling interval, ms; 0 = unknown. */
  readonly intervalMs: number;
  /** Rows of the series seen so far: a rarity far beyond them is not known, and not claimed. */
  readonly rows: number;
  /** Share of the channel in what is unusual, in [0, 1], and how many channels there are. */
  readonly attribution: number;
  readonly channels: number;
  readonly startMs: EpochMs;
  readonly timeMs: EpochMs;
}

/** Below it a chance is but rounding. */
const LEAST_CHANCE = 1e-14;
/** The prior carries a claim this many times further than the rows that were seen. */
const MOST_TIMES_SEEN = 10;

/** Made once: they cost tens of µs each. */
const decimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 15, useGrouping: false });
const whole = new Intl.NumberFormat('en-US');

const LEAST_DIGITS = 4;
/** As many as a double keeps. */
const MOST_DIGITS = 15;

/** What was seen, what is normal by the statistic that found it, how rare that is, which channel and since when, in words to act on. */
export function explainUnusual(incident: Incident): string {
  const { series, channel, unit, value, expected, implied } = incident;
  const digits = digitsToTell(value, implied ?? expected);
  const seen = `${channel} of ${series} is ${value === null ? 'missing' : quantity(value, unit, digits)}`;
  const share = Math.round(100 * incident.attribution);
  const blame = incident.channels > 1 && share > 0 ? ` ${channel} carries ${share} % of the surprise.` : '';
  return `${seen}${normally(incident, digits)}: ${rarity(incident)}.${blame}${since(incident)}`;
}

/** What would be normal, and in which way the channel is not. */
function normally(incident: Incident, digits: number): string {
  const { reason, unit, implied, channels } = incident;
  const instead = implied === null ? undefined : quantity(implied, unit, digits);
  switch (reason) {
    case 'contradicts_channels':
      if (instead === undefined) return '. It contradicts the other channels';
      return `; the other channel${channels > 2 ? 's imply' : ' implies'} ${instead}. They have seldom disagreed so much`;
    case 'unusual_for_the_hour':
      return `${instead === undefined ? '' : `; usual at this hour is ${instead}`}. It has seldom been so far from that`;
    case 'unusual_level':
      return `. Its mean over the last 64 rows is unlike its usual level${instead === undefined ? '' : `, which is ${instead}`}`;
    case 'unusual_noise':
      return '. It varies far more, or far less, from row to row than usual';
    case 'stuck':
      return '. It has not moved for longer than it ever does';
    case 'many_channels':
      return '. All channels together are further from their usual levels than they ever are, this one most';
    case 'unusual_amount':
      return `${instead === undefined ? '' : `; usual for this series is ${instead}`}. It is far from what this series does`;
    default:
      return `${forecast(incident, digits)}. ${reason === 'unusual_change' ? 'The last values were forecast far worse than usual for this series' : 'No recent value of this series is near it'}`;
  }
}

function forecast({ unit, expected, lower, upper }: Incident, digits: number): string {
  if (expected === null) return '';
  const band =
    lower === null || upper === null ? '' : ` (${quantity(lower, '', digits)} to ${quantity(upper, unit, digits)})`;
  return `; expected ${quantity(expected, unit, digits)}${band}`;
}

/** For a series that fell silent. */
export function explainSilence(series: string, sinceMs: EpochMs, nowMs: EpochMs): string {
  return `${series} has sent nothing since ${isoMinute(sinceMs)}, for ${lasting(nowMs - sinceMs)}. Check the sensor, its power and its way to the broker.`;
}

/** For a channel without values, of a series that sends. */
export function explainChannelSilence(gone: Gone): string {
  const { series, sinceMs, nowMs } = gone;
  return `${noValue(gone)}, for ${lasting(nowMs - sinceMs)}, though ${series} sends${was(gone)}. Check the sensor and its cable.`;
}

/** For a channel that has values again. */
export function explainChannelHeard({
  series,
  channel,
  sinceMs,
  nowMs,
}: Omit<Gone, 'value' | 'trend' | 'unit'>): string {
  return `${channel} of ${series} has values again since ${isoMinute(nowMs)}, after ${lasting(nowMs - sinceMs)} without one.`;
}

/** For an alert whose channel has no value any more: nobody knows whether what it reports lasts. */
export function explainStopped(gone: Gone): string {
  return `${noValue(gone)}${was(gone)}. The alert stays open: nothing shows that it is over.`;
}

/** For such an alert, once there are values again. */
export function explainResumed(incident: Incident, missingMs: number): string {
  const { series, channel, unit, value, expected, timeMs } = incident;
  const digits = digitsToTell(value, expected);
  const now = value === null ? '' : `: ${quantity(value, unit, digits)}${forecast(incident, digits)}`;
  return `${channel} of ${series} has values again since ${isoMinute(timeMs)}, after ${lasting(missingMs)} without one${now}. The alert stays open until it is back to normal.`;
}

/** A channel that has no value any more. */
export interface Gone {
  readonly series: string;
  readonly channel: string;
  readonly unit: string;
  /** Time of its last value, and now. */
  readonly sinceMs: EpochMs;
  readonly nowMs: EpochMs;
  /** The last value; null where it is not known. `trend`: it went up (> 0) or down (< 0) with it. */
  readonly value: number | null;
  readonly trend: number;
}

function noValue({ series, channel, sinceMs }: Gone): string {
  return `${channel} of ${series} has no value since ${isoMinute(sinceMs)}`;
}

function was({ value, unit, trend }: Gone): string {
  if (value === null) return '';
  return `; it was ${quantity(value, unit)}${trend > 0 ? ' and rising' : trend < 0 ? ' and falling' : ''}`;
}

/** For a series that is heard again. */
export function explainHeard(series: string, sinceMs: EpochMs, nowMs: EpochMs): string {
  return `${series} sends again since ${isoMinute(nowMs)}, after ${lasting(nowMs - sinceMs)} of silence.`;
}

/** For a series that is heard again, by an observation from before its silence was told. */
export function explainDelayed(series: string, heardMs: EpochMs): string {
  return `${series} sends again: what it sent from ${isoMinute(heardMs)} on was delayed on its way.`;
}

/** For a series that is forgotten while an alert of it fires. */
export function explainForgotten(series: string): string {
  return `${series} is no longer watched: it was silent for too long, or too many others came after it.`;
}

/** For an incident that is over; `missingMs`: for how long of it its channel had no value. */
export function explainResolved(
  series: string,
  channel: string,
  {
    startMs,
    endMs,
    missingMs = 0,
  }: { readonly startMs: EpochMs; readonly endMs: EpochMs; readonly missingMs?: number },
): string {
  const missing = missingMs > 0 ? ` For ${lasting(missingMs)} of that it had no value.` : '';
  return `${channel} of ${series} is back to normal after ${lasting(endMs - startMs)}, since ${isoMinute(endMs)}.${missing}`;
}

/** For an incident that a rule raised, and that is over. */
export function explainRuleOver(series: string, rule: string, startMs: EpochMs, endMs: EpochMs): string {
  return `${series} is back to normal: ${rule} no longer holds, and nothing else is unusual, ${lasting(endMs - startMs)} after the alert, since ${isoMinute(endMs)}.`;
}

/** So many significant digits, and no more zeros than needed. */
export function quantity(value: number, unit = '', digits = LEAST_DIGITS): string {
  const size = Math.abs(value);
  const shown =
    size !== 0 && (size < 1e-4 || size >= 1e9)
      ? value.toExponential(digits - 1)
      : decimal.format(Number(value.toPrecision(digits)));
  return unit === '' ? shown : `${shown} ${unit}`;
}

/** Digits in which what was seen and what was expected differ by more than their rounding. */
function digitsToTell(value: number | null, expected: number | null): number {
  if (value === null || expected === null || value === expected) return LEAST_DIGITS;
  const ratio = Math.max(Math.abs(value), Math.abs(expected)) / Math.abs(value - expected);
  return Math.min(Math.max(Math.ceil(Math.log10(ratio)) + 2, LEAST_DIGITS), MOST_DIGITS);
}

function rarity({ pValue, intervalMs, rows }: Incident): string {
  const claimed = 1 / Math.max(pValue, LEAST_CHANCE);
  const known = Math.min(claimed, MOST_TIMES_SEEN * Math.max(rows, 1));
  const [rarely, once] = known < claimed ? ['rarer than 1', 'less than once'] : ['1', 'about once'];
  const often = `${rarely} in ${grouped(known)} rows`;
  return intervalMs > 0 ? `${often}, ${once} in ${lasting(known * intervalMs)}` : often;
}

function since({ startMs, timeMs }: Incident): string {
  return startMs < timeMs ? ` Unusual since ${isoMinute(startMs)}.` : '';
}

/** 40 000: two digits, grouped by thin spaces. */
function grouped(count: number): string {
  const rounded = Number(count.toPrecision(2));
  return rounded >= 1e9 ? rounded.toExponential(0) : whole.format(rounded).replaceAll(',', '\u202f');
}

const SPANS: readonly (readonly [name: string, ms: number])[] = [
  ['year', 365.25 * DAY_MS],
  ['week', 7 * DAY_MS],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', SECOND_MS],
];

/** 5 400 000 → `90 minutes`: the largest unit that fits twice, rounded. */
function lasting(ms: number): string {
  if (ms < SECOND_MS) return 'less than a second';
  const [name, size] = SPANS.find(([, unit]) => ms >= 2 * unit) ?? ['second', SECOND_MS];
  const count = Math.round(ms / size);
  if (name === 'year' && count >= 1000) return 'over 1000 years';
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function isoMinute(timeMs: EpochMs): string {
  return `${new Date(timeMs).toISOString().slice(0, 16)}Z`;
}

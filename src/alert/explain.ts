import { grouped } from '../event/figures.ts';
import type { AlertReason } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import { briefly, isoMinute, lasting } from './durations.ts';
import type { Evidence, WordEvidence } from './evidence.ts';

/** What an explanation is made of. Numbers are in the channel's unit; null = not known. */
export interface IncidentFacts {
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
  /** Time that this statistic looked over, ms; 0 = not known. */
  readonly spanMs: number;
  /** The number that this statistic judged; null where it is the value, or not known any more. */
  readonly judged: Evidence | null;
  readonly words?: WordEvidence | undefined;
  /** Its forecast alone judges the value, as of a count; recent values have no part in it. */
  readonly foreseen?: boolean;
  /** In (0, 1]; claims no more than was seen. */
  readonly pValue: number;
  /** Median sampling interval, ms; 0 = unknown. */
  readonly intervalMs: number;
  /** Rows that the claim rests on: what is rarer than once in all of them is said so. */
  readonly rows: number;
  /** Share of the channel in what is unusual, in [0, 1], and how many channels there are. */
  readonly attribution: number;
  readonly channels: number;
  readonly startMs: EpochMs;
  readonly timeMs: EpochMs;
}

// Made once: it costs tens of µs.
const decimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 15, useGrouping: false });

const LEAST_DIGITS = 4;
/** As many as a double keeps. */
const MOST_DIGITS = 15;

/**
 * What was seen, what is normal by the statistic that found it, how rare that is, which channel and since when, in
 * words to act on.
 */
export function explainUnusual(incident: IncidentFacts): string {
  const { series, channel, unit, value, expected, lower, upper, implied, words } = incident;
  const digits = implied === null ? digitsToTell([value, expected, lower, upper]) : digitsToTell([value, implied]);
  const seen = `${channel} of ${series} is ${value === null ? 'missing' : quantityText(value, unit, digits)}`;
  const share = Math.round(100 * incident.attribution);
  const blame = incident.channels > 1 && share > 0 ? ` ${channel} carries ${share} % of the surprise.` : '';
  // A value that is missing, and a row that is usual, have no rarity: the reason stays.
  const rare = incident.pValue < 1 ? `: ${rarity(incident)}` : '';
  if (words !== undefined) return `${channel} of ${series}: ${inWords(words)}${rare}.${blame}${since(incident)}`;
  return `${seen}${normally(incident, digits)}${rare}.${blame}${since(incident)}`;
}

/** What came where something else was expected. */
function inWords({ seen, expected, probability, after }: WordEvidence): string {
  if (seen === expected) return `\`${seen}\` came, as expected`;
  const before = after === '' ? 'a word not seen before' : `\`${after}\``;
  const likely = expected === '' ? 'a word not seen before' : `\`${expected}\``;
  return `${likely} was expected after ${before} with ${probability.toFixed(2)}; \`${seen}\` came`;
}

/**
 * What would be normal, and in which way the channel is not: by the statistic that found it, with the number that it
 * judged.
 */
function normally(incident: IncidentFacts, digits: number): string {
  const { reason, unit, implied, judged, spanMs } = incident;
  const instead = implied === null ? undefined : quantityText(implied, unit, digits);
  if (judged !== null) {
    const said = withEvidence(incident, judged, digits);
    if (said !== undefined) return said;
  }
  switch (reason) {
    case 'contradicts_channels':
      if (instead === undefined) return '. It contradicts the other channels';
      return `; the ${others(incident)} ${instead}. They have seldom disagreed so much`;
    case 'unusual_for_the_hour':
      return `${instead === undefined ? '' : `; usual at this hour is ${instead}`}. It has seldom been so far from that`;
    case 'unusual_level':
      return '. Its mean over the last rows is unlike its usual level';
    case 'unusual_noise':
      return '. It varies far more, or far less, from row to row than usual';
    case 'stuck':
      return '. It has not moved for longer than it ever does';
    case 'many_channels':
      return '. All channels together are further from their usual levels than they ever are, this one most';
    case 'unusual_shape':
      return `. Its shape${spanMs > 0 ? ` over the last ${briefly(spanMs)}` : ''} is unlike every shape seen before`;
    case 'unusual_amount':
      return `${instead === undefined ? '' : `; usual for this series is ${instead}`}. It is far from what this series does`;
    case 'unusual_change':
      return `${forecast(incident, digits)}. The last values were forecast far worse than usual for this series`;
    default:
      if (incident.foreseen) return `${forecast(incident, digits)}. The forecast gave this number hardly any chance`;
      return `${forecast(incident, digits)}. ${within(incident) ? 'The forecast allows it, but no' : 'No'} recent value of this series is near it`;
  }
}

/** Undefined where the value alone says it. */
function withEvidence(incident: IncidentFacts, judged: Evidence, digits: number): string | undefined {
  const { rows, value, usual } = judged;
  const [size, norm] = [value, usual].map((x) => amount(x, judged, incident.unit));
  const last = `${rows} value${rows === 1 ? '' : 's'}`;
  const off = `on average ${amount(Math.abs(value), judged, incident.unit)} ${value < 0 ? 'below' : 'above'}`;
  switch (incident.reason) {
    case 'contradicts_channels':
      return rows > 1
        ? `. Its last ${last} were ${off} what the ${others(incident)}. They have seldom disagreed so long`
        : undefined;
    case 'unusual_for_the_hour':
      return rows > 1
        ? `. Its last ${last} were ${off} what is usual at this hour. They have seldom been so far from that so long`
        : undefined;
    case 'unusual_level':
      return `. The mean of its last ${last} is ${size}; its usual level is ${norm}`;
    case 'unusual_noise':
      return `. Its last ${last} were on average ${size} from their forecast; usual is ${norm}. It varies far ${value < usual ? 'less' : 'more'} than usual`;
    case 'stuck':
      return `. It has not moved for ${rows} rows; the longest before was ${grouped(usual)}`;
    case 'many_channels':
      return `. All channels together are ${size} times as far from their usual levels as usual, this one most`;
    case 'unusual_change':
      return `${forecast(incident, digits)}. Its last ${last} were ${off} their forecasts, far more than usual for this series`;
    default:
      return undefined;
  }
}

/** A number that was judged. */
function amount(value: number, { value: seen, usual, as }: Evidence, unit: string): string {
  if (Number.isNaN(value)) return '';
  const scale = as === 'share' ? 100 : 1;
  const digits = Number.isNaN(usual) ? LEAST_DIGITS : digitsToTell([seen, usual]);
  return quantityText(value * scale, as === 'share' ? '%' : as === 'unit' ? unit : '', digits);
}

function others({ channels }: IncidentFacts): string {
  return `other channel${channels > 2 ? 's imply' : ' implies'}`;
}

/** Whether the value is as the forecast allows. */
function within({ value, lower, upper }: IncidentFacts): boolean {
  return value !== null && lower !== null && upper !== null && value >= lower && value <= upper;
}

function forecast({ unit, expected, lower, upper }: IncidentFacts, digits: number): string {
  if (expected === null) return '';
  const band =
    lower === null || upper === null
      ? ''
      : ` (${quantityText(lower, '', digits)} to ${quantityText(upper, unit, digits)})`;
  return `; expected ${quantityText(expected, unit, digits)}${band}`;
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
export function explainChannelResumed({
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
export function explainResumed(incident: IncidentFacts, missingMs: number): string {
  const { series, channel, unit, value, expected, lower, upper, timeMs } = incident;
  const digits = digitsToTell([value, expected, lower, upper]);
  const now = value === null ? '' : `: ${quantityText(value, unit, digits)}${forecast(incident, digits)}`;
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
  return `; it was ${quantityText(value, unit)}${trend > 0 ? ' and rising' : trend < 0 ? ' and falling' : ''}`;
}

/** For a series that sends again. */
export function explainSeriesResumed(series: string, sinceMs: EpochMs, nowMs: EpochMs): string {
  return `${series} sends again since ${isoMinute(nowMs)}, after ${lasting(nowMs - sinceMs)} of silence.`;
}

/** For a series that sends again, with an observation from before its silence was reported. */
export function explainDelayed(series: string, resumedMs: EpochMs): string {
  return `${series} sends again: what it sent from ${isoMinute(resumedMs)} on arrived late.`;
}

/** For a series that is forgotten while an alert of it fires. */
export function explainForgotten(series: string): string {
  return `${series} is no longer watched: it was silent for too long, or evicted: more than \`series.max\` newer series.`;
}

/** So many significant digits, and no more zeros than needed. */
export function quantityText(value: number, unit = '', digits = LEAST_DIGITS): string {
  const size = Math.abs(value);
  const shown =
    size !== 0 && (size < 1e-4 || size >= 1e9)
      ? value.toExponential(digits - 1)
      : decimal.format(Number(value.toPrecision(digits)));
  return unit === '' ? shown : `${shown} ${unit}`;
}

/** Digits in which the first two differ by more than their rounding, and all others differ as they are written. */
function digitsToTell([first, second, ...more]: readonly (number | null)[]): number {
  let digits = LEAST_DIGITS;
  if (typeof first === 'number' && typeof second === 'number' && first !== second) {
    const ratio = Math.max(Math.abs(first), Math.abs(second)) / Math.abs(first - second);
    digits = Math.min(Math.max(Math.ceil(Math.log10(ratio)) + 2, LEAST_DIGITS), MOST_DIGITS);
  }
  const numbers = new Set([first, second, ...more].filter((each) => typeof each === 'number'));
  const differ = () => new Set(Array.from(numbers, (each) => quantityText(each, '', digits))).size === numbers.size;
  while (digits < MOST_DIGITS && !differ()) digits++;
  return digits;
}

/** As the p-value says, which claims no more than was seen: see `seenRarity`. */
function rarity({ pValue, intervalMs, rows }: IncidentFacts): string {
  const isAll = pValue * rows <= 1 + 1e-9;
  const known = Math.max(1, Math.min(1 / pValue, rows));
  const often = `${isAll ? 'rarer than 1' : '1'} in ${twoDigits(known)} rows`;
  if (intervalMs <= 0) return often;
  // What was seen is not made longer than it was.
  return isAll
    ? `${often}, less than once in ${lasting(known * intervalMs, Math.floor)}`
    : `${often}, about once in ${lasting(known * intervalMs)}`;
}

function since({ startMs, timeMs }: IncidentFacts): string {
  return startMs < timeMs ? ` Unusual since ${isoMinute(startMs)}.` : '';
}

/** 40 000: two significant digits. */
function twoDigits(count: number): string {
  const rounded = Number(count.toPrecision(2));
  return rounded >= 1e9 ? rounded.toExponential(0) : grouped(rounded);
}

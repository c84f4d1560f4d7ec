import type { IPoint } from 'influx';
import type { AlertOutput, Output, ScoreOutput } from '../../event/output.ts';
import type { EpochMs } from '../../event/time.ts';

/** The way to one InfluxDB. */
export interface PointWriter {
  /** One request. @throws Failure, and so where the signal aborts or no answer comes in time */
  write(points: readonly IPoint[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Measurements, as dashboards name them. */
const SCORES = 'surprisal_score';
const ALERTS = 'surprisal_alert';

const CONTROL = /\p{Cc}/gu;
/** Unicode's pictures of the control characters below the space, in their order; and the one of DEL. */
const PICTURES = 0x2400;
const PICTURE_OF_DEL = '\u2421';
/** Where line protocol has no word for a backslash, or its readers differ on the word. */
const AMBIGUOUS_BACKSLASH = /\\(?=[\\,= "']|$)/g;
const BACKSLASH_OPERATOR = '\u29f5';

/**
 * An output as points; `tie` counts the outputs before it with the same series and time. Tags say what a point is
 * about, fields what was found: the same output is always the same points, and overwrites itself.
 *
 * `surprisal_score`, one for each channel of a row: tags `channel`, `series`, `stream`; fields `value`, `expected`,
 * `lower`, `upper`,
 * `bits`, `attribution` of the channel, `p_value` and `score` of the row.
 *
 * `surprisal_alert`, one for each step of an alert: tags `channel` (none where no channel is to blame), `series`,
 * `severity`, `state`,
 * `stream`; fields `value`, `expected`, `lower`, `upper`, `bits`, `p_value`, `score`, `id`, `reason`, `revision`,
 * `start_ms`, `summary`. State and severity are tags, so that of two steps at one time neither hides the other.
 */
export function pointsOf(output: Output, tie: number): readonly IPoint[] {
  if (output.kind === 'reject') return [];
  const timestamp = nanoseconds(output.timeMs, tie);
  return output.kind === 'score' ? scorePoints(output, timestamp) : [alertPoint(output, timestamp)];
}

/**
 * Text that every InfluxDB reads back as it was sent: a control character becomes its picture (`␊`), and a backslash
 * that would be taken for the start of an escape becomes `⧵`.
 */
export function plainText(text: string): string {
  return text.replace(CONTROL, picture).replace(AMBIGUOUS_BACKSLASH, BACKSLASH_OPERATOR);
}

function scorePoints(score: ScoreOutput, timestamp: string): IPoint[] {
  const { stream, series, pValue, score: rowScore } = score;
  return score.channels.flatMap(({ channel, value, expected, lower, upper, bits, attribution }) => {
    const found = { value, expected, lower, upper, bits, attribution, p_value: pValue, score: rowScore };
    const fields = known(found);
    return Object.keys(fields).length === 0
      ? []
      : [{ measurement: SCORES, tags: tags({ channel, series, stream }), fields, timestamp }];
  });
}

function alertPoint(alert: AlertOutput, timestamp: string): IPoint {
  const { stream, series, channel, state, severity, id, reason, revision, summary, startMs } = alert;
  const { value, expected, lower, upper, bits, pValue, score } = alert;
  const numbers = known({ value, expected, lower, upper, bits, p_value: pValue, score, revision, start_ms: startMs });
  return {
    measurement: ALERTS,
    tags: tags({ channel, series, severity, state, stream }),
    fields: { ...numbers, id, reason, summary: plainText(summary) },
    timestamp,
  };
}

/** Sorted by name, as they are given; InfluxDB has no empty ones. */
function tags(all: Readonly<Record<string, string>>): Record<string, string> {
  const texts = Object.entries(all).map(([name, text]) => [name, plainText(text)] as const);
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}

/** InfluxDB has no NaN, no infinity and no null. */
function known(numbers: Readonly<Record<string, number | null>>): Record<string, number> {
  const entries = Object.entries(numbers).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return Object.fromEntries(entries);
}

/**
 * Event time may be finer than a millisecond, and as f64 is good to a quarter of a microsecond; the digits below tell
 * ties apart.
 */
function nanoseconds(timeMs: EpochMs, tie: number): string {
  return String(BigInt(Math.round(timeMs * 1_000)) * 1_000n + BigInt(tie));
}

function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code > 0x7f) return control;
  return code === 0x7f ? PICTURE_OF_DEL : String.fromCodePoint(PICTURES + code);
}

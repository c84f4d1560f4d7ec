import { z } from 'zod';
import { signatureSchema } from '../similar/verdicts.ts';

const time = z.number().describe('Event time, ms since 1970.');
const optional = z.number().nullable();
const column = z.array(optional);

/** A series as a list shows it: its newest row, and a sketch of the channel that leads. */
export const seriesRow = z.strictObject({
  stream: z.string(),
  name: z.string(),
  timeMs: time,
  /** In [0, 1]; 0.5 is the alarm. */
  score: z.number(),
  /** Surprisal of the newest row, all channels. */
  bits: z.number(),
  pValue: z.number(),
  warming: z.boolean(),
  /** Id of the alert that fires; '' if none. */
  alert: z.string(),
  channel: z.string(),
  unit: z.string(),
  value: optional,
  expected: optional,
  sketch: column,
});

/** Some series of those that were found. */
export const seriesPage = z.strictObject({ total: z.int(), series: z.array(seriesRow) });

/** The rows of one series, oldest first; all arrays are as long as `timeMs`. */
export const history = z.strictObject({
  stream: z.string(),
  series: z.string(),
  timeMs: z.array(time),
  score: z.array(z.number()),
  regime: z.array(z.int()).describe('`id` of the regime that each row is of; −1 = none.'),
  novelty: column.describe('How far each row was from every regime known before it, in usual deviations.'),
  /** Those that there are, the most frequent first. */
  regimes: z.array(z.strictObject({ id: z.int(), words: z.string(), rows: z.int(), lastMs: time })),
  regimesMerged: z.int().describe('Grows whenever two regimes become one: earlier rows have another one then.'),
  channels: z.array(
    z.strictObject({
      name: z.string(),
      unit: z.string(),
      value: column,
      expected: column,
      lower: column,
      upper: column,
      bits: z.array(z.number()),
    }),
  ),
});

/** One step in the life of an alert. */
const step = z.strictObject({
  timeMs: time,
  state: z.enum(['firing', 'resolved']),
  severity: z.enum(['warning', 'critical']),
  summary: z.string(),
});

/** A channel's part in the row that an alert is about. */
const part = z.strictObject({
  channel: z.string(),
  unit: z.string(),
  value: optional,
  expected: optional,
  lower: optional,
  upper: optional,
  bits: z.number(),
  attribution: z.number(),
});

/** An alert: as it was at its worst, and how far it has come. */
export const alertRecord = z.strictObject({
  id: z.string(),
  stream: z.string(),
  series: z.string(),
  state: z.enum(['firing', 'resolved']),
  revision: z.int(),
  severity: z.enum(['warning', 'critical']),
  reason: z.string(),
  summary: z.string(),
  channel: z.string(),
  unit: z.string(),
  value: optional,
  expected: optional,
  lower: optional,
  upper: optional,
  bits: z.number(),
  pValue: z.number(),
  startMs: time,
  timeMs: time,
  endMs: time.nullable(),
  /** Oldest first. */
  steps: z.array(step),
  /** Empty where the stream emits no scores, and for a series that fell silent. */
  parts: z.array(part),
  /** Each statistic's part in the surprise that raised it, by reason. */
  statistics: z.array(z.strictObject({ reason: z.string(), share: z.number() })).default([]),
  /** What incidents are compared by; null where nothing is known of it. */
  signature: signatureSchema.nullable().default(null),
  /** Nobody was sent it: the id of the alert whose verdict keeps it quiet, and until when, event time. */
  quieted: z.strictObject({ by: z.string(), untilMs: time }).nullable().default(null),
});

/** A verdict on an alert, as it is kept. */
export const verdictRecord = z.strictObject({
  alert: z.string(),
  stream: z.string(),
  series: z.string(),
  /** Of the incident: it quiets what is of this kind. */
  channel: z.string(),
  reason: z.string(),
  verdict: z.enum(['expected', 'real']),
  note: z.string(),
  /** Event time: when it was given, and until when it quiets. */
  givenMs: time,
  untilMs: time,
});

/**
 * An earlier incident, how far it is from the one asked about, whether it is of one kind with it, and the verdict on
 * it.
 */
export const similarIncident = z.strictObject({
  id: z.string(),
  series: z.string(),
  startMs: time,
  reason: z.string(),
  channel: z.string(),
  summary: z.string(),
  distance: z.number(),
  alike: z.boolean(),
  verdict: verdictRecord.nullable(),
});

/** The earlier incidents that are nearest to an alert, nearest first. */
export const similarPage = z.strictObject({ id: z.string(), known: z.int(), similar: z.array(similarIncident) });

/** What a verdict on an alert is, or would be: what it quiets, shown before it is given. */
export const verdictView = z.strictObject({
  alert: z.string(),
  /** The one that is given; null = none. */
  given: verdictRecord.nullable(),
  /**
   * What "expected" would quiet: in which series, until when, and which of the alerts that are known it would have
   * quieted.
   */
  wouldQuiet: z.strictObject({
    series: z.string(),
    channel: z.string(),
    reason: z.string(),
    untilMs: time,
    earlier: z.array(z.string()),
  }),
});

/** Some alerts, newest first. */
export const alertsPage = z.strictObject({ total: z.int(), firing: z.int(), alerts: z.array(alertRecord) });

/** A reason for which records of a stream were rejected, with its first examples. */
export const rejectGroup = z.strictObject({
  reason: z.string(),
  count: z.int(),
  examples: z.array(z.strictObject({ message: z.string(), record: z.string() })),
});

/** How a stream is doing. Counts are since the process started. */
export const streamHealth = z.strictObject({
  name: z.string(),
  engine: z.string(),
  records: z.int(),
  rows: z.int(),
  rejected: z.int(),
  rejects: z.array(rejectGroup),
  series: z.int(),
  /** Series whose history the page keeps. */
  shown: z.int(),
  warming: z.int(),
  /** Rows seen of the rows needed, mean over the series, percent; null without series. */
  warmUpPercent: optional,
  /** Event time until the slowest active series can raise alerts; null = not known. */
  warmUpSeconds: optional,
  firing: z.int(),
  /** Alerts a week that the budget allows, and those raised in the last week of event time; null without a budget. */
  budgetPerWeek: optional,
  raisedInWeek: z.int(),
  /** Event time up to which everything has been seen; null before the first record. */
  watermarkMs: optional,
});

/** How a sink is doing. */
export const sinkHealth = z.strictObject({
  name: z.string(),
  queued: z.int(),
  waiting: z.int(),
  delivered: z.int(),
  /** The last failure, in words; null where the last try succeeded. */
  failure: z.string().nullable(),
  off: z.boolean(),
});

/** How everything is doing. */
export const health = z.strictObject({
  ready: z.boolean(),
  reasons: z.array(z.string()),
  streams: z.array(streamHealth),
  sinks: z.array(sinkHealth),
});

/** What has changed lately, sent about once a second: cheap, and whole. */
export const pulse = z.strictObject({
  /** Changes whenever an alert does. */
  alertsVersion: z.string(),
  firing: z.int(),
  streams: z.array(
    z.strictObject({
      name: z.string(),
      rows: z.int(),
      records: z.int(),
      rejected: z.int(),
      shown: z.int(),
      firing: z.int(),
    }),
  ),
});

export type SeriesRow = z.infer<typeof seriesRow>;
export type SeriesPage = z.infer<typeof seriesPage>;
export type History = z.infer<typeof history>;
export type AlertRecord = z.infer<typeof alertRecord>;
export type AlertsPage = z.infer<typeof alertsPage>;
export type RejectGroup = z.infer<typeof rejectGroup>;
export type StreamHealth = z.infer<typeof streamHealth>;
export type SinkHealth = z.infer<typeof sinkHealth>;
export type HealthReport = z.infer<typeof health>;
export type Pulse = z.infer<typeof pulse>;
export type VerdictRecord = z.infer<typeof verdictRecord>;
export type SimilarPage = z.infer<typeof similarPage>;
export type VerdictView = z.infer<typeof verdictView>;

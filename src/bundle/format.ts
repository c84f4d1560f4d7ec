import { z } from 'zod';
import type { AlertOutput } from '../event/output.ts';
import { verdictStep } from '../similar/verdicts.ts';

/** What the first line of a bundle begins with. */
export const MARK = '{"surprisal_bundle":';
/** Raised with every change of the format. */
export const BUNDLE_VERSION = 1;
/** Most alerts that one bundle is about. */
export const MOST_ALERTS = 100;

const optional = z.number().nullable();

/** An alert as it was raised, all of it: a replay is compared with it. */
const alert = z.strictObject({
  kind: z.literal('alert'),
  state: z.literal('firing'),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  revision: z.literal(0),
  stream: z.string(),
  series: z.string(),
  severity: z.enum(['warning', 'critical']),
  raisedAs: z.enum(['warning', 'critical']).exactOptional(),
  reason: z.string(),
  summary: z.string(),
  channel: z.string(),
  value: optional,
  expected: optional,
  lower: optional,
  upper: optional,
  bits: z.number(),
  pValue: z.number(),
  score: z.number(),
  startMs: z.number(),
  timeMs: z.number(),
});

/** First line: what made the bundle, which alerts it is about, and the configuration of their stream. */
export const header = z.strictObject({
  surprisal_bundle: z.literal(BUNDLE_VERSION),
  /** Versions of the program and of Node, and where it ran. */
  version: z.string(),
  node: z.string(),
  platform: z.string(),
  /** The engine that scored. */
  engine: z.string(),
  stream: z.string(),
  /** YAML of `streams` with this stream alone: defaults filled in, secrets hidden, without source and decoding. */
  config: z.string(),
  alerts: z.array(alert).min(1).max(MOST_ALERTS),
});

/** An entry of the state before: its name, and its bytes, sealed, as base64. */
const entry = z.strictObject({ entry: z.string(), bytes: z.base64() });
/**
 * An observation: series, time, values with null for a missing one; where known when its record came, and attributes.
 */
const row = z.strictObject({
  row: z.tuple([z.string(), z.number(), z.array(optional)]),
  arrived: z.number().optional(),
  attributes: z.array(z.string()).optional(),
});
/** Nothing came until what would be this event time. */
const tick = z.strictObject({ tick: z.number() });
/** A person's answer to an alert. */
const answered = z.strictObject({ answer: verdictStep });
/** Last line: how many lines there were, so that a torn file is noticed. */
const end = z.strictObject({ end: z.int() });

/** Every line after the first: entries of the state, then rows, ticks and answers in order, then the end. */
export const line = z.union([row, entry, tick, answered, end]);

export type Line = z.infer<typeof line>;
/** See `header`. */
export type BundleHeader = Omit<z.infer<typeof header>, 'alerts'> & { readonly alerts: readonly AlertOutput[] };

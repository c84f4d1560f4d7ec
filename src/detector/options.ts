import { z } from 'zod';
import { lifecycleOptions } from '../alert/options.ts';
import { budget } from '../calibrate/budget.ts';
import type { Channel } from '../event/channel.ts';
import { durationMs } from '../event/duration.ts';
import { inputCount } from '../feature/features.ts';
import type { FeatureOptions } from '../feature/options.ts';
import { wordsOf } from '../feature/vocabulary.ts';
import type { Shape } from '../lstm/engine.ts';
import type { HeadSpec } from '../lstm/heads/spec.ts';
import { isGraph, type NetworkOptions } from '../lstm/options.ts';
import type { RuleSettings } from '../rule/rule-set.ts';
import type { NoveltyOptions } from '../score/novelty.ts';
import { statistics } from '../statistic/statistics.ts';
import type { WindowOptions } from '../window/options.ts';

/** When to wake a person, and how long an incident lives. */
export const alertOptions = lifecycleOptions.extend({
  budget: budget
    .prefault('1/week/series')
    .describe(
      'False alarms on normal data that a person accepts, such as `3/week` or `1/month/series`; real faults come on top.',
    ),
  statistics: z
    .array(z.enum(statistics.map(({ kind }) => kind)))
    .default(statistics.map(({ kind }) => kind))
    .describe('Which statistics look at a row beside the novelty of its points; each earns its share of the budget.'),
  after_rows: z
    .int()
    .min(0)
    .default(150)
    .describe(
      'Rows of a series before it may wake anybody; raise it where one cycle takes longer than the 150 that scores need.',
    ),
});

/** How many series a task keeps. */
export const seriesOptions = z.strictObject({
  max: z.int().min(64).default(100_000).describe('Series kept at most; past it the one seen longest ago is forgotten.'),
  idle_after: durationMs.optional().describe('A series without a row for this long in event time is forgotten.'),
});

export type AlertOptions = z.infer<typeof alertOptions>;
export type SeriesOptions = z.infer<typeof seriesOptions>;

/** Everything a task's results depend on beside its records. */
export interface DetectorOptions {
  readonly stream: string;
  readonly channels: readonly Channel[];
  /** Names of the attributes, in the order in which observations hold them; none if absent. */
  readonly attributes?: readonly string[];
  /** None if absent. */
  readonly rules?: readonly RuleSettings[];
  readonly window: WindowOptions;
  readonly features: FeatureOptions;
  readonly network: NetworkOptions;
  readonly novelty: NoveltyOptions;
  readonly alert: AlertOptions;
  readonly series: SeriesOptions;
  /** Whether each row's score is emitted, or alerts alone. */
  readonly scores: boolean;
}

/** The shape of a stream's network. */
export function shapeOf({ network, channels, features }: DetectorOptions): Shape {
  const heads = channels.map(
    (channel): HeadSpec =>
      channel.kind === 'category' ? { kind: channel.kind, size: wordsOf(channel) } : { kind: channel.kind },
  );
  return {
    inputs: inputCount(channels, features),
    hidden: network.hidden,
    channels: channels.length,
    ...(heads.every(({ kind }) => kind === 'real') ? {} : { heads }),
    steps: network.steps,
    losses: network.learn_every,
    peepholes: network.cell !== 'lstm',
    ...(isGraph(network.cell) ? { cell: network.cell } : {}),
  };
}

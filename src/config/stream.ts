import { z } from 'zod';
import { attributeOptions, decodeOptions } from '../decode/options.ts';
import { alertOptions, type DetectorOptions, seriesOptions } from '../detector/options.ts';
import { channelOptions } from '../event/channel.ts';
import { featureOptions } from '../feature/options.ts';
import { networkOptions } from '../lstm/options.ts';
import { noveltyOptions } from '../score/novelty.ts';
import { windowOptions } from '../window/options.ts';
import { name } from './names.ts';
import { ruleSettings, rulesOptions } from './rule.ts';
import { sourceOptions } from './source.ts';
import { streamChecks } from './stream-checks.ts';

/** One input with its own model. */
export const streamOptions = z
  .strictObject({
    source: sourceOptions.describe('Where records come from.'),
    decode: decodeOptions.prefault({}).describe('How a record becomes an observation: its key, its time, its format.'),
    channels: z
      .record(name, channelOptions)
      .refine((channels) => Object.keys(channels).length > 0, 'a stream needs at least one channel')
      .describe('The values of an observation, by name, in the order in which the network sees them.'),
    attributes: attributeOptions.prefault({}),
    window: windowOptions,
    features: featureOptions.prefault({}).describe('Inputs of the network beside the values: time and season.'),
    network: networkOptions.prefault({}).describe('The network, and how it learns.'),
    novelty: noveltyOptions.prefault({}).describe('What a value, or an error, is compared with.'),
    rules: rulesOptions.prefault({}),
    alert: alertOptions.prefault({}).describe('When to wake a person, and how long an incident lives.'),
    series: seriesOptions.prefault({}).describe('How many series are kept.'),
    emit: z
      .strictObject({
        scores: z
          .enum(['all', 'alerts'])
          .default('all')
          .describe('`all`: the score of each row is emitted; `alerts`: alerts alone, at less cost.'),
        format: z
          .enum(['json', 'avro', 'cloudevents'])
          .default('json')
          .describe(
            'What a score is in its Kafka topic: compact JSON, Avro (single-object encoding of `schemas/score.avsc`), or a CloudEvent with all digits, as before. Alerts are CloudEvents. See `docs/outputs.md`.',
          ),
      })
      .prefault({})
      .describe('What leaves the stream.'),
  })
  .superRefine(streamChecks);

/** A stream of a checked configuration. */
export type StreamConfig = z.output<typeof streamOptions>;

/** The attributes of a stream, and after them its `category` channels, whose words come the same way. */
export function wordsBeside(
  attributes: Readonly<Record<string, string>>,
  channels: StreamConfig['channels'],
): Readonly<Record<string, string>> {
  const words = Object.entries(channels).filter(([, { kind }]) => kind === 'category');
  return { ...attributes, ...Object.fromEntries(words.map(([channel, { at }]) => [channel, at ?? channel])) };
}

/** What the detector of a stream needs of its configuration. */
export function detectorOptions(stream: string, config: StreamConfig): DetectorOptions {
  const { channels, attributes, window, features, network, novelty, rules, alert, series, emit } = config;
  return {
    stream,
    channels: Object.entries(channels).map(([channel, options]) => ({ name: channel, ...options })),
    attributes: Object.keys(wordsBeside(attributes, channels)),
    window,
    features,
    network,
    novelty,
    rules: ruleSettings(rules),
    alert,
    series,
    scores: emit.scores === 'all',
  };
}

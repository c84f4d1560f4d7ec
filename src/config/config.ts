import { z } from 'zod';
import { kafkaOptions } from '../kafka/options.ts';
import { registryOptions } from '../registry/options.ts';
import { configChecks } from './config-checks.ts';
import { name } from './names.ts';
import { embeddedState, logOptions, serverOptions } from './process.ts';
import { sinkOptions } from './sink.ts';
import { streamOptions } from './stream.ts';

/** A whole configuration: the check, the defaults, the JSON Schema and the reference are all made of this. */
export const configOptions = z
  .strictObject({
    group: name.default('surprisal').describe('Name of the whole, under which its state and its topics are known.'),
    state: embeddedState.prefault({}).describe('What is kept between two runs.'),
    kafka: kafkaOptions.optional().describe('The brokers, where streams come from Kafka: all of them then.'),
    schema_registry: registryOptions
      .optional()
      .describe('Where the schemas are that records name, with `decode.format: avro` and `json_schema`.'),
    server: serverOptions.prefault({}).describe('The HTTP server: probes, metrics, and the API.'),
    log: logOptions.prefault({}).describe('What the program says of itself, on standard error.'),
    streams: z
      .record(name, streamOptions)
      .refine((streams) => Object.keys(streams).length > 0, 'a configuration needs at least one stream')
      .describe('Inputs by name, each with a model of its own.'),
    sinks: z
      .record(name, sinkOptions)
      .prefault({ console: { kind: 'console', outputs: ['alert'] } })
      .describe('Where alerts and scores go, by name.'),
  })
  .superRefine(configChecks);

/** A configuration that was checked; durations are milliseconds. */
export type Config = z.output<typeof configOptions>;

import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { detectorOptions } from '../config/stream.ts';
import { type Decoder, decoder } from '../decode/decoder.ts';
import { type DecodeOptions, namesSchemas } from '../decode/options.ts';
import { Failure } from '../errors/failure.ts';
import { durationMs } from '../event/duration.ts';
import type { SourceRecord } from '../event/record.ts';
import type { TopicStream } from '../kafka/needed-topics.ts';
import type { KafkaOptions } from '../kafka/options.ts';
import { hasRecords, openProducer, type TrialProducer } from '../kafka/producer.ts';
import { groupOf, mappingOf } from '../service/wiring.ts';
import { file } from '../source/file.ts';
import { simulate } from '../source/simulate.ts';
import type { Source } from '../source/source.ts';
import { parseFlag } from './flag.ts';

const BATCH = 1_000;

const flags = z.object({
  config: z.string(),
  file: z.string().optional(),
  world: z.string().optional(),
  option: z.array(z.string()).default([]),
  history: durationMs.optional(),
});

type Flags = z.output<typeof flags>;

/**
 * `surprisal produce -c FILE [STREAM…]`: feeds simulated records, or those of a file, to the topics of a configuration.
 */
export function produceCommand(): Command {
  return new Command('produce')
    .summary('feed a simulator or a file to Kafka')
    .description(
      'Writes to the topics of a configuration, so that it can be tried: each stream from the simulated world of its name, or one from --world or --file. Ctrl-C ends it.',
    )
    .argument('[streams...]', 'streams of the configuration; all if absent')
    .requiredOption('-c, --config <file>', 'the configuration, YAML')
    .option('--world <name>', 'the simulated world, where it is not named as the stream is')
    .option('--file <path>', 'a file instead: JSON lines, or CSV with a header; gzip too')
    .option(
      '-o, --option <key=value>',
      'an option of the simulator, such as speed=600, max_records=1000, homes=8; as often as you like',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option(
      '--history <duration>',
      'writes so much of the past first, such as 14d, and then live; where the topic has records already, from now on',
    )
    .action(async (streams: readonly string[], given: unknown) => produce(streams, parsedFlags(given)));
}

function parsedFlags(given: unknown): Flags {
  const { data, error } = flags.safeParse(given);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new Failure('cli/bad-flag', issue.message, { where: `--${String(issue.path[0])}` });
  }
  if (data.history === undefined || data.file === undefined) return data;
  throw new Failure('cli/bad-flag', 'a file has a history of its own', { where: '--history' });
}

async function produce(names: readonly string[], given: Flags): Promise<void> {
  const config = loadConfig(given.config, process.env);
  const group = groupOf(config);
  if (group === undefined) {
    throw new Failure('config/invalid', 'no stream of the configuration reads from Kafka', { where: given.config });
  }
  const begin = given.history === undefined ? undefined : beginning(group.kafka, given.history);
  const feeds = await feedsOf(chosen(group.streams, names), config, { ...given, begin });
  const stop = new AbortController();
  const end = () => stop.abort();
  process.on('SIGINT', end).on('SIGTERM', end);
  const producer = await openProducer(group.kafka);
  try {
    await Promise.all(feeds.map((feed) => pump(producer, feed, stop.signal)));
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    await producer.close();
  }
}

function chosen(streams: readonly TopicStream[], names: readonly string[]): readonly TopicStream[] {
  if (names.length === 0) return streams;
  return names.map((name) => {
    const found = streams.find(({ stream }) => stream === name);
    if (found === undefined)
      throw new Failure('cli/bad-flag', `no stream from Kafka is named ${name}`, { where: name });
    return found;
  });
}

/** Options of the simulator that say when it begins. @throws Failure kafka/* */
type Begin = (topic: string) => Promise<Readonly<Record<string, unknown>>>;

/**
 * A topic that has records has had its past: more of it would be late. Nor is its detector new, so faults may come at
 * once.
 */
function beginning(kafka: KafkaOptions, historyMs: number): Begin {
  const nowMs = Date.now();
  return async (topic) => {
    const continues = await hasRecords(kafka, topic);
    const start = new Date(continues ? nowMs : nowMs - historyMs).toISOString();
    return { start, live: true, ...(continues ? { calm: '0s' } : {}) };
  };
}

interface Feed {
  readonly stream: string;
  readonly topic: string;
  readonly source: Source;
  readonly read: Decoder;
}

interface Chosen extends Flags {
  readonly begin: Begin | undefined;
}

async function feedsOf(topics: readonly TopicStream[], config: Config, given: Chosen): Promise<readonly Feed[]> {
  if (topics.length > 1 && (given.file !== undefined || given.world !== undefined)) {
    throw new Failure('cli/bad-flag', 'name the one stream that it is for', {
      where: given.file ? '--file' : '--world',
    });
  }
  const feeds: Feed[] = [];
  for (const { stream, source: from } of topics) {
    const options = config.streams[stream];
    const decode = mappingOf(options);
    refuseSchemas(stream, decode);
    const source = await opened({ stream, topic: from.topic }, decode, given);
    const columns = await source.columns?.();
    const read = decoder(decode, detectorOptions(stream, options).channels, columns);
    feeds.push({ stream, topic: from.topic, source, read });
  }
  return feeds;
}

function refuseSchemas(stream: string, decode: DecodeOptions): void {
  if (!namesSchemas(decode)) return;
  throw new Failure('cli/bad-flag', `its records are ${decode.format}, which this does not write`, { where: stream });
}

async function opened(
  { stream, topic }: Pick<Feed, 'stream' | 'topic'>,
  decode: DecodeOptions,
  { file: path, world, option, begin }: Chosen,
): Promise<Source> {
  if (path !== undefined) {
    const framing = decode.format === 'csv' ? { framing: 'csv', delimiter: decode.delimiter } : {};
    return await file.open(file.config.parse({ kind: 'file', path, ...framing }));
  }
  const options = { kind: 'simulate', world: world ?? stream, ...Object.fromEntries(option.map(keyAndValue)) };
  const parsed = simulate.config.safeParse(options);
  if (parsed.success && begin === undefined) return await simulate.open(parsed.data);
  if (parsed.success) return await simulate.open(simulate.config.parse({ ...options, ...(await begin?.(topic)) }));
  const [issue] = parsed.error.issues;
  const where = issue.path[0] === 'world' ? '--world' : `--option ${String(issue.path[0])}`;
  throw new Failure('cli/bad-flag', issue.message, { where });
}

function keyAndValue(text: string): readonly [string, unknown] {
  const [key = '', ...rest] = text.split('=');
  const value = rest.join('=');
  return [key, parseFlag(`--option ${key}`, z.union([z.boolean(), z.number(), z.string()]), value)];
}

/** The series of a record is its key, so that each keeps to one partition. */
async function pump(
  producer: TrialProducer,
  { stream, topic, source, read }: Feed,
  signal: AbortSignal,
): Promise<void> {
  let count = 0;
  for await (const records of source.read(0, signal)) {
    for (let from = 0; from < records.length; from += BATCH) {
      const batch = records.slice(from, from + BATCH);
      await producer.write(
        topic,
        batch.map((record) => ({ key: keyOf(record, read), value: record.value })),
      );
      count += batch.length;
    }
  }
  await source.close();
  process.stderr.write(`${stream}: ${count} records written to ${topic}\n`);
}

/** What cannot be decoded is written all the same, for dead letters want to be tried too. */
function keyOf(record: SourceRecord, read: Decoder): string | null {
  try {
    return read.decode(record).series;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

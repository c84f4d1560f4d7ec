import type { Config } from '../config/config.ts';
import { isKafkaSource } from '../config/source.ts';
import { detectorOptions, type StreamConfig } from '../config/stream.ts';
import { decoder } from '../decode/decoder.ts';
import { namesSchemas } from '../decode/options.ts';
import { Failure } from '../errors/failure.ts';
import { mappingOf } from '../service/wiring.ts';
import { file } from '../source/file.ts';
import { isUsualBudget, usedBudget } from './budget-text.ts';
import type { ReplayJob } from './replay-job.ts';
import { sorted } from './sorted.ts';

/** A stream of a configuration, by its name. */
export interface NamedStream {
  readonly name: string;
  readonly stream: StreamConfig;
}

/** The stream that is named, or the only one. @throws Failure cli/bad-flag */
export function streamNamed({ streams }: Config, name: string | undefined): NamedStream {
  const names = Object.keys(streams);
  const found = name ?? (names.length === 1 ? names[0] : undefined);
  if (found !== undefined && names.includes(found)) return { name: found, stream: streams[found] };
  const what = name === undefined ? 'the configuration has several streams' : `there is no stream ${name}`;
  throw new Failure('cli/bad-flag', `${what}; name one of: ${names.join(', ')}`, { where: '--stream' });
}

/**
 * A file through the configuration of a stream, but for its source. @throws Failure cli/bad-flag where its records
 * cannot be in a file
 */
export async function streamJob(path: string, { name, stream }: NamedStream, sort: boolean): Promise<ReplayJob> {
  const { decode } = stream;
  refuseUnfiled(name, stream);
  const options = detectorOptions(name, stream);
  const source = await file.open(fileOptions(path, stream));
  return {
    options,
    source: sort ? sorted(source, decode) : source,
    values: options.channels.map(({ name: channel }) => channel).join(', '),
    hint: '',
    budget: usedBudget(options.alert.budget, isUsualBudget(options.alert.budget)),
    guessed: '',
    timeless: false,
    decoder: (columns) => decoder(mappingOf(stream), options.channels, columns),
    prepared: (batch) => batch,
  };
}

/** @throws Failure cli/bad-flag where a state folder can have no state of the stream */
export function refuseUnstored({ name, stream }: NamedStream): void {
  if (!isKafkaSource(stream.source)) return;
  const message =
    `${name} reads from Kafka: its state is in a changelog topic, and storing into that is not possible yet. ` +
    'Produce the history to its topic before the group starts, or leave out --into to score it only';
  throw new Failure('cli/bad-flag', message, { where: '--into' });
}

/** As the stream reads its own file; else by the format of its records. */
function fileOptions(path: string, { source, decode }: StreamConfig) {
  const own = file.config.safeParse(source);
  if (own.success) return { ...own.data, path, follow: false };
  const framing = decode.format === 'csv' ? 'csv' : 'lines';
  const header = decode.columns === undefined;
  return file.config.parse({ kind: 'file', path, framing, header, delimiter: decode.delimiter });
}

function refuseUnfiled(name: string, { decode }: StreamConfig): void {
  const why = namesSchemas(decode)
    ? `its records are \`${decode.format}\`, which name schemas of a registry`
    : decode.time.format === 'record'
      ? 'its event time is when a record was written, which a file does not say'
      : undefined;
  if (why === undefined) return;
  throw new Failure('cli/bad-flag', `${name} cannot be replayed from a file: ${why}`, { where: '--stream' });
}

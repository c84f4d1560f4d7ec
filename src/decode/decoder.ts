import type { Channel } from '../event/channel.ts';
import type { Observation } from '../event/observation.ts';
import type { SourceRecord } from '../event/record.ts';
import type { EpochMs } from '../event/time.ts';
import { Ascii, isAscii } from './ascii.ts';
import { attributeReader } from './attribute.ts';
import type { Fields, Reader } from './format.ts';
import { formats } from './formats.ts';
import { JoinedTime } from './joined-time.ts';
import { jointKeyReader, keyReader } from './key.ts';
import { MissingCells, type MissingValues } from './missing.ts';
import type { Mapping } from './options.ts';
import { type Schemas, writtenBy } from './schema.ts';
import { decodeText } from './text.ts';
import { timeReader } from './time.ts';
import { valueReader } from './value.ts';

/** Bytes → observation, by the mapping of a stream. */
export interface Decoder {
  /**
   * A record is refused only where its key, its time or the whole of it cannot be read: a value that cannot be used is
   * missing. One whose channels are all missing is still an observation. O(bytes). The message names the field and the
   * text that is wrong; the caller says where. Nothing is kept of a record that failed.
   * @throws Failure decode/*, and nothing else whatever the bytes
   */
  decode(record: SourceRecord): Observation;
  /** The values that were missing since last asked, by channel and reason. */
  takeMissing(): readonly MissingValues[];
  /**
   * Continues where another stopped. `lastTime`: the newest event time of a series that was read, undefined where there
   * is none: in the hour that daylight saving repeats, the next time depends on it.
   */
  continueFrom(lastTime: (series: string) => EpochMs | undefined): void;
}

/**
 * Compiles a mapping. `columns` [C]: the header of the CSV, where there is one; see `splitRow`. Without it the names in
 * the options hold.
 * `schemas`: where there is a schema registry; a record's schemas are fetched before it is decoded.
 * @throws Failure config/invalid where mapping, channels and columns do not fit
 */
export function decoder(
  options: Mapping,
  channels: readonly Channel[],
  columns?: readonly string[],
  schemas?: Schemas,
): Decoder {
  const { key, time, decimal, thousands, missing, attributes = {} } = options;
  const read = openReader(options, channels, columns, schemas);
  const readName = nameReader(options, schemas);
  const times = timeReader(time, decimal);
  const cells = new MissingCells(channels);
  const rest = { takeMissing: () => cells.take(), continueFrom: times.continueFrom };
  const readValues = channels.map((channel, at) => valueReader(channel, at, { decimal, thousands, missing, cells }));
  const readAttributes = Object.keys(attributes).map(attributeReader);
  const keyParts = Array.isArray(key) ? key.length : 0;
  const firstAttribute = keyParts + timeParts(time).length;
  const joined = firstAttribute > keyParts ? new JoinedTime() : undefined;
  const fields: Fields = { key: undefined, time: undefined, channels: channels.map(() => undefined), texts: [] };
  const observed = (record: SourceRecord): Observation => {
    read(record, fields);
    const name = readName(record, fields);
    if (joined !== undefined) fields.time = joined.join(fields.texts, keyParts, firstAttribute);
    const timeMs = times.read(fields.time, record, name);
    const values = new Float64Array(readValues.length);
    for (let channel = 0; channel < values.length; channel++) {
      values[channel] = readValues[channel](fields.channels[channel]);
    }
    return { series: name, timeMs, values };
  };
  if (readAttributes.length === 0) return { decode: observed, ...rest };
  return {
    ...rest,
    decode(record) {
      const { series, timeMs, values } = observed(record);
      const found = readAttributes.map((readAttribute, at) => readAttribute(fields.texts[firstAttribute + at]));
      return { series, timeMs, values, attributes: found };
    },
  };
}

/** The name of a record's series, from the fields that were read. */
function nameReader(
  { key, series }: Mapping,
  schemas: Schemas | undefined,
): (record: SourceRecord, fields: Fields) => string {
  if (key === undefined) return () => series;
  if (Array.isArray(key)) {
    const readParts = jointKeyReader(key);
    return (_, { texts }) => readParts(texts);
  }
  const readKey = keyReader(key);
  return key === 'record' ? (record) => readKey(recordKey(record, schemas)) : (_, fields) => readKey(fields.key);
}

/** A key that a schema wrote begins with a byte that no text begins with. */
function recordKey(record: SourceRecord, schemas: Schemas | undefined): unknown {
  const written = schemas === undefined ? undefined : writtenBy(record, 'key');
  if (schemas !== undefined && written !== undefined) return schemas.get(written.id).read(written.payload);
  if (record.key === undefined) return undefined;
  return record.key.length > 0 && isAscii(record.key) ? new Ascii(record.key) : decodeText(record.key);
}

/** Whether the source has only counted its columns. */
function isNumbered(columns: readonly string[] | undefined): boolean {
  return columns?.every((name, at) => name === String(at + 1)) ?? false;
}

/** The fields that make one time together; none where it is one field. */
function timeParts({ at, format }: Mapping['time']): readonly string[] {
  return Array.isArray(at) && format !== 'record' ? at : [];
}

function openReader(
  options: Mapping,
  channels: readonly Channel[],
  columns?: readonly string[],
  schemas?: Schemas,
): Reader {
  const { format: kind, key, time, delimiter, attributes = {} } = options;
  const format = formats.find((candidate) => candidate.kind === kind);
  if (format === undefined) throw new Error(`no format ${kind}`);
  return format.open({
    key: key === 'record' || Array.isArray(key) ? undefined : key,
    time: time.format === 'record' || Array.isArray(time.at) ? undefined : time.at,
    channels: channels.map(({ at, name }) => at ?? name),
    texts: [...(Array.isArray(key) ? key : []), ...timeParts(time), ...Object.values(attributes)],
    columns: isNumbered(columns) ? (options.columns ?? columns) : (columns ?? options.columns),
    delimiter,
    schemas,
  });
}

import type { ChannelScore, ScoreOutput } from '../event/output.ts';
import { ByteWriter } from './byte-writer.ts';
import { framedHeaders } from './record-batch.ts';

/** What a score is in its topic: docs/outputs.md has the contracts. */
export type ScoreFormat = 'json' | 'avro' | 'cloudevents';

/** The type of a score's record in its compact formats, a header's value. */
export const SCORE_TYPE = 'surprisal.score.v2';
/** The content type of an Avro record. */
export const AVRO_TYPE = 'application/avro';
/** Marker and fingerprint (CRC-64-AVRO, little-endian) of `schemas/score.avsc`: Avro 1.11, "Single-object encoding". */
export const AVRO_HEAD = Uint8Array.of(0xc3, 0x01, 0xb2, 0x34, 0x7e, 0xdf, 0x2a, 0xb4, 0x35, 0xce);

const JSON_HEADERS = framedHeaders([
  ['type', SCORE_TYPE],
  ['content-type', 'application/json'],
]);
const AVRO_HEADERS = framedHeaders([
  ['type', SCORE_TYPE],
  ['content-type', AVRO_TYPE],
]);
/** Digits of the band: float32's, counted from its width, in whose scale the network computes. */
const BAND_DIGITS = 7;
/**
 * A number takes at most 25 bytes, a text six for each UTF-16 unit as JSON; the names of the fields are below it too.
 */
const ROW_BYTES = 300;
const CHANNEL_BYTES = 300;
const TEXT_FACTOR = 6;

/** Key, value and headers of a record, ready to be written. */
export interface ScoreRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly headerBytes: Uint8Array;
}

/**
 * Encodes the scores of one task: what is the same in each is encoded once, and each in one pass into a shared chunk.
 * O(bytes).
 */
export class ScoreRecords {
  readonly #writer = new ByteWriter();
  readonly #isAvro: boolean;
  /** By text: names of channels, and the stream's, each with what is around it. */
  readonly #constants = new Map<string, Uint8Array>();

  constructor(format: 'json' | 'avro') {
    this.#isAvro = format === 'avro';
  }

  encode(score: ScoreOutput): ScoreRecord {
    const { series, stream, alert, channels } = score;
    let room = ROW_BYTES + channels.length * CHANNEL_BYTES;
    room += TEXT_FACTOR * (series.length * 2 + stream.length + alert.length);
    for (const { channel } of channels) room += TEXT_FACTOR * channel.length;
    const writer = this.#writer;
    writer.reserve(room);
    writer.utf8(series);
    const key = writer.take();
    if (this.#isAvro) this.#avro(score, key);
    else this.#json(score);
    return { key, value: writer.take(), headerBytes: this.#isAvro ? AVRO_HEADERS : JSON_HEADERS };
  }

  #json(score: ScoreOutput): void {
    const writer = this.#writer;
    writer.raw(this.#constant(score.stream, (name) => `{"kind":"score","stream":${JSON.stringify(name)},"series":`));
    writer.jsonText(score.series);
    writer.raw(TIME);
    writer.exact(score.timeMs);
    writer.raw(CHANNELS);
    for (let i = 0; i < score.channels.length; i++) this.#jsonChannel(score.channels[i], i > 0);
    writer.raw(BITS_OF_ROW);
    writer.significant(score.bits);
    writer.raw(P_VALUE);
    writer.significant(score.pValue);
    writer.raw(SCORE);
    writer.significant(score.score);
    writer.raw(LEAD);
    writer.exact(score.lead);
    writer.raw(ALERT);
    writer.jsonText(score.alert);
    writer.raw(score.warming ? WARMING : WARM);
  }

  #jsonChannel({ channel, value, expected, lower, upper, bits, attribution }: ChannelScore, follows: boolean): void {
    const writer = this.#writer;
    if (follows) writer.byte(COMMA);
    writer.raw(this.#constant(`,${channel}`, () => `{"channel":${JSON.stringify(channel)},"value":`));
    writer.exact(value);
    const width = lower === null || upper === null ? 0 : upper - lower;
    const decimals = width > 0 ? Math.max(0, BAND_DIGITS - Math.floor(Math.log10(width))) : -1;
    writer.raw(EXPECTED);
    writer.decimals(expected, decimals);
    writer.raw(LOWER);
    writer.decimals(lower, decimals);
    writer.raw(UPPER);
    writer.decimals(upper, decimals);
    writer.raw(BITS);
    writer.significant(bits);
    writer.raw(ATTRIBUTION);
    writer.significant(attribution);
    writer.byte(CLOSE);
  }

  /** The fields in the order of `schemas/score.avsc`. */
  #avro(score: ScoreOutput, key: Uint8Array): void {
    const writer = this.#writer;
    const { stream, channels } = score;
    writer.raw(AVRO_HEAD);
    writer.raw(this.#constant(stream, (name) => avroText(name)));
    writer.long(key.length);
    writer.raw(key);
    writer.long(Math.round(score.timeMs * 1_000));
    if (channels.length > 0) writer.long(channels.length);
    for (let i = 0; i < channels.length; i++) this.#avroChannel(channels[i]);
    writer.byte(0);
    writer.float(score.bits);
    writer.double(score.pValue);
    writer.double(score.score);
    writer.long(score.lead);
    writer.long(score.alert.length);
    writer.utf8(score.alert);
    writer.byte(score.warming ? 1 : 0);
  }

  #avroChannel({ channel, value, expected, lower, upper, bits, attribution }: ChannelScore): void {
    const writer = this.#writer;
    writer.raw(this.#constant(`,${channel}`, () => avroText(channel)));
    this.#optional(value);
    this.#optional(expected);
    this.#optional(lower);
    this.#optional(upper);
    writer.float(bits);
    writer.float(attribution);
  }

  /** A union of null and double: the branch, and what it holds. */
  #optional(value: number | null): void {
    this.#writer.byte(value === null ? 0 : 2);
    if (value !== null) this.#writer.double(value);
  }

  #constant(name: string, make: (name: string) => string | Uint8Array): Uint8Array {
    let bytes = this.#constants.get(name);
    if (bytes === undefined) {
      bytes = Buffer.from(make(name));
      this.#constants.set(name, bytes);
    }
    return bytes;
  }
}

function avroText(text: string): Uint8Array {
  const writer = new ByteWriter();
  writer.reserve(8 + TEXT_FACTOR * text.length);
  writer.long(Buffer.byteLength(text));
  writer.utf8(text);
  return writer.take();
}

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const COMMA = 0x2c;
const CLOSE = 0x7d;
const TIME = ascii(',"timeMs":');
const CHANNELS = ascii(',"channels":[');
const EXPECTED = ascii(',"expected":');
const LOWER = ascii(',"lower":');
const UPPER = ascii(',"upper":');
const BITS = ascii(',"bits":');
const ATTRIBUTION = ascii(',"attribution":');
const BITS_OF_ROW = ascii('],"bits":');
const P_VALUE = ascii(',"pValue":');
const SCORE = ascii(',"score":');
const LEAD = ascii(',"lead":');
const ALERT = ascii(',"alert":');
const WARMING = ascii(',"warming":true}');
const WARM = ascii(',"warming":false}');

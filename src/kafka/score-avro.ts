import { Failure } from '../errors/failure.ts';
import type { ChannelScore, ScoreOutput } from '../event/output.ts';
import { AVRO_HEAD } from './score-records.ts';

/**
 * A score out of its Avro record, in single-object encoding.
 * @throws Failure decode/syntax where it is of another schema; RangeError where it is cut
 */
export function avroScore(bytes: Buffer): ScoreOutput {
  if (!bytes.subarray(0, AVRO_HEAD.length).equals(AVRO_HEAD)) {
    throw new Failure('decode/syntax', 'its schema is not that of a score of ours');
  }
  const reader = new AvroReader(bytes, AVRO_HEAD.length);
  const stream = reader.text();
  const series = reader.text();
  const timeMs = reader.long() / 1_000;
  const channels: ChannelScore[] = [];
  for (let block = reader.long(); block !== 0; block = reader.long()) {
    for (let i = 0; i < block; i++) channels.push(channelScore(reader));
  }
  const [bits, pValue, score] = [reader.float(), reader.double(), reader.double()];
  const [lead, alert, warming] = [reader.long(), reader.text(), reader.long() !== 0];
  return { kind: 'score', stream, series, timeMs, channels, bits, pValue, score, lead, alert, warming };
}

function channelScore(reader: AvroReader): ChannelScore {
  return {
    channel: reader.text(),
    value: reader.optional(),
    expected: reader.optional(),
    lower: reader.optional(),
    upper: reader.optional(),
    bits: reader.float(),
    attribution: reader.float(),
  };
}

class AvroReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  long(): number {
    let byte = this.#bytes.readUInt8(this.#at++);
    const isNegative = (byte & 1) === 1;
    let size = (byte & 0x7f) >> 1;
    for (let factor = 0x40; byte >= 0x80; factor *= 0x80) {
      byte = this.#bytes.readUInt8(this.#at++);
      size += (byte & 0x7f) * factor;
    }
    return isNegative ? -size - 1 : size;
  }

  double(): number {
    this.#at += 8;
    return this.#bytes.readDoubleLE(this.#at - 8);
  }

  float(): number {
    this.#at += 4;
    return this.#bytes.readFloatLE(this.#at - 4);
  }

  text(): string {
    const length = this.long();
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }

  optional(): number | null {
    return this.long() === 0 ? null : this.double();
  }
}

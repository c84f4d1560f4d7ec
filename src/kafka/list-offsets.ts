import kafkajs from 'kafkajs';
import type { Broker } from './broker.ts';
import { ByteReader } from './byte-reader.ts';
import { brokerError, send } from './request.ts';

const LIST_OFFSETS = { apiKey: 2, apiVersion: 4, apiName: 'ListOffsets' };
const READ_COMMITTED = 1;
const CONSUMER = -1;

/** The first offset that is there, or the one after the last that is committed. */
export const OFFSETS = { earliest: -2n, latest: -1n } as const;

/** A partition whose offset is asked for, from its leader by this epoch; −1 = not known. */
export interface OffsetQuestion {
  readonly topic: string;
  readonly partition: number;
  readonly leaderEpoch: number;
}

/**
 * One request, version 4, for all of them: the offsets, in the order asked. @throws what kafkajs throws of a broker's
 * error
 */
export async function listOffsets(
  broker: Broker,
  asked: readonly OffsetQuestion[],
  which: keyof typeof OFFSETS,
): Promise<readonly number[]> {
  const answers = await send(broker, LIST_OFFSETS, { body: requestBody(asked, OFFSETS[which]), parse: answerOf });
  const found = new Map(answers.map((answer) => [`${answer.topic}/${answer.partition}`, answer]));
  return asked.map(({ topic, partition }) => {
    const answer = found.get(`${topic}/${partition}`);
    if (answer === undefined) throw new kafkajs.KafkaJSNonRetriableError(`no offset of ${topic}/${partition}`);
    if (answer.error !== 0) throw brokerError(answer.error);
    return answer.offset;
  });
}

/** A topic of its own for each partition: it may come several times. */
function requestBody(asked: readonly OffsetQuestion[], time: bigint): Buffer {
  const head = Buffer.alloc(9);
  head.writeInt8(READ_COMMITTED, head.writeInt32BE(CONSUMER, 0));
  head.writeInt32BE(asked.length, 5);
  const pieces = asked.map(({ topic, partition, leaderEpoch }) => {
    const name = Buffer.from(topic);
    const body = Buffer.alloc(22 + name.length);
    let at = body.writeInt16BE(name.length, 0);
    at += name.copy(body, at);
    at = body.writeInt32BE(1, at);
    at = body.writeInt32BE(partition, at);
    at = body.writeInt32BE(leaderEpoch, at);
    body.writeBigInt64BE(time, at);
    return body;
  });
  return Buffer.concat([head, ...pieces]);
}

function answerOf(bytes: Buffer) {
  const reader = new ByteReader(bytes);
  // How long a quota made it wait.
  reader.int32();
  const topics = reader.array(() => {
    const topic = reader.nullableString() ?? '';
    return reader.array(() => {
      const [partition, error] = [reader.int32(), reader.int16()];
      // The time of that record.
      reader.int64();
      const offset = reader.offset();
      reader.int32();
      return { topic, partition, error, offset };
    });
  });
  return topics.flat();
}

import kafkajs from 'kafkajs';
import type { Broker } from './broker.ts';
import { ByteReader } from './byte-reader.ts';
import type { AbortedTransaction } from './committed.ts';
import { brokerError, send } from './request.ts';

const FETCH = { apiKey: 1, apiVersion: 11, apiName: 'Fetch' };
const READ_COMMITTED = 1;
const READ_UNCOMMITTED = 0;
const CONSUMER = -1;
const NO_SESSION = { id: 0, epoch: -1 };

/** What is asked of the leader of one partition. */
export interface PartitionFetch {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  /** A leader that knows an older one refuses: it is none any more (KIP-320). −1 = not known. */
  readonly leaderEpoch: number;
  readonly maxBytes: number;
  readonly maxWaitMs: number;
  /** Whether what is not committed comes too. */
  readonly isUncommitted?: boolean | undefined;
}

/** The answer, its records as the broker stores them. */
export interface FetchAnswer {
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly records: Buffer;
}

/** One request, version 11. @throws what kafkajs throws of a broker's error */
export async function fetchPartition(broker: Broker, asked: PartitionFetch): Promise<FetchAnswer> {
  const answer = await send(broker, FETCH, { body: requestBody(asked), parse: answerOf });
  if (answer.error !== 0) throw brokerError(answer.error);
  return answer;
}

function requestBody(asked: PartitionFetch): Buffer {
  const { topic, partition, from, leaderEpoch, maxBytes, maxWaitMs, isUncommitted = false } = asked;
  const name = Buffer.from(topic);
  const body = Buffer.alloc(71 + name.length);
  let at = body.writeInt32BE(CONSUMER, 0);
  at = body.writeInt32BE(maxWaitMs, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt32BE(maxBytes, at);
  at = body.writeInt8(isUncommitted ? READ_UNCOMMITTED : READ_COMMITTED, at);
  at = body.writeInt32BE(NO_SESSION.id, at);
  at = body.writeInt32BE(NO_SESSION.epoch, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(name.length, at);
  at += name.copy(body, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt32BE(partition, at);
  at = body.writeInt32BE(leaderEpoch, at);
  at = body.writeBigInt64BE(BigInt(from), at);
  at = body.writeBigInt64BE(-1n, at);
  at = body.writeInt32BE(maxBytes, at);
  // No topics to forget, and no rack.
  at = body.writeInt32BE(0, at);
  body.writeInt16BE(0, at);
  return body;
}

function answerOf(bytes: Buffer): FetchAnswer & { readonly error: number } {
  const reader = new ByteReader(bytes);
  // How long a quota made it wait.
  reader.int32();
  const failed = reader.int16();
  reader.int32();
  if (failed !== 0) throw brokerError(failed);
  if (reader.int32() !== 1) throw new kafkajs.KafkaJSNonRetriableError('a fetch was answered for other topics');
  reader.nullableString();
  if (reader.int32() !== 1) throw new kafkajs.KafkaJSNonRetriableError('a fetch was answered for other partitions');
  reader.int32();
  const error = reader.int16();
  const [highWatermark, lastStableOffset, logStartOffset] = [reader.offset(), reader.offset(), reader.offset()];
  const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.offset() }));
  // A replica nearer to us.
  reader.int32();
  const records = reader.take(Math.max(0, reader.int32()));
  return { error, highWatermark, lastStableOffset, logStartOffset, aborted, records };
}

import { crc32c } from '@node-rs/crc32';
import { Failure } from '../../../src/errors/failure.ts';
import { compressBatch, type Outgoing, recordBatch } from '../../../src/kafka/record-batch.ts';
import { storedBatches } from '../../../src/kafka/stored-batch.ts';
import type { FuzzKind } from '../campaign.ts';
import { anyOf, spoiledBytes } from '../spoil.ts';

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
const [LENGTH_AT, CRC_AT, SUMMED_FROM, HEADER_BYTES] = [8, 17, 21, 61];

/** Batches of records as brokers store them, spoiled, half of them with a checksum that fits: read, or a Failure. */
export const batches: FuzzKind = {
  kind: 'batches',
  open: async () => {
    const author = { producerId: 7n, producerEpoch: 3, sequence: 11, timestampMs: 1.7e12 };
    const plain = [1, 40].map((count) =>
      recordBatch(
        Array.from({ length: count }, (_, n) => outgoing(n)),
        author,
      ),
    );
    const packed = await Promise.all(plain.flatMap((each) => CODECS.map((codec) => compressBatch(each, codec))));
    const whole = [...plain, ...packed, Buffer.concat([plain[0], recordBatch([], author), plain[1]])];
    return {
      attempt: async (random) => {
        const spoiled = spoiledBytes(random, anyOf(random, whole));
        if (random.next() < 0.7) fitted(spoiled);
        try {
          await storedBatches(spoiled, 't/0');
        } catch (error) {
          if (error instanceof Failure && error.code === 'kafka/corrupt') return;
          throw new Error(`base64 ${spoiled.toString('base64')}`, { cause: error });
        }
      },
    };
  },
};

const outgoing = (n: number): Outgoing => ({
  topic: 't',
  partition: 0,
  key: n % 3 === 0 ? null : Buffer.from(`série-${n}`),
  value: n % 5 === 0 ? null : Buffer.from('x'.repeat(n)),
  headers: [
    ['__proto__', Buffer.from('a')],
    ['n', n % 4 === 0 ? null : Buffer.from(String(n))],
  ],
});

/** Gives the first batch the length and the checksum that its bytes have now, so that what is inside is read. */
function fitted(bytes: Buffer): void {
  if (bytes.length < HEADER_BYTES) return;
  bytes.writeInt32BE(bytes.length - LENGTH_AT - 4, LENGTH_AT);
  bytes.writeUInt32BE(crc32c(bytes.subarray(SUMMED_FROM)), CRC_AT);
}

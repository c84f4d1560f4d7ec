import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { registerCodecs } from '../../src/kafka/compression.ts';
import { compressBatch, type Outgoing, recordBatch } from '../../src/kafka/record-batch.ts';

/** kafkajs' own reader of batches, which its types do not declare. */
const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder.js');
const readBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder.js');

const AUTHOR = { producerId: 7n, producerEpoch: 3, sequence: 11, timestampMs: 1_700_000_000_000 };
const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
const outgoing = (n: number): Outgoing => ({
  topic: 't',
  partition: 0,
  key: n % 3 === 0 ? null : `série-${n % 7}`,
  value: n % 5 === 0 ? null : Buffer.from(JSON.stringify({ n, value: Math.sin(n) })),
  headers: [['ce_id', String(n)]],
});
const records = Array.from({ length: 500 }, (_, n) => outgoing(n));

const read = async (bytes: Buffer): Promise<readonly unknown[]> => {
  const batch = await readBatch(new Decoder(bytes));
  expect(batch.inTransaction).toBe(true);
  return batch.records.map(({ key, value, headers }: Outgoing & { headers: { ce_id: Buffer } }) => [
    key === null ? null : String(key),
    value === null ? null : String(value),
    String(headers.ce_id),
  ]);
};
const expected = records.map(({ key, value }, n) => [key, value === null ? null : String(value), String(n)]);

test.each(['none', ...CODECS] as const)('a batch with %s is what another program reads', async (compression) => {
  registerCodecs();
  const plain = recordBatch(records, AUTHOR);
  const bytes = compression === 'none' ? plain : await compressBatch(plain, compression);
  expect(await read(bytes)).toEqual(expected);
  if (compression !== 'none') expect(bytes.length).toBeLessThan(plain.length);
});

test.each(CODECS)('a batch that %s would make larger stays as it is', async (compression) => {
  const plain = recordBatch([{ ...outgoing(1), key: null, value: 'x', headers: [] }], AUTHOR);
  expect(await compressBatch(plain, compression)).toBe(plain);
});

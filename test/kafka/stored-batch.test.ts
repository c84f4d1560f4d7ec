import { expect, test } from 'vitest';
import { type BatchAuthor, compressBatch, type Outgoing, recordBatch } from '../../src/kafka/record-batch.ts';
import { storedBatches } from '../../src/kafka/stored-batch.ts';

const AUTHOR: BatchAuthor = { producerId: 7n, producerEpoch: 3, sequence: 11, timestampMs: 1_700_000_000_000 };
const outgoing = (n: number): Outgoing => ({
  topic: 't',
  partition: 0,
  key: n % 3 === 0 ? null : Buffer.from(`série-${n}`),
  value: n % 5 === 0 ? null : Buffer.from('x'.repeat(n)),
  headers: [
    ['__proto__', Buffer.from('a')],
    ['n', Buffer.from(String(n))],
    ['n', Buffer.from('again')],
  ],
});
const records = Array.from({ length: 300 }, (_, n) => outgoing(n));
const batch = recordBatch(records, AUTHOR);

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
  'what is written with %s is read again, every header',
  async (codec) => {
    const bytes = codec === 'none' ? batch : await compressBatch(batch, codec);
    const [found] = await storedBatches(bytes, 't/0');
    expect(found).toMatchObject({ firstOffset: 0, lastOffset: 299, producerId: 7n, isTransactional: true });
    const read = found.records.map(({ key, value, headers }) => ({ key, value, headers }));
    expect(read).toEqual(records.map(({ key, value, headers }) => ({ key, value, headers })));
    expect(found.records[299]).toMatchObject({ offset: 299, timestampMs: AUTHOR.timestampMs });
  },
);

test('a batch that is cut off is left out, and one without records keeps its place', async () => {
  const empty = recordBatch([], AUTHOR);
  const both = Buffer.concat([batch, empty]);
  expect((await storedBatches(both, 't/0')).map(({ records: { length } }) => length)).toEqual([300, 0]);
  expect(await storedBatches(both.subarray(0, both.length - 1), 't/0')).toHaveLength(1);
});

test.each([
  ['a wrong byte', (bytes: Buffer) => bytes.writeUInt8(bytes[200] ^ 1, 200), 'its checksum is wrong'],
  ['an old format', (bytes: Buffer) => bytes.writeInt8(1, 16), 'it has format 1'],
])('%s is a named failure that says which offsets it takes', async (_, damage, words) => {
  const bytes = Buffer.from(batch);
  bytes.writeBigInt64BE(40n, 0);
  damage(bytes);
  await expect(storedBatches(bytes, 'meters/2')).rejects.toMatchObject({
    code: 'kafka/corrupt',
    where: 'meters/2@40',
    message: expect.stringContaining(`from offset 40 to 339 is damaged: ${words}`),
  });
});

test.each([
  ['a length below that of a header', -12],
  ['a negative length', -2_000_000_000],
])('%s is the same failure, and no endless loop', async (_, length) => {
  const bytes = Buffer.from(batch);
  bytes.writeInt32BE(length, 8);
  await expect(storedBatches(bytes, 'meters/2')).rejects.toMatchObject({
    code: 'kafka/corrupt',
    message: expect.stringContaining(`it says that it has ${12 + length} bytes`),
  });
});

test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
  'a batch in %s that holds more than it may is a named failure before it is in memory; another is read',
  async (codec) => {
    const zeros = Array.from({ length: 4 }, () => ({ ...outgoing(1), value: Buffer.alloc(5 << 20) }));
    const bytes = await compressBatch(recordBatch(zeros, AUTHOR), codec);
    expect(bytes.length).toBeLessThan(2 << 20);
    await expect(storedBatches(bytes, 'meters/2', 16 << 20)).rejects.toMatchObject({
      code: 'kafka/corrupt',
      message: expect.stringContaining('it has more than 16777216 bytes once it is decompressed'),
    });
    const [found] = await storedBatches(bytes, 'meters/2', 28 << 20);
    expect(found.records.map(({ value }) => value?.length)).toEqual([5 << 20, 5 << 20, 5 << 20, 5 << 20]);
  },
);

import { expect, test } from 'vitest';
import { decodeOptions } from '../../src/decode/options.ts';
import { channelOptions } from '../../src/event/channel.ts';
import { usable } from '../../src/pipeline/task/usable.ts';

const channels = [{ ...channelOptions.parse({}), name: 'value' }];
const check = usable(decodeOptions.parse({ key: 'id', time: { at: 'time' } }), channels);
const good = '{"id":"a","time":"2026-03-01T00:00:00Z","value":1}';
const push = (...records: readonly string[]) => check(records.map((text) => Buffer.from(text)));

test('one record that can be used is enough', async () => {
  await expect(push(good)).resolves.toBeUndefined();
  await expect(push('{}', '{"id":"a"}', good)).resolves.toBeUndefined();
});

test('where there is none, the first reasons are given', async () => {
  await expect(push('{"id":"a","time":"yesterday"}')).rejects.toThrow(
    'the record cannot be used: record 0: time time: "yesterday" is not an ISO 8601 time [decode/bad-time]',
  );
  await expect(push('{"id":"a"}', '{}', '{"id":"b"}', '{"id":"c"}')).rejects.toThrow(
    /^none of 4 records can be used: record 0: .* \[decode\/missing-field\]; record 1: .*; record 2: [^;]*$/,
  );
});

import { record } from './program.ts';

/** Good records of a series. */
export const ROWS = 60;

const good = (i: number) => Buffer.from(record(i));
/** A record of this time and value. */
export const timedAt = (time: string, value: string) => Buffer.from(`{"id":"a","time":"${time}","value":${value}}`);
const changed = (i: number, value: string) => Buffer.from(record(i).replace(/"value":\d+/, `"value":${value}`));

/** Bad records and the reason they are rejected for; they go before good record 30. */
export const bad: readonly (readonly [reason: string, bytes: Buffer])[] = [
  ['decode/syntax', good(30).subarray(0, 25)],
  ['decode/syntax', Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x7b, 0x22, 0xc3])],
  ['decode/wrong-type', Buffer.from('17')],
  ['decode/syntax', changed(30, 'none')],
  ['decode/bad-time', timedAt('0001-01-01T00:00:00Z', '1')],
  ['decode/bad-time', timedAt('9999-12-31T23:59:59Z', '1')],
  ['decode/bad-time', timedAt('yesterday', '1')],
  ['time-leap', timedAt('2150-01-01T00:00:00Z', '1')],
  ['late', good(10)],
  ['late', timedAt('1900-01-01T00:00:00Z', '1')],
  ['duplicate', good(29)],
  ['decode/bad-key', Buffer.from('{"id":"","time":"2023-11-14T22:43:20Z","value":1}')],
  ['decode/missing-field', Buffer.from('{"id":"a","value":1}')],
];

/** Cells without a value that can be used, in records that can. */
export const unusable: readonly Buffer[] = [
  '"warm"',
  '{}',
  'NaN',
  '"Infinity"',
  '1e999',
  '-1e999',
  '"unavailable"',
  'null',
].map((value, i) => changed(ROWS + i, value));

/** The good records, one a minute. */
export const goods = Array.from({ length: ROWS }, (_, i) => good(i));

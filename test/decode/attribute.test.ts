import { describe, expect, test } from 'vitest';
import { decoder } from '../../src/decode/decoder.ts';
import type { SchemaId } from '../../src/decode/schema.ts';
import { channel, failure, mapping, record } from './mapping.ts';

const attributes = { to: '/to', kind: '/kind' };
const time = '"time": "2024-01-02"';
const json = decoder({ ...mapping({}), attributes }, [channel('v')]);
const readJson = (members: string) => json.decode(record(`{${time}, ${members}}`)).attributes;

describe('attributes', () => {
  test('are text, in the order of the configuration, whatever the order in the record', () => {
    expect(readJson('"v": 1, "kind": "cash", "to": "shop-7"')).toEqual(['shop-7', 'cash']);
  });

  test('that are missing, null or empty are empty text', () => {
    expect(readJson('"kind": null')).toEqual(['', '']);
    expect(readJson('"kind": "", "to": "é"')).toEqual(['é', '']);
  });

  test('may be numbers and booleans, written as JSON writes them', () => {
    expect(readJson('"to": 5411, "kind": true')).toEqual(['5411', 'true']);
  });

  test('that are no text make the record wrong, and the message names the attribute', () => {
    expect(failure(() => readJson('"to": {"id": 1}'))).toBe(
      'decode/wrong-type: attribute to: an object is neither text nor a number',
    );
    expect(failure(() => readJson(`"to": "${'x'.repeat(513)}"`))).toMatch(
      /^decode\/wrong-type: attribute to: 513 characters where 512 are allowed/,
    );
  });

  test('are read alike by the short way and the long way, flat or nested', () => {
    const nested = decoder({ ...mapping({}), attributes: { to: '/to', kind: '/more/kind' } }, [channel('v')]);
    const text = `{${time}, "v": 1, "to": "shop", "kind": "cash", "more": {"kind": "cash"}}`;
    expect(nested.decode(record(text)).attributes).toEqual(json.decode(record(text)).attributes);
    expect(json.decode(record(text.replace('shop', 'sh\\u006fp'))).attributes).toEqual(['shop', 'cash']);
  });

  test('are columns of a CSV, quoted or not', () => {
    const options = { ...mapping({ format: 'csv' }), attributes: { to: 'to', kind: 'kind' } };
    const { decode } = decoder(options, [channel('v')], ['time', 'v', 'to', 'kind']);
    expect(decode(record('2024-01-02,1,shop,')).attributes).toEqual(['shop', '']);
    expect(decode(record('2024-01-02,1,"a, b",x')).attributes).toEqual(['a, b', 'x']);
    expect(failure(() => decoder(options, [channel('v')], ['time', 'v', 'to']))).toMatch(
      /^config\/invalid: no column "kind"/,
    );
  });

  test('are fields of what a registered schema reads', () => {
    const options = { ...mapping({ format: 'avro', time: { format: 'epoch_ms' } }), attributes };
    const read = (payload: Uint8Array) => ({ time: 5, v: 1, to: payload.subarray(0, 1), kind: 12n });
    const schemas = { get: (_: SchemaId) => ({ kind: 'avro' as const, read }) };
    const { decode } = decoder(options, [channel('v')], undefined, schemas);
    expect(decode(record(Uint8Array.of(0, 0, 0, 0, 1, 97))).attributes).toEqual(['a', '12']);
  });

  test('are absent where the stream has none, and refused where the record is one number', () => {
    expect(decoder(mapping({}), [channel('v')]).decode(record(`{${time}}`))).not.toHaveProperty('attributes');
    const number = mapping({ format: 'number', time: { format: 'record' } });
    expect(failure(() => decoder({ ...number, attributes }, [channel('v')]))).toMatch(/^config\/invalid: .*attributes/);
  });
});

describe('a key of several fields', () => {
  const { decode } = decoder(mapping({ key: ['/customer', '/shop'] }), [channel('v')]);
  const series = (customer: string, shop: string) =>
    decode(record(JSON.stringify({ time: '2024-01-02', customer, shop }))).series;

  test('is their names, joined', () => {
    expect(series('anna', 'shop-7')).toBe('anna|shop-7');
  });

  test('is another for other parts, even where a part holds the bar', () => {
    const names = [
      series('a|b', 'c'),
      series('a', 'b|c'),
      series('a\\', '|c'),
      series('a', '\\|c'),
      series('a\\|', 'c'),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  test('needs every one of them, and names the one that is missing', () => {
    const text = '{"time": "2024-01-02", "customer": "anna"}';
    expect(failure(() => decode(record(text)))).toBe('decode/missing-field: key /shop: there is none');
  });

  test('has at most 512 characters together', () => {
    expect(failure(() => series('x'.repeat(300), 'y'.repeat(300)))).toMatch(
      /^decode\/bad-key: key \/customer and \/shop: 601 characters together/,
    );
  });

  test('can be beside attributes', () => {
    const both = decoder({ ...mapping({ key: ['/customer', '/shop'] }), attributes: { shop: '/shop' } }, [
      channel('v'),
    ]);
    const text = '{"time": "2024-01-02", "customer": "anna", "shop": "s"}';
    expect(both.decode(record(text))).toMatchObject({ series: 'anna|s', attributes: ['s'] });
  });

  test('cannot hold the record’s own key', () => {
    expect(() => mapping({ key: ['record', '/shop'] })).toThrow(/its own key cannot be one of several/);
  });
});

import { expect, test } from 'vitest';
import { noveltyOptions } from '../../src/score/novelty.ts';
import { fingerprint } from '../bench/detection/fingerprint.ts';
import type { PartResult } from '../bench/detection/part.ts';
import { optionsOf } from '../bench/detection/product.ts';
import { mergedRows } from '../bench/detection/show/merge.ts';
import { headlineTable, markdown, tableOf } from '../bench/detection/show/table.ts';
import { cellText } from '../bench/detection/show/text.ts';
import { overridden } from '../bench/detection/variants.ts';

function result(value: number, hits: number): PartResult {
  return {
    rows: [{ name: 'row', cells: { number: value, share: { hits, of: 4 }, text: 'x' } }],
    headline: { number: value },
  };
}

test('over seeds numbers are averaged, what is not defined left out, and shares added up', () => {
  const [{ cells }] = mergedRows([result(1, 1), result(Number.NaN, 2), result(4, 0)]);
  expect(cells).toEqual({ number: 2.5, share: { hits: 3, of: 12 }, text: 'x' });
});

test('a table has a line for each contestant and row, and every column', () => {
  const table = tableOf([
    { contestant: 'a', rows: [{ name: 'x', cells: { one: 1 } }] },
    { contestant: 'b', rows: [{ name: 'x', cells: { two: { hits: 1, of: 2 } } }] },
  ]);
  expect(markdown(table).split('\n')).toEqual([
    '| contestant | row | one | two           |',
    '|------------|-----|-----|---------------|',
    '| a          | x   | 1   |               |',
    '| b          | x   |     | 0.50 (1 of 2) |',
  ]);
  expect(headlineTable([{ contestant: 'a', headline: { one: 0.0234 } }]).lines).toEqual([['a', '0.023']]);
});

test('a cell says what it is, and where nothing is defined, that', () => {
  expect(cellText({ value: 0.5, low: 0.25, high: 12.34 })).toBe('0.50 (0.25–12.3)');
  expect(cellText({ hits: 0, of: 0 })).toBe('–');
  expect(cellText(Number.NaN)).toBe('–');
  expect(cellText(0.00001)).toBe('1e-5');
});

test('a variant changes what it names, to any depth, and nothing else', () => {
  const stream = { config: { channels: { value: {} } }, recordings: [] };
  const options = optionsOf(stream, 5);
  const changed = overridden(options, { name: 'v', options: { novelty: { memory: 'exact' }, network: { hidden: 8 } } });
  expect(changed.network).toEqual({ ...options.network, hidden: 8 });
  expect(changed.novelty).toEqual({ ...noveltyOptions.parse({}), memory: 'exact' });
  expect({ ...changed, network: 0, novelty: 0 }).toEqual({ ...options, network: 0, novelty: 0 });
  expect(options.network.seed).toBe(5);
});

test('a fingerprint is the same as long as the sources are, and each part has its own', () => {
  expect(fingerprint('skab')).toBe(fingerprint('skab'));
  expect(fingerprint('skab')).not.toBe(fingerprint('nab'));
});

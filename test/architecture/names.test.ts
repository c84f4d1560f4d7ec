import { expect, test } from 'vitest';
import { nameFaults } from './names.ts';

const tree = (files: Record<string, string>) => new Map(Object.entries(files));

test('one name in two rooms is a fault, in whatever way it is exported', () => {
  const one = { 'src/a/x.ts': 'export interface Thing {}\nexport const made = 1;\nexport function make() {}' };
  const other = { 'src/b/y.ts': 'export class Thing {}\nexport type made = 1;\nexport const make = 1;' };
  expect(nameFaults(tree({ ...one, ...other }))).toEqual(
    ['Thing', 'made', 'make'].map(
      (name) => `${name} is exported by src/a/x.ts, src/b/y.ts: give each meaning a name of its own`,
    ),
  );
});

test('a name within one room, or that only one room exports, is none', () => {
  const files = {
    'src/a/x.ts': 'export type T = 1;',
    'src/a/y.ts': 'export const T = 1;',
    'src/b/z.ts': 'type T = 2;',
  };
  expect(nameFaults(tree(files))).toEqual([]);
});

test('a name on the list is let through, until it has one meaning', () => {
  const both = { 'src/a/x.ts': 'export type T = 1;', 'src/b/y.ts': 'export type T = 2;' };
  expect(nameFaults(tree(both), ['T'])).toEqual([]);
  expect(nameFaults(tree({ 'src/a/x.ts': 'export type T = 1;' }), ['T'])).toEqual([
    'T has one meaning now: take it off the list',
  ]);
});

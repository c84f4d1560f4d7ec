import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { circleFaults } from './architecture/circles.ts';
import { contractFaults, type Registry } from './architecture/contracts.ts';
import { exportFaults } from './architecture/exports.ts';
import { importFaults } from './architecture/imports.ts';
import { nameFaults } from './architecture/names.ts';
import { purityFaults } from './architecture/purity.ts';
import { readTexts, referenceFaults } from './architecture/references.ts';
import { pureProjectFaults, readRooms, tableFaults } from './architecture/rooms.ts';
import { fileSizeFaults, functionSizeFaults, widthFaults } from './architecture/size.ts';
import { readTree } from './architecture/tree.ts';

const root = join(import.meta.dirname, '..');
const rooms = readRooms(readFileSync(join(root, 'src/README.md'), 'utf8'));
const src = new Map([...readTree(root, 'src')].filter(([path]) => !path.endsWith('.d.ts')));
const all = new Map([...src, ...readTree(root, 'test')]);

const registries: readonly Registry[] = [
  { file: 'src/source/sources.ts', define: 'sourceKind', contract: 'sourceContract' },
  { file: 'src/sink/sinks.ts', define: 'sinkKind', contract: 'sinkContract' },
];

test('the table of rooms and the folders of src are the same, and a room imports only from above', () => {
  expect(tableFaults(rooms, src)).toEqual([]);
});

test('the pure project checks exactly the pure rooms', () => {
  expect(pureProjectFaults(rooms, readFileSync(join(root, 'tsconfig.pure.json'), 'utf8'))).toEqual([]);
});

test('rooms import what the table allows, and nothing else', { timeout: 120_000 }, () => {
  expect(importFaults(rooms, src)).toEqual([]);
});

test('no file imports itself through others', () => {
  expect(circleFaults(src)).toEqual([]);
});

test('pure rooms read no clock, roll no dice, wait for nothing and print nothing', () => {
  expect(purityFaults(rooms, src)).toEqual([]);
});

test('a file has at most 300 lines, a test 400', () => {
  expect(fileSizeFaults(all)).toEqual([]);
});

test('a function has at most 40 lines and 4 parameters, but for kernels', () => {
  expect(functionSizeFaults(src)).toEqual([]);
});

test('what is exported has a doc comment, and a name of its own', () => {
  expect(exportFaults(src)).toEqual([]);
});

test.each(registries)('every adapter is listed in $file and passes $contract', (registry) => {
  expect(contractFaults(registry, all)).toEqual([]);
});

test('whatever a comment or a document cites is in the repository: file, heading, decision', () => {
  expect(referenceFaults(readTexts(root), (path) => existsSync(join(root, path)))).toEqual([]);
});

test('the changelog has the form of Keep a Changelog: versions, newest first, and in each the six kinds of change', () => {
  const headings = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').match(/^#+ .*$/gm) ?? [];
  expect(headings.slice(0, 2)).toEqual(['# Changelog', '## [Unreleased]']);
  const form =
    /^(## \[\d+\.\d+\.\d+\] - (\d{4}-\d\d-\d\d|not published)|### (Added|Changed|Deprecated|Removed|Fixed|Security))$/;
  expect(headings.slice(2).filter((heading) => !form.test(heading))).toEqual([]);
});

/** Rooms, and files, whose comments are still wider than the formatter's 120 columns. */
const WIDE = ['calibrate'];

test('a comment has at most 120 columns, but for the rooms on the list', () => {
  const code = new Map([...src].filter(([path]) => !path.includes('/assembly/')));
  expect(widthFaults(code, WIDE)).toEqual([]);
});

test('a name that several rooms export has one meaning', () => {
  const code = new Map([...src].filter(([path]) => !path.includes('/assembly/')));
  expect(nameFaults(code)).toEqual([]);
});

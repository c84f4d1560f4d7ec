import { describe, expect, test } from 'vitest';
import { circleFaults } from './circles.ts';
import { contractFaults } from './contracts.ts';
import { exportFaults } from './exports.ts';
import { importFaults } from './imports.ts';
import { purityFaults } from './purity.ts';
import { pureProjectFaults, readRooms, tableFaults } from './rooms.ts';
import { fileSizeFaults, functionSizeFaults, widthFaults } from './size.ts';

const table = (...rows: string[]) =>
  readRooms(['| room | kind | may import | packages | holds |', '|---|---|---|---|---|', ...rows].join('\n'));
const rooms = table('| a | pure | | zod | |', '| b | pure | a | | |', '| c | shell | a | @x/y | |');
const tree = (files: Record<string, string>) => new Map(Object.entries(files));
const lines = (count: number) => 'x;\n'.repeat(count);

describe('the table', () => {
  const folders = { 'src/a/x.ts': '', 'src/b/x.ts': '', 'src/c/x.ts': '' };

  test('agrees with the folders', () => {
    expect(tableFaults(rooms, tree(folders))).toEqual([]);
  });

  test.each([
    ['a folder that is not in it', rooms, { ...folders, 'src/d/x.ts': '' }, 'src/d is not in the table'],
    ['a row that is no folder', rooms, { 'src/a/x.ts': '', 'src/b/x.ts': '' }, 'c is in the table, and is no folder'],
    ['a room that is there twice', [...rooms, ...table('| a | pure | | | |')], folders, 'a is in the table twice'],
    ['an import from below', [...rooms].reverse(), folders, 'b may import a, which does not stand above it'],
  ])('does not allow %s', (_, broken, files, fault) => {
    expect(tableFaults(broken, tree(files)).join('\n')).toContain(fault);
  });

  test('is refused where a row does not read', () => {
    expect(() => table('| a | clean | | | |')).toThrow('not a row');
    expect(() => table('| a | pure | | |')).toThrow('not a row');
  });

  test('is what the pure project follows', () => {
    expect(pureProjectFaults(rooms, '{ "include": ["src/a", "src/b"] }')).toEqual([]);
    expect(pureProjectFaults(rooms, '{ "include": ["src/a", "src/c"] }')).toEqual([
      'tsconfig.pure.json leaves out the pure room b',
      'tsconfig.pure.json includes the shell room c',
    ]);
  });
});

describe('circles of imports', () => {
  test('are found however long, of types too, and each once', () => {
    const files = {
      'src/a/x.ts': "import { y } from './y.ts';",
      'src/a/y.ts': "import type { z } from '../b/z.ts';",
      'src/b/z.ts': "type X = import('../a/x.ts').X; import { w } from './w.ts';",
      'src/b/w.ts': "import './v.ts';",
      'src/b/v.ts': "export { w } from './w.ts';",
    };
    expect(circleFaults(tree(files))).toEqual([
      'src/b/v.ts, src/b/w.ts import each other',
      'src/a/x.ts, src/a/y.ts, src/b/z.ts import each other',
    ]);
  });

  test('are none where two ways lead to one file', () => {
    const files = {
      'src/a/x.ts': "import './y.ts'; import './z.ts';",
      'src/a/y.ts': "import './w.ts';",
      'src/a/z.ts': "import './w.ts';",
      'src/a/w.ts': "import { z } from 'zod';",
    };
    expect(circleFaults(tree(files))).toEqual([]);
  });
});

describe('imports', () => {
  test.each([
    ['src/b/x.ts', "import { a } from '../a/x.ts';"],
    ['src/b/deep/x.ts', "import type { a } from '../../a/x.ts'; import '../x.ts';"],
    ['src/a/x.ts', "import { z } from 'zod';"],
    ['src/c/x.ts', "import fs from 'node:fs'; import '@x/y/deep.js'; const a = await import('../a/x.ts');"],
  ])('%s may say %s', (path, text) => {
    expect(importFaults(rooms, tree({ [path]: text }))).toEqual([]);
  });

  test.each([
    ['against the table', 'src/a/x.ts', "import { b } from '../b/x.ts';", 'does not let a import b'],
    ['of a type', 'src/a/x.ts', "import type { b } from '../b/x.ts';", 'does not let a import b'],
    ['inside a type', 'src/a/x.ts', "type B = import('../b/x.ts').B;", 'does not let a import b'],
    ['made dynamically', 'src/a/x.ts', "const b = await import('../b/x.ts');", 'does not let a import b'],
    ['of something computed', 'src/a/x.ts', 'const b = await import(name);', 'imports (computed)'],
    ['by exporting again', 'src/a/x.ts', "export { b } from '../b/x.ts';", 'does not let a import b'],
    ['by require', 'src/a/x.ts', "const b = require('../b/x.ts');", 'does not let a import b'],
    ['of node in a pure room', 'src/a/x.ts', "import fs from 'node:fs';", 'a is pure'],
    ['of node without its prefix', 'src/c/x.ts', "import fs from 'fs';", 'no package fs'],
    ['of a package not named', 'src/c/x.ts', "import '@x/z';", 'no package @x/z'],
    ['from outside', 'src/a/x.ts', "import '../../test/x.ts';", 'lies in no room'],
    ['without an ending', 'src/b/x.ts', "import '../a/x';", 'ends in .ts'],
  ])('%s are refused', (_, path, text, fault) => {
    const faults = importFaults(rooms, tree({ [path]: text }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
    expect(faults[0]).toContain(`${path}:1`);
  });
});

describe('a pure room', () => {
  test.each([
    'Date.now()',
    'new Date()',
    'Date()',
    'Math.random()',
    'const { random } = Math;',
    "Math['random']()",
    'const clock = Date;',
    'performance.now()',
    'process.env.HOME',
    'setTimeout(() => 1, 5)',
    "console.log('x')",
    'globalThis.Date.now()',
  ])('may not say %s', (text) => {
    expect(purityFaults(rooms, tree({ 'src/a/x.ts': text }))).toEqual([
      expect.stringMatching(/^src\/a\/x\.ts:1 is in a pure room/),
    ]);
    expect(purityFaults(rooms, tree({ 'src/c/x.ts': text }))).toEqual([]);
  });

  test.each([
    'new Date(timeMs)',
    'Date.UTC(2020, 1)',
    'Math.max(1, 2)',
    'const x = { process: 1 }; x.process',
    'let d: Date;',
  ])('may say %s', (text) => {
    expect(purityFaults(rooms, tree({ 'src/a/x.ts': text }))).toEqual([]);
  });
});

describe('sizes', () => {
  test('a file of 300 lines is fine in src, one of 400 in test, and no more', () => {
    expect(fileSizeFaults(tree({ 'src/a/x.ts': lines(300), 'test/a/x.test.ts': lines(400) }))).toEqual([]);
    expect(fileSizeFaults(tree({ 'src/a/x.ts': lines(301), 'test/a/x.test.ts': lines(401) }))).toHaveLength(2);
  });

  test('a function of more than 40 lines or 4 parameters is too much, except in a kernel', () => {
    const long = (inside: number) => `export function f() {\n${lines(inside)}}`;
    const wide = 'const g = (a, b, c, d, e) => a;';
    expect(functionSizeFaults(tree({ 'src/a/x.ts': long(38) }))).toEqual([]);
    expect(functionSizeFaults(tree({ 'src/a/x.ts': long(39) }))).toEqual(['src/a/x.ts:1 is a function of 41 lines']);
    expect(functionSizeFaults(tree({ 'src/a/x.ts': wide }))).toEqual(['src/a/x.ts:1 takes 5 parameters']);
    expect(functionSizeFaults(tree({ 'src/lstm/x.ts': long(99) + wide }))).toEqual([]);
  });
});

describe('exports', () => {
  test.each([
    '/** A. */\nexport const A = 1;\nexport const B = 2;',
    'const hidden = 1;',
    'export type Options = z.infer<typeof options>;',
    "import { a } from './a.ts';",
  ])('are fine as %j', (text) => {
    expect(exportFaults(tree({ 'src/a/x.ts': text }))).toEqual([]);
  });

  test.each([
    ['without a comment', 'export const A = 1;'],
    ['after a blank line', '/** A. */\nconst A = 1;\n\nexport const B = 2;'],
    ['with a comment that is no doc comment', '// A\nexport interface A {}'],
    ['as a default', '/** A. */\nexport default 1;'],
    ['as a default function', '/** A. */\nexport default function f() {}'],
    ['of what is another’s', "/** A. */\nexport * from './b.ts';"],
  ])('are refused %s', (_, text) => {
    expect(exportFaults(tree({ 'src/a/x.ts': text }))).toHaveLength(1);
  });
});

describe('a registry', () => {
  const registry = { file: 'src/sink/sinks.ts', define: 'sinkKind', contract: 'sinkContract' };
  const whole = {
    'src/sink/sinks.ts': 'export const sinks = [web, paper] as const;',
    'src/sink/web.ts': 'export const web = sinkKind({});',
    'src/sink/paper.ts': 'export const paper = sinkKind({});',
    'test/sink/contract.test.ts': 'sinkContract(web, {}); sinkContract({ kind: paper });',
  };

  test('is complete when every adapter is in it, and a test runs the contract of each', () => {
    expect(contractFaults(registry, tree(whole))).toEqual([]);
  });

  test.each([
    [{ 'src/sink/sinks.ts': 'export const sinks = [];' }, 'lists no adapter'],
    [{ 'src/sink/fresh.ts': 'export const fresh = sinkKind({});' }, 'does not list fresh'],
    [{ 'test/sink/contract.test.ts': '' }, 'no test runs sinkContract(web …)'],
    [{ 'test/sink/contract.test.ts': 'sinkContract(web);' }, 'no test runs sinkContract(paper …)'],
    [
      { 'test/sink/contract.test.ts': 'import { sinkContract, web, paper } from "x";' },
      'no test runs sinkContract(web …)',
    ],
  ])('is at fault with %j', (change, fault) => {
    expect(contractFaults(registry, tree({ ...whole, ...change })).join()).toContain(fault);
  });
});

test('a comment wider than 120 columns is a fault, wide code is the formatter’s, and a room on the list is left alone', () => {
  const wide = `/** ${'x'.repeat(117)} */`;
  expect(widthFaults(tree({ 'src/a/x.ts': `${wide}\n${wide.slice(5)}` }), [])).toEqual([
    'src/a/x.ts:1 is a comment of 124 columns; at most 120',
  ]);
  expect(widthFaults(tree({ 'src/a/x.ts': wide, 'src/b/y.ts': wide }), ['a', 'src/b/y.ts'])).toEqual([]);
});

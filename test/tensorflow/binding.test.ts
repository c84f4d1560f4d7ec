import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { missing } from '../../src/tensorflow/binding.ts';

let folder: string;
let from: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'surprisal-tensorflow-'));
  from = join(folder, 'module.js');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('without the package, and without its addon, it is said which of them is missing', () => {
  expect(missing(from)).toMatch('package @tensorflow/tfjs-node is not installed');
  const within = join(folder, 'node_modules/@tensorflow/tfjs-node');
  mkdirSync(join(within, 'lib/napi-v8'), { recursive: true });
  writeFileSync(join(within, 'package.json'), '{}');
  expect(missing(from)).toMatch('addon of @tensorflow/tfjs-node is not built');
  writeFileSync(join(within, 'lib/napi-v8/tfjs_binding.node'), '');
  expect(missing(from)).toBeUndefined();
});

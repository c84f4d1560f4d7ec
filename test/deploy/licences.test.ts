import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newFolder, removeFolder } from '../servers/folder.ts';

const root = join(import.meta.dirname, '../..');
const run = (...flags: readonly string[]) =>
  spawnSync(process.execPath, [join(root, 'deploy/licences.mjs'), ...flags], { encoding: 'utf8' });

test('every dependency has a licence that is accepted, tools included', () => {
  const { status, stdout } = run('--all');
  expect(stdout.split('\n').filter((line) => line.includes('NOT ACCEPTED'))).toEqual([]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^kafkajs \S+: MIT$/m);
  expect(stdout).toMatch(/^vitest \S+: MIT \(tool\)$/m);
  expect(run().stdout).not.toContain('(tool)');
});

test('a licence that nobody accepted, or none, is an error; of a tool more are accepted', () => {
  const folder = newFolder('licences');
  onTestFinished(() => removeFolder(folder));
  const lock = join(folder, 'package-lock.json');
  const packages = {
    '': { license: 'Apache-2.0' },
    'node_modules/a': { version: '1.0.0', license: 'GPL-3.0' },
    'node_modules/a/node_modules/@x/b': { version: '2.0.0' },
    'node_modules/c': { version: '3.0.0', license: '(GPL-3.0 OR MIT)' },
    'node_modules/d': { version: '4.0.0', license: 'MIT AND GPL-3.0' },
    'node_modules/e': { version: '5.0.0', license: 'MPL-2.0', dev: true },
    'node_modules/f': { version: '6.0.0', license: 'MPL-2.0' },
  };
  writeFileSync(lock, JSON.stringify({ packages }));
  const { status, stdout, stderr } = run('--all', lock);
  expect(stdout.trim().split('\n')).toEqual([
    'a 1.0.0: GPL-3.0 NOT ACCEPTED',
    '@x/b 2.0.0: none NOT ACCEPTED',
    'c 3.0.0: (GPL-3.0 OR MIT)',
    'd 4.0.0: MIT AND GPL-3.0 NOT ACCEPTED',
    'e 5.0.0: MPL-2.0 (tool)',
    'f 6.0.0: MPL-2.0 NOT ACCEPTED',
  ]);
  expect([status, stderr]).toEqual([1, '4 packages have a licence that is not on the list in deploy/licences.mjs\n']);
});

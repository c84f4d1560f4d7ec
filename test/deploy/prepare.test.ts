import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const main = `#!/usr/bin/env node
export const said: string = process.argv.slice(2).join(' ');
process.stdout.write(said);
process.exitCode = 7;
`;

let clone: string;
const write = (path: string, text: string) => writeFileSync(join(clone, path), text);
const prepare = (...args: string[]) =>
  spawnSync(process.execPath, ['deploy/prepare.mjs', ...args], { cwd: clone, encoding: 'utf8' });

/** A project of one file, with our scripts, settings and packages. */
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'surprisal-clone-'));
  for (const folder of ['deploy', 'src']) mkdirSync(join(clone, folder));
  cpSync(join(root, 'deploy/prepare.mjs'), join(clone, 'deploy/prepare.mjs'));
  for (const file of ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'])
    copyFileSync(join(root, file), join(clone, file));
  const { name, type, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  write('package.json', JSON.stringify({ name, type, engines, scripts: {} }));
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  write('src/main.ts', main);
});
afterEach(() => rmSync(clone, { recursive: true }));

test('builds, hands the arguments on, and ends with the exit code of the program', () => {
  const first = prepare('dist/main.js', 'demo', '--port', '0');
  expect(first).toMatchObject({ status: 7, stdout: 'demo --port 0' });
  expect(first.stderr).toContain('building dist');
});

test('builds again only where a source is newer', () => {
  prepare();
  expect(prepare().stderr).toBe('');
  write('src/main.ts', main.replace('7', '8'));
  const later = new Date(Date.now() + 5_000);
  utimesSync(join(clone, 'src/main.ts'), later, later);
  expect(prepare('dist/main.js').status).toBe(8);
});

test('does not run what does not compile, neither at first nor when asked again', () => {
  write('src/main.ts', 'export const wrong: number = "text";');
  for (const _ of ['first', 'again']) {
    const { status, stderr } = prepare('dist/main.js');
    expect(status).toBe(2);
    expect(stderr).toContain("Type 'string' is not assignable");
    expect(stderr).toContain('surprisal: building dist failed');
  }
});

test('an older Node is refused in one line', () => {
  write('package.json', JSON.stringify({ engines: { node: '>=99.1' }, scripts: {} }));
  expect(prepare()).toMatchObject({
    status: 1,
    stderr: `surprisal: Node 99.1 or newer is needed; this is ${process.versions.node}.\n`,
  });
});

test('a signal reaches the program itself', async () => {
  write('src/main.ts', "setInterval(() => {}, 1e6); process.once('SIGINT', () => process.exit(5)); console.log('up');");
  const running = spawn(process.execPath, ['deploy/prepare.mjs', 'dist/main.js'], {
    cwd: clone,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(running.stdout, 'data');
  running.kill('SIGINT');
  expect(await once(running, 'exit')).toEqual([5, null]);
});

#!/usr/bin/env node
// node deploy/prepare.mjs [SCRIPT [ARGUMENT...]]
//
// Makes a fresh clone ready with nothing but Node and npm: installs the packages of the lock file where they are missing, builds
// where `dist` is behind `src`, and then becomes SCRIPT, in this very process, so that signals and exit codes need no handing on.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

refuseOldNode();
if (!installed()) install();
if (newest(['src', 'tsconfig.json', 'tsconfig.build.json']) > modified('dist/.built')) build();
const [script, ...rest] = process.argv.slice(2);
if (script !== undefined) await become(resolve(root, script), rest);

function refuseOldNode() {
  const wanted = readJson('package.json').engines.node.replace('>=', '');
  const [major = 0, minor = 0] = wanted.split('.').map(Number);
  const [runningMajor, runningMinor] = process.versions.node.split('.').map(Number);
  if (runningMajor > major || (runningMajor === major && runningMinor >= minor)) return;
  stop(`Node ${wanted} or newer is needed; this is ${process.versions.node}.`, 1);
}

/** By content, not by time: a lock file that was only touched costs no installation. */
function installed() {
  const present = readJson('node_modules/.package-lock.json')?.packages ?? {};
  return Object.entries(readJson('package-lock.json').packages).every(([path, wanted]) => {
    const elsewhere = wanted.optional === true && !(path in present);
    return path === '' || elsewhere || present[path]?.version === wanted.version;
  });
}

/** Development packages too, whatever NODE_ENV says: the compiler is one of them. */
function install() {
  run('installing packages', npm(['ci', '--include=dev']), 'Can this machine reach its package registry?');
  if (existsSync(join(root, '.tensorflow/library')))
    run('putting TensorFlow back', [process.execPath, 'deploy/tensorflow/setup.mjs']);
}

function build() {
  const started = new Date();
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  // The page's modules have another project: they run in a browser.
  const page = 'src/page/browser/tsconfig.json';
  run('building dist', [process.execPath, compiler, '-p', 'tsconfig.build.json']);
  if (existsSync(join(root, page))) run('building the page', [process.execPath, compiler, '-p', page]);
  const stamp = join(root, 'dist/.built');
  writeFileSync(stamp, '');
  utimesSync(stamp, started, started);
}

function run(what, [command, ...args], hint = '') {
  process.stderr.write(`surprisal: ${what} …\n`);
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (signal === 'SIGINT' || signal === 'SIGTERM') stop(`${what} was interrupted.`, signal === 'SIGINT' ? 130 : 143);
  if (status !== 0) stop(`${what} failed${error ? `: ${error.message}` : ''}. ${hint}`, status || 1);
}

function npm(args) {
  const running = process.env.npm_execpath;
  return running?.endsWith('npm-cli.js') ? [process.execPath, running, ...args] : ['npm', ...args];
}

async function become(path, args) {
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}

/** Of files and folders, so that a removed file counts as well. */
function newest(paths) {
  return Math.max(
    0,
    ...paths.map((path) => {
      const folder = statSync(join(root, path)).isDirectory();
      const within = folder ? readdirSync(join(root, path)).map((name) => join(path, name)) : [];
      return Math.max(modified(path), newest(within));
    }),
  );
}

function modified(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function readJson(path) {
  const at = join(root, path);
  return existsSync(at) ? JSON.parse(readFileSync(at, 'utf8')) : undefined;
}

function stop(message, code) {
  process.stderr.write(`surprisal: ${message}\n`);
  process.exit(code);
}

#!/usr/bin/env node
// node deploy/tensorflow/setup.mjs (npm run setup:tensorflow)
//
// Makes the engine `tensorflow` work from the registries of npm and PyPI alone: the installation of @tensorflow/tfjs-node itself fetches its
// library from elsewhere. The library comes out of the Python wheel in requirements.txt, and the addon is built against it. Both are kept in
// `.tensorflow`, because `npm ci` wipes what is built within its packages: after it, run this again, which takes a second and fetches nothing.
// Needs x86-64 Linux; to fetch and to build, Python with pip, make and g++ as well.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const NAME = '@tensorflow/tfjs-node';
const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const kept = join(root, '.tensorflow');
const library = join(kept, 'library');
const within = createRequire(join(root, 'package.json'));

/** What of the wheel is needed: the library, and the headers that the addon includes. */
const EXTRACT = `
import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
wanted = ('tensorflow/libtensorflow_', *('tensorflow/include/tensorflow/' + room for room in ('c/', 'core/platform/', 'tsl/c/', 'tsl/platform/')))
wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(wanted)])
`;

const folder = packageFolder() ?? installPackage();
if (loads().status === 0) say('already here, and it loads');
else setUp();

function setUp() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    stop(
      `the wheel is for x86-64 Linux; elsewhere try ${NAME}'s own download: npm rebuild ${NAME} --allow-scripts=${NAME}`,
    );
  }
  if (!existsSync(library)) fetchLibrary();
  linkLibrary();
  const { version } = readJson(join(folder, 'package.json'));
  const addon = join(kept, `addon-${version}`);
  if (!existsSync(addon)) build(addon);
  cpSync(addon, join(folder, 'lib'), { recursive: true });
  const { status, stderr } = loads();
  if (status !== 0) stop(`the addon does not load; remove ${kept} to begin anew\n${stderr}`);
  say('ready: `network.engine: tensorflow`, and `auto` measures it too');
}

function packageFolder() {
  try {
    return dirname(within.resolve(`${NAME}/package.json`));
  } catch {
    return undefined;
  }
}

/** npm leaves an optional package out where its own script could not fetch what it wanted. */
function installPackage() {
  const wanted = `${NAME}@${readJson(join(root, 'package.json')).optionalDependencies[NAME]}`;
  say(`installing ${wanted} without its script`);
  run('npm', ['install', '--no-save', '--ignore-scripts', '--include=dev', '--include=optional', wanted]);
  return packageFolder() ?? stop(`npm left ${wanted} out`);
}

/** In a process of its own, which a library that does not fit may crash. */
function loads() {
  const addon = filesUnder(join(folder, 'lib')).find((path) => path.endsWith('.node'));
  return spawnSync(process.execPath, ['-e', `require(${JSON.stringify(addon ?? 'no addon')})`], { encoding: 'utf8' });
}

function fetchLibrary() {
  const partial = join(kept, 'partial');
  const python = programOf('python3', 'python');
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  say(`fetching libtensorflow, the wheel tensorflow-cpu from PyPI: 232 MB to download, 580 MB kept in ${kept}`);
  const platform = ['--only-binary=:all:', '--python-version=311', '--platform=manylinux2014_x86_64'];
  const list = ['--require-hashes', '-r', join(here, 'requirements.txt')];
  run(python, ['-m', 'pip', 'download', '--no-deps', '--no-cache-dir', ...platform, ...list, '-d', partial]);
  const wheel = readdirSync(partial).find((name) => name.endsWith('.whl'));
  run(python, ['-c', EXTRACT, join(partial, wheel), partial]);
  renameSync(join(partial, 'tensorflow'), library);
  rmSync(partial, { recursive: true });
}

/** Under the names by which the package looks for it. */
function linkLibrary() {
  const deps = join(folder, 'deps');
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(join(deps, 'lib'), { recursive: true });
  symlinkSync(join(library, 'include'), join(deps, 'include'));
  for (const [name, file] of [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow_cc.so.2', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
    ['libtensorflow_framework.so.2', 'libtensorflow_framework.so.2'],
  ]) {
    symlinkSync(join(library, file), join(deps, 'lib', name));
  }
}

/** Node's own headers where they lie beside it; else node-gyp fetches them. */
function build(addon) {
  say('building the addon');
  programOf('make');
  programOf('g++', 'c++');
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, 'include/node/node.h')) ? [`--nodedir=${prefix}`] : [];
  const gyp = createRequire(join(folder, 'package.json')).resolve('@mapbox/node-pre-gyp/bin/node-pre-gyp');
  run(process.execPath, [gyp, 'install', '--build-from-source', '--loglevel=warn', ...headers], folder);
  cpSync(join(folder, 'lib'), addon, { recursive: true });
}

function programOf(...names) {
  const found = names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
  return found ?? stop(`there is no ${names[0]} here, which this needs`);
}

function filesUnder(path) {
  return existsSync(path) ? readdirSync(path, { recursive: true }).map((name) => join(path, name)) : [];
}

function run(command, args, cwd = root) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2] });
  if (status !== 0) stop(`${command} ${args[0]} … failed${error ? `: ${error.message}` : ` (exit ${status})`}`);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function say(text) {
  process.stderr.write(`setup:tensorflow: ${text}\n`);
}

function stop(text) {
  say(text);
  process.exit(1);
}

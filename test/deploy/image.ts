import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** Every instruction of a Dockerfile, comments left out. */
export function readDockerfile(path: string): readonly Instruction[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  const whole = lines.join('\n').replaceAll('\\\n', ' ');
  return whole.split('\n').flatMap((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.+)$/.exec(line.trim()) ?? [];
    return name === undefined || rest === undefined ? [] : [{ name, rest: rest.replace(/\s+/g, ' ') }];
  });
}

/** The argument list of the last instruction of a name that is written as JSON. */
export function listOf(instructions: readonly Instruction[], name: string): readonly string[] {
  const { rest = '[]' } = instructions.findLast((instruction) => instruction.name === name) ?? {};
  return JSON.parse(rest.slice(rest.indexOf('[')));
}

/** What the last stage's ENV instructions set. */
export function environmentOf(instructions: readonly Instruction[]): Readonly<Record<string, string>> {
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
  const pairs = last.flatMap(({ name, rest }) => (name === 'ENV' ? [...rest.matchAll(/(\w+)=(\S+)/g)] : []));
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, value]));
}

/** What `.dockerignore` lets through: `!path` lines after a `*`. */
export function contextOf(path: string): readonly string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
}

/**
 * Does what the first stage of the Dockerfile does, without a container: its COPYs, out of the context alone, and its RUNs, in a folder that
 * stands for its WORKDIR. In the place of `npm ci` it takes the repository's own packages, which are of the same lock file.
 * @throws Error where a step fails
 */
export function buildStage(instructions: readonly Instruction[], context: readonly string[], folder: string): void {
  const second = instructions.findIndex(({ name }, index) => name === 'FROM' && index > 0);
  mkdirSync(folder, { recursive: true });
  for (const { name, rest } of instructions.slice(0, second)) {
    if (name === 'RUN' && rest.startsWith('npm ci ')) execFileSync('cp', ['-a', 'node_modules', folder]);
    else if (name === 'RUN') execFileSync('sh', ['-c', rest], { cwd: folder, stdio: 'pipe' });
    if (name !== 'COPY') continue;
    const paths = rest.split(' ');
    const to = paths.pop() ?? '.';
    for (const path of paths) {
      if (!context.includes(path)) throw new Error(`.dockerignore leaves out ${path}`);
      const target = to.endsWith('/') || paths.length > 1 ? join(folder, to, path) : join(folder, to);
      cpSync(path, target, { recursive: true });
    }
  }
}

/** Takes what a second stage takes of the first, and of the context, to a folder that stands for /app. */
export function finalStage(instructions: readonly Instruction[], built: string, folder: string): void {
  const second = instructions.findIndex(({ name }, index) => name === 'FROM' && index > 0);
  mkdirSync(folder, { recursive: true });
  for (const { name, rest } of instructions.slice(second)) {
    if (name !== 'COPY') continue;
    const [from = '', to = ''] = rest.replace('--from=build ', '').split(' ');
    const source = rest.startsWith('--from=build ') ? join(built, from.replace('/app/', '')) : from;
    cpSync(source, to === './' ? join(folder, from.replace('/app/', '')) : join(folder, to), { recursive: true });
  }
  rmSync(built, { recursive: true });
}

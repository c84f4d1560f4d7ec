import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');

/**
 * A folder that has these folders of the repository as JavaScript, in which Node runs them: what a child process needs. All
 * files of a test run share it, so that the program is compiled once; elsewhere each call makes one.
 */
export function compiled(folders: readonly string[]): string {
  const shared = process.env.SURPRISAL_TESTS_COMPILED;
  const out = shared ?? mkdtempSync(join(tmpdir(), 'surprisal-compiled-'));
  mkdirSync(out, { recursive: true });
  place(out, 'node_modules', (path) => symlinkSync(join(ROOT, 'node_modules'), path));
  place(out, 'package.json', (path) => writeFileSync(path, '{"type":"module"}'));
  for (const folder of folders) place(out, folder, (path) => compile(folder, path));
  return out;
}

/** Makes an entry whole before it has its name: two files that want it at once both get one that is. */
function place(out: string, name: string, make: (path: string) => void): void {
  const target = join(out, name);
  if (existsSync(target)) return;
  const whole = join(mkdtempSync(join(out, '.making-')), 'entry');
  make(whole);
  mkdirSync(dirname(target), { recursive: true });
  try {
    renameSync(whole, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
  rmSync(dirname(whole), { recursive: true, force: true });
}

function compile(folder: string, to: string): void {
  for (const name of typescriptIn(folder)) {
    const target = join(to, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, javascript(join(folder, name)));
  }
}

function typescriptIn(folder: string): readonly string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts') && !/\.(test|soak|d)\.ts$/.test(name));
}

function javascript(fileName: string): string {
  const { ESNext: module } = ts.ModuleKind;
  const compilerOptions = { module, target: ts.ScriptTarget.ES2023, rewriteRelativeImportExtensions: true };
  return ts.transpileModule(readFileSync(join(ROOT, fileName), 'utf8'), { compilerOptions, fileName }).outputText;
}

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

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
  for (const folder of folders) {
    const make = (path: string) =>
      folder === 'src' && isBuilt() ? symlinkSync(join(ROOT, 'dist'), path) : compile(folder, path);
    place(out, folder, make);
  }
  return out;
}

/** `npm test` has built the program: its parts are those that are installed. */
function isBuilt(): boolean {
  const built = statSync(join(ROOT, 'dist/.built'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = [...readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }), '../tsconfig.json'];
  return inputs.every((name) => statSync(join(ROOT, 'src', name)).mtimeMs <= built);
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
  // Half a second, which most files do not need: not before it is.
  const ts: typeof import('typescript') = createRequire(import.meta.url)('typescript');
  const { ESNext: module } = ts.ModuleKind;
  const compilerOptions = { module, target: ts.ScriptTarget.ES2023, rewriteRelativeImportExtensions: true };
  for (const name of typescriptIn(folder)) {
    const fileName = join(folder, name);
    const target = join(to, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    const text = readFileSync(join(ROOT, fileName), 'utf8');
    writeFileSync(target, ts.transpileModule(text, { compilerOptions, fileName }).outputText);
  }
}

function typescriptIn(folder: string): readonly string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts') && !/\.(test|soak|d)\.ts$/.test(name));
}

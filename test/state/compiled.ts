import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');

/** Copies these folders of the repository, as JavaScript, to a new folder in which Node runs them: what a child process needs. */
export function compiled(folders: readonly string[]): string {
  const out = mkdtempSync(join(tmpdir(), 'surprisal-compiled-'));
  symlinkSync(join(ROOT, 'node_modules'), join(out, 'node_modules'));
  writeFileSync(join(out, 'package.json'), '{"type":"module"}');
  for (const path of folders.flatMap(typescriptIn)) {
    const target = join(out, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, javascript(path));
  }
  return out;
}

function typescriptIn(folder: string): readonly string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts') && !/\.(test|d)\.ts$/.test(name))
    .map((name) => join(folder, name));
}

function javascript(fileName: string): string {
  const { ESNext: module } = ts.ModuleKind;
  const compilerOptions = { module, target: ts.ScriptTarget.ES2023, rewriteRelativeImportExtensions: true };
  return ts.transpileModule(readFileSync(join(ROOT, fileName), 'utf8'), { compilerOptions, fileName }).outputText;
}

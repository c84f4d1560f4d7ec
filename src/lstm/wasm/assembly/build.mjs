import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = dirname(fileURLToPath(import.meta.url));
const generated = join(here, '..', 'module.ts');

/** Compiles the kernels of an entry file beside this one. Equal sources give equal bytes. Throws what the compiler says. */
export async function compile(entry = join(here, 'index.ts')) {
  const files = new Map();
  const { error, stderr } = await asc.main(
    [relative('.', entry), '-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--outFile', 'module.wasm'],
    { writeFile: (name, contents) => files.set(name, contents) },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return files.get('module.wasm');
}

/** The TypeScript file that carries the module. */
export function embed(bytes) {
  return `// Written by \`npm run build:wasm\` from assembly/; do not edit.

/** The module's bytes, base64. */
export const MODULE =
  '${Buffer.from(bytes).toString('base64')}';
`;
}

/* node build.mjs writes ../module.ts; with --check it fails where that is not what the sources give. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = embed(await compile());
  if (!process.argv.includes('--check')) await writeFile(generated, text);
  else if ((await readFile(generated, 'utf8')) !== text)
    throw new Error('run `npm run build:wasm`: module.ts is stale');
}

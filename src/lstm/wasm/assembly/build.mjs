import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = dirname(fileURLToPath(import.meta.url));
/** What the two builds need of a runtime. */
export const SIMD = ['simd'];
export const FMA = ['simd', 'relaxed-simd'];

const generated = join(here, '..', 'module.ts');

/**
 * Compiles the kernels of an entry file beside this one for what `features` names. Equal sources give equal bytes. Throws what the compiler
 * says.
 */
export async function compile(features, entry = join(here, 'index.ts')) {
  const files = new Map();
  const options = ['-O3', '--runtime', 'stub', '--noAssert', '--outFile', 'module.wasm'];
  const enabled = features.flatMap((feature) => ['--enable', feature]);
  const { error, stderr } = await asc.main([relative('.', entry), ...options, ...enabled], {
    writeFile: (name, contents) => files.set(name, contents),
  });
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return files.get('module.wasm');
}

/** The TypeScript file that carries both builds. */
function embed({ simd, fma }) {
  return `// Written by \`npm run build:wasm\` from assembly/; do not edit.

/** The bytes of the build whose sums round twice, a product and then a sum, base64. */
export const SIMD =
  '${Buffer.from(simd).toString('base64')}';

/** The bytes of the build with fused multiply-adds, which round once, base64. */
export const FMA =
  '${Buffer.from(fma).toString('base64')}';
`;
}

/* node build.mjs writes ../module.ts; with --check it fails where that is not what the sources give. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = embed({ simd: await compile(SIMD), fma: await compile(FMA) });
  if (!process.argv.includes('--check')) await writeFile(generated, text);
  else if ((await readFile(generated, 'utf8')) !== text)
    throw new Error('run `npm run build:wasm`: module.ts is stale');
}

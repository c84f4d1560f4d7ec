/* node test/bench/run.mjs FILE.ts [arguments]: runs one benchmark from the repository's root: TypeScript with its types taken off, as native
 * modules, so that what is timed is what `npm run build` makes. */
import { register } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

register('./load-typescript.mjs', import.meta.url);
await import('../../src/cli/relaxed-simd.ts');
const [file, ...rest] = process.argv.slice(2);
process.argv.splice(1, process.argv.length - 1, file, ...rest);
await import(pathToFileURL(path.resolve(file)));

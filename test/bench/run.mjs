/* node test/bench/run.mjs FILE.ts [arguments]: runs one benchmark, TypeScript and all, from the repository's root. */
import path from 'node:path';
import { runnerImport } from 'vite';

const [file, ...rest] = process.argv.slice(2);
process.argv.splice(1, process.argv.length - 1, file, ...rest);
await runnerImport(path.resolve(file), { configFile: false, logLevel: 'error' });

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { compiled } from '../state/compiled.ts';

/* node test/bench/run.mjs test/bench/memory.ts [SERIES …]: bytes of a series of one channel at defaults: of its state in columns, of its objects
 * in V8's heap, and what the process grew by, each count in a process of its own. */

const counts = process.argv.length > 2 ? process.argv.slice(2) : ['10000', '100000'];
const program = path.join(compiled(['src', 'test/bench']), 'test/bench/memory-filled.js');

console.log('| series | columns | objects | both | resident |\n|---|---|---|---|---|');
for (const count of counts) {
  const { series, columns, objects, resident } = JSON.parse(
    execFileSync(process.execPath, [program, count], { encoding: 'utf8' }),
  );
  const bytes = [columns, objects, columns + objects, resident].map((value) => Math.round(value));
  console.log(`| ${series} | ${bytes.join(' | ')} |`);
}

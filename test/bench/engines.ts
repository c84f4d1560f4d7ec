import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { engines } from '../../src/lstm/engines.ts';
import { ceilingOf } from './engines-ceiling.ts';
import { type Cell, measure } from './engines-cell.ts';

/* node test/bench/run.mjs test/bench/engines.ts [--quick] [--engine KIND] [--inputs 9] [--hidden 32,64] [--batch 32,256] [--json FILE]
 *
 * Rows per CPU-second of every engine: one channel, peepholes, T = 16; learning each 1, 4 and 16 rows, and scoring alone. */

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    engine: { type: 'string' },
    inputs: { type: 'string', default: '9' },
    hidden: { type: 'string' },
    batch: { type: 'string' },
    json: { type: 'string' },
  },
});
const inputs = Number(values.inputs);
const hiddens = numbers(values.hidden ?? (values.quick ? '32,64' : '16,32,64,128'));
const batches = numbers(values.batch ?? (values.quick ? '32,256' : '1,32,256,1024'));
const every = [1, 4, 16];

function numbers(list: string): number[] {
  return list.split(',').map(Number);
}

function line(columns: readonly string[]): string {
  return columns.map((text, i) => (i === 0 ? text.padEnd(10) : text.padStart(10))).join(' ');
}

function lineOf({ engine, hidden, batch, score, learn, both, share }: Cell): string {
  const rows = [score, ...every.map((k) => learn[k]), both[1]].map((rate) => rate.toFixed(0));
  return line([
    engine,
    String(hidden),
    String(batch),
    ...rows,
    share === undefined ? '' : `${(100 * share).toFixed(1)} %`,
  ]);
}

const ceiling = await ceilingOf();
const cells: Cell[] = [];
console.log(`rows per CPU-second, I = ${inputs}, T = 16; learn 1 is measured against the ceiling of 128-bit SIMD`);
console.log(line(['engine', 'H', 'batch', 'score', 'learn 1', 'learn 4', 'learn 16', 'both 1', 'ceiling']));
for (const hidden of hiddens) {
  for (const batch of batches) {
    for (const { kind, make } of engines) {
      if (values.engine !== undefined && values.engine !== kind) continue;
      // The oracle is slow, and nobody waits for its last digit.
      const rounds = kind === 'reference' ? 1 : values.quick ? 5 : 7;
      const cell = measure({ make, name: kind, inputs, hidden, batch, every, rounds, roundSeconds: 0.05, ceiling });
      cells.push(cell);
      console.log(lineOf(cell));
    }
  }
}
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify({ node: process.version, arch: process.arch, cells }, null, 2)}\n`);
}

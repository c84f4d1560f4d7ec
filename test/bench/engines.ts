import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { HeadSpec } from '../../src/lstm/heads/spec.ts';
import { chooseEngine } from '../../src/pipeline/run/choose-engine.ts';
import { contendersOf, cpuSeconds, enginesHere } from '../../src/pipeline/run/engines.ts';
import { ceilingOf } from './engines-ceiling.ts';
import { type Cell, measure, shapeAt } from './engines-cell.ts';

/* node test/bench/run.mjs test/bench/engines.ts [--quick] [--engine KIND] [--inputs 9] [--hidden 32,64] [--batch 32,256]
 *   [--head real|count|category:32] [--json FILE]
 *
 * Rows per CPU-second of every engine of this machine: one channel, peepholes, T = 16; learning each 1, 4 and 16 rows, and scoring alone. And
 * what `auto` chooses for each of these uses, as a share of the best engine's rate. */

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    engine: { type: 'string' },
    inputs: { type: 'string', default: '9' },
    hidden: { type: 'string' },
    batch: { type: 'string' },
    head: { type: 'string' },
    json: { type: 'string' },
  },
});
const inputs = Number(values.inputs);
const hiddens = numbers(values.hidden ?? (values.quick ? '32,64' : '16,32,64,128'));
const batches = numbers(values.batch ?? (values.quick ? '32,256' : '1,32,256,1024'));
const head = headOf(values.head);
const every = [1, 4, 16];
const kinds = enginesHere().filter(({ kind }) => values.engine === undefined || values.engine === kind);

/** What `auto` takes where a row is learned each `every`, or never, and its rate beside the best engine's. */
interface Auto {
  readonly hidden: number;
  readonly batch: number;
  readonly every: number | 'score';
  readonly engine: string;
  readonly share: number;
}

function headOf(text: string | undefined): HeadSpec | undefined {
  if (text === undefined) return undefined;
  const [kind, size] = text.split(':');
  return size === undefined ? { kind } : { kind, size: Number(size) };
}

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

/** How `auto` does in a cell; `cells` are all engines'. */
function autoOf(cells: readonly Cell[], hidden: number, batch: number): readonly Auto[] {
  return [...every, Number.POSITIVE_INFINITY].map((k) => {
    const shape = shapeAt({ inputs, hidden, head }, Number.isFinite(k) ? k : 1);
    const [{ kind: engine }] = chooseEngine({ shape, batch, every: k }, contendersOf(kinds), cpuSeconds).engines;
    const rates = new Map(cells.map((cell) => [cell.engine, Number.isFinite(k) ? cell.both[k] : cell.score]));
    const share = (rates.get(engine) ?? 0) / Math.max(...rates.values());
    return { hidden, batch, every: Number.isFinite(k) ? k : 'score', engine, share };
  });
}

const ceiling = await ceilingOf();
const cells: Cell[] = [];
const autos: Auto[] = [];
console.log(
  `rows per CPU-second, ${values.head ?? 'real'}, I = ${inputs}, T = 16; learn 1 is measured against the ceiling of 128-bit SIMD`,
);
console.log(line(['engine', 'H', 'batch', 'score', 'learn 1', 'learn 4', 'learn 16', 'both 1', 'ceiling']));
for (const hidden of hiddens) {
  for (const batch of batches) {
    const rounds = values.quick ? 5 : 7;
    const measured = measure({ kinds, inputs, hidden, head, batch, every, rounds, roundSeconds: 0.05, ceiling });
    cells.push(...measured);
    for (const cell of measured) console.log(lineOf(cell));
    if (kinds.length < 2) continue;
    const auto = autoOf(measured, hidden, batch);
    autos.push(...auto);
    const uses = auto.map(({ every: k, engine, share }) => `${k}: ${engine} ${share.toFixed(2)}`);
    console.log(`auto       ${uses.join('   ')}`);
  }
}
if (autos.length > 0) {
  const worst = autos.reduce((a, b) => (b.share < a.share ? b : a));
  console.log(
    `auto, beside the best engine of each cell, at worst: ${worst.share.toFixed(2)} (H ${worst.hidden}, batch ${worst.batch}, ${worst.every})`,
  );
}
if (values.json !== undefined) {
  const machine = { node: process.version, arch: process.arch };
  await writeFile(values.json, `${JSON.stringify({ ...machine, cells, autos }, null, 2)}\n`);
}

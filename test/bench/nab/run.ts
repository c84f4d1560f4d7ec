import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { noveltyOptions } from '../../../src/score/novelty.ts';
import { baselines } from './baselines.ts';
import { nabCorpus } from './corpus.ts';
import { judgedWeeks } from './labelled.ts';
import { replayed } from './replayed.ts';
import { type Watched, watch } from './surprisal.ts';
import { tableHead, tableRow } from './table.ts';

/* node test/bench/run.mjs test/bench/nab/run.ts [--seeds 1,2,3,4] [--memory small,exact] [FOLDER of replayed scores …]
 * The table over ../shared/data/nab: baselines, then the detector in this process, then what was replayed. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '1' }, memory: { type: 'string', default: 'small' } },
});
const data = path.resolve('../shared/data/nab');
if (!existsSync(data)) {
  console.error('NAB is absent: its files are looked for in ../shared/data/nab');
  process.exit(1);
}
const corpus = nabCorpus(data);
const weeks = judgedWeeks(corpus);
const rows = corpus.reduce((sum, { times }) => sum + times.length, 0);
const notes: string[] = [];

console.log(`${corpus.length} files, ${rows} rows, ${weeks.toFixed(1)} series-weeks judged\n\n${tableHead}`);
for (const [name, scorer] of Object.entries(baselines)) {
  const scored = corpus.map((series) => ({ ...series, scores: scorer(series) }));
  console.log(tableRow(name, scored));
}
for (const memory of noveltyOptions.shape.memory.array().parse(values.memory.split(','))) {
  for (const seed of values.seeds === '' ? [] : values.seeds.split(',').map(Number)) {
    const before = process.cpuUsage().user;
    const name = `surprisal, seed ${seed}, ${memory} memory`;
    report(
      name,
      corpus.map((series) => watch(series, { seed, memory })),
    );
    notes.push(`${name}: ${Math.round(rows / ((process.cpuUsage().user - before) / 1e6))} rows per CPU-second`);
  }
}
for (const folder of positionals) {
  report(
    path.basename(folder),
    corpus.map((series) => replayed(folder, series)),
  );
}
console.log(`\n${notes.join('\n')}`);

function report(name: string, scored: readonly Watched[]): void {
  console.log(tableRow(name, scored));
  const alerts = scored.reduce((sum, series) => sum + series.alerts, 0);
  notes.push(`${name}: ${(alerts / weeks).toFixed(2)} alerts per series-week`);
}

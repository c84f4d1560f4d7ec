import { existsSync } from 'node:fs';
import path from 'node:path';
import { baselines } from './baselines.ts';
import { nabCorpus } from './corpus.ts';
import { judgedWeeks } from './labelled.ts';
import { replayed } from './replayed.ts';
import { tableHead, tableRow } from './table.ts';

/* node test/bench/run.mjs test/bench/nab/run.ts [FOLDER of replayed scores …]: the table, baselines first. */

const data = path.resolve('../shared/data/nab');
if (!existsSync(data)) {
  console.error(`NAB's files are absent: ${data}`);
  process.exit(1);
}
const corpus = nabCorpus(data);
const weeks = judgedWeeks(corpus);
console.log(`${corpus.length} files, ${weeks.toFixed(1)} series-weeks judged\n\n${tableHead}`);
for (const [name, scorer] of Object.entries(baselines)) {
  console.log(
    tableRow(
      name,
      corpus.map((series) => ({ ...series, scores: scorer(series) })),
    ),
  );
}
for (const folder of process.argv.slice(2)) {
  const scored = corpus.map((series) => replayed(folder, series));
  console.log(tableRow(path.basename(folder), scored));
  const alerts = scored.reduce((sum, series) => sum + series.alerts, 0);
  console.log(`\n${path.basename(folder)}: ${(alerts / weeks).toFixed(2)} alerts per series-week`);
}

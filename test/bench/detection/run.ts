import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Asked, asked, USAGE } from './arguments.ts';
import { AbsentData } from './data/folder.ts';
import { dataFingerprint, fingerprint } from './fingerprint.ts';
import { type CellOf, keep, kept } from './kept.ts';
import type { PartResult } from './part.ts';
import { page } from './show/page.ts';
import { byPart, headlines, type Outcome } from './show/results.ts';
import { headlineTable, markdown, tableOf } from './show/table.ts';

/* npm run bench:detection -- [PART …] [ablation] [--seeds 1,2,3] [--only NAME,…] [--fresh] [--out FOLDER]
 * Detection on everything there is, through the whole detector: a table on standard output, results.json, results.html. What a run has
 * finished, a later one of the same sources does not run again. */

if (process.argv.includes('--help')) {
  console.log(USAGE);
  process.exit(0);
}
const wanted = readArguments();
const outcomes = measure(wanted);
const results = byPart(outcomes);
const settings = {
  command: `npm run bench:detection -- ${process.argv.slice(2).join(' ')}`.trim(),
  seeds: wanted.seeds.join(', '),
  data: dataFingerprint(),
  sources: [...new Set(outcomes.map(({ part }) => `${part.name} ${fingerprint(part.name)}`))].join(', '),
};

console.log(
  `${settings.command}; seeds ${settings.seeds}; ../shared/data ${settings.data}\nsources: ${settings.sources}`,
);
for (const { part, summary, entries } of results) {
  console.log(`\n## ${part}\n\n${summary}\n\n${markdown(tableOf(entries))}`);
}
const compared = headlineTable(headlines(results));
if (wanted.ablation) console.log(`\n## ablation\n\n${markdown(compared)}`);
mkdirSync(path.dirname(wanted.json), { recursive: true });
writeFileSync(wanted.json, `${JSON.stringify({ settings, parts: results.map(withoutPlots) }, null, 2)}\n`);
writeFileSync(wanted.page, page({ settings, parts: results, compared: wanted.ablation ? compared : undefined }));
process.stderr.write(`${wanted.json}, ${wanted.page}\n`);

function readArguments(): Asked {
  try {
    return asked(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

/** Parts whose data are absent are left out, and the reason is given. */
function measure({ parts, contestants, seeds, fresh }: Asked): readonly Outcome[] {
  return parts.flatMap((part) => {
    const sources = fingerprint(part.name);
    try {
      return contestants(part).map((contestant) => ({
        part,
        contestant: contestant.name,
        seeds,
        results: seeds.map((seed) => cell({ part, contestant, seed, sources }, fresh)),
      }));
    } catch (error) {
      if (!(error instanceof AbsentData)) throw error;
      process.stderr.write(`${part.name} is left out: ${error.message}\n`);
      return [];
    }
  });
}

function cell(wantedCell: CellOf, fresh: boolean): PartResult {
  const before = fresh ? undefined : kept(wantedCell);
  if (before !== undefined) return before;
  const { part, contestant, seed } = wantedCell;
  const started = process.cpuUsage().user;
  const result = part.run({ contestant, seed });
  keep(wantedCell, result);
  const seconds = (process.cpuUsage().user - started) / 1e6;
  process.stderr.write(`${part.name}, ${contestant.name}, seed ${seed}: ${seconds.toFixed(1)} CPU seconds\n`);
  return result;
}

function withoutPlots({ entries, ...part }: (typeof results)[number]) {
  return { ...part, entries: entries.map(({ plots, ...entry }) => entry) };
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { records } from '../embedded.ts';

/* node test/bench/run.mjs test/bench/baselines/run.ts [--series 100] [--rows 200000] [--json FILE]
 *
 * Rows per CPU-second of the embedded pipeline, of AWS' random cut forest and of River's half-space trees: each in a process of its own, on
 * the same file, a model for each series, at its own defaults, on one thread; parsing the file's JSON counts, starting and warming up do not. What it
 * lacks it fetches from PyPI and Maven's central repository into `.baselines`. Needs Python with venv, Java 17 and Maven. */

/** A window of half-space trees is 250 rows, a sample of a forest 256. */
const WARM_ROWS = 260;
const FOREST = '3.8.0';

const { values } = parseArgs({
  options: {
    series: { type: 'string', default: '100' },
    rows: { type: 'string', default: '200000' },
    json: { type: 'string' },
  },
});
const here = path.resolve('test/bench/baselines');
const fetched = path.resolve('.baselines');
const python = path.join(fetched, 'python/bin/python');
const jar = path.join(fetched, `randomcutforest-core-${FOREST}.jar`);

interface Result {
  readonly name: string;
  readonly version: string;
  readonly rowsPerCpuSecond: number;
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function fetchWhatLacks(): void {
  mkdirSync(fetched, { recursive: true });
  if (!existsSync(python)) {
    run('python3', ['-m', 'venv', path.join(fetched, 'python')]);
    run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', path.join(here, 'requirements.txt')]);
  }
  if (existsSync(jar)) return;
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
  const artifact = `software.amazon.randomcutforest:randomcutforest-core:${FOREST}`;
  run('mvn', ['--quiet', '--batch-mode', copy, `-Dartifact=${artifact}`, `-DoutputDirectory=${fetched}`]);
}

function result(name: string, line: string): Result {
  const { version, rows, seconds } = JSON.parse(line);
  return { name, version, rowsPerCpuSecond: rows / seconds };
}

fetchWhatLacks();
const series = Number(values.series);
const warm = series * WARM_ROWS;
const file = path.join(mkdtempSync(path.join(tmpdir(), 'surprisal-baselines-')), 'records.jsonl');
const lines = records(series, warm + Number(values.rows)).map(({ value }) => Buffer.from(value).toString());
writeFileSync(file, `${lines.join('\n')}\n`);

const given = [file, String(warm)];
const forest = ['-XX:+UseSerialGC', '-cp', jar, path.join(here, 'RandomCutForests.java'), ...given, FOREST];
const own = ['test/bench/run.mjs', path.join(here, 'surprisal.ts'), ...given];
const results = [
  result('surprisal', run(process.execPath, own)),
  result('random cut forest', run('java', forest)),
  result('half-space trees', run(python, [path.join(here, 'HalfSpaceTrees.py'), ...given])),
];

console.log(`${series} series, ${values.rows} rows, one model a series, one thread\n`);
console.log('| detector | rows per CPU-second | surprisal is faster by | version |\n|---|---|---|---|');
for (const { name, version, rowsPerCpuSecond } of results) {
  const times = results[0].rowsPerCpuSecond / rowsPerCpuSecond;
  console.log(`| ${name} | ${Math.round(rowsPerCpuSecond)} | ${times.toFixed(1)} | ${version} |`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ series, results }, null, 2)}\n`);

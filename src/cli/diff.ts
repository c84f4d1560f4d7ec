import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import { type Difference, differences } from '../compare/differences.ts';
import { Incidents } from '../compare/incidents.ts';
import { changesBetween } from '../config/changes.ts';
import { loadConfig } from '../config/load.ts';
import { Detector } from '../detector/detector.ts';
import { Failure } from '../errors/failure.ts';
import { enginesFor } from '../pipeline/run/engines.ts';
import { differenceLines, summaryLine } from './diff-text.ts';
import { type NamedStream, streamJob, streamNamed } from './replay-stream.ts';
import { type Replayed, scoreAll } from './replayed.ts';

const flags = z.object({
  data: z.string(),
  stream: z.string().optional(),
  sort: z.boolean().default(false),
  json: z.boolean().default(false),
  same: z.boolean().default(false),
});

/** What of a stream has no part in a replay from a file. */
const NOT_REPLAYED = ['source', 'emit'];

/** `surprisal diff OLD NEW --data FILE`: which alerts another configuration would have gained, lost and moved. */
export function diffCommand(): Command {
  return new Command('diff')
    .summary('compare the alerts of two configurations on the same data')
    .description(
      'Replays the data through both configurations, as `replay -c` does, and lists the alerts that the new one gains, loses and moves ' +
        '(the same incident, raised or ended at another time, or with another severity). Delivers nothing anywhere. Exit code 0, whether they differ or not.',
    )
    .argument('<old>', 'a configuration, YAML')
    .argument('<new>', 'the other one')
    .requiredOption('--data <file>', 'the data, as the streams decode their records; gzip too')
    .option('--stream <name>', 'which of their streams, where they have several')
    .option('--sort', 'read the data in the order of its times')
    .option('--json', 'a JSON line for each difference, on standard output')
    .option('--same', 'list the alerts that are the same, too')
    .action((before: string, after: string, given: unknown) => diff(before, after, flags.parse(given)));
}

async function diff(before: string, after: string, given: z.infer<typeof flags>): Promise<void> {
  const { data, stream } = given;
  if (data === '-') {
    throw new Failure('cli/bad-flag', 'standard input cannot be read twice; name a file', { where: '--data' });
  }
  const old = streamNamed(loadConfig(before, process.env), stream);
  const fresh = streamNamed(loadConfig(after, process.env), stream);
  process.stderr.write(`${settingsLine(old, fresh)}\n`);
  const found = differences(await incidentsOf(before, old, given), await incidentsOf(after, fresh, given));
  const shown = found.filter(({ change }) => given.same || change !== 'same');
  const write = given.json ? jsonLine : differenceLines;
  for (const difference of shown) process.stdout.write(write(difference));
  (given.json ? process.stderr : process.stdout).write(`${summaryLine(found)}\n`);
}

async function incidentsOf(config: string, named: NamedStream, given: z.infer<typeof flags>) {
  const job = await streamJob(given.data, named, given.sort);
  // No result depends on whether scores are emitted.
  const options = { ...job.options, scores: false };
  const detector = new Detector(options, { engines: enginesFor(options).engines });
  const incidents = new Incidents();
  const replayed = await scoreAll({ ...job, options }, detector, {
    async write(outputs) {
      for (const output of outputs) if (output.kind === 'alert') incidents.add(output);
    },
  });
  reportReplay(config, given.data, { replayed, budget: job.budget });
  return incidents.all;
}

/** @throws Failure source/unusable where no record could be used */
function reportReplay(
  config: string,
  data: string,
  { replayed, budget }: { readonly replayed: Replayed; readonly budget: string },
): void {
  const { detector, alerts, accepted, rejected, rejects } = replayed;
  process.stderr.write(
    `${config}: ${detector.counts.rows} rows of ${detector.seriesCount} series scored, ${alerts} alerts, ${rejected} records rejected; budget ${budget}\n`,
  );
  process.stderr.write(rejects.lines);
  if (accepted === 0 && rejected > 0) {
    throw new Failure('source/unusable', `${config} can use none of its ${rejected} records`, { where: data });
  }
}

/** Which settings of the stream differ, so that nobody looks for the reason. */
function settingsLine(old: NamedStream, fresh: NamedStream): string {
  const paths = changesBetween(old.stream, fresh.stream).filter(([key]) => !NOT_REPLAYED.includes(String(key)));
  if (paths.length === 0) return 'the two configurations score alike: no setting differs that a replay depends on';
  return `settings that differ: ${[...new Set(paths.map(written))].join(', ')}`;
}

/** As the file has it, where a budget is one text. */
function written(path: readonly (string | number)[]): string {
  const text = path.join('.');
  return text.startsWith('alert.budget') ? 'alert.budget' : text;
}

function jsonLine(difference: Difference): string {
  return `${JSON.stringify(difference)}\n`;
}

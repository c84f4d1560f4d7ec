import { createWriteStream } from 'node:fs';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { Failure } from '../errors/failure.ts';
import { shelfOf } from '../service/bundles.ts';
import { unwritable } from './unwritable.ts';

const flags = z.object({ config: z.string(), output: z.string().optional() });

/** `surprisal bundle ALERT -c FILE`: all that is needed to reproduce an alert elsewhere, as a file. */
export function bundleCommand(): Command {
  return new Command('bundle')
    .summary('write what reproduces an alert to a file')
    .description(
      'Writes the bundle of an alert: the rows since the checkpoint before it, the state of that checkpoint, the configuration of the stream with secrets hidden, and versions. ' +
        '`surprisal replay ALERT.bundle` gives the same score. The run may continue meanwhile.',
    )
    .argument('<alert>', 'id of the alert: 16 hex digits')
    .requiredOption('-c, --config <file>', 'the configuration of the run, YAML')
    .option('-o, --output <file>', 'where to write it; ALERT.bundle if absent')
    .action((alert: string, given: unknown) => writeBundleOf(alert, flags.parse(given)));
}

/** @throws Failure cli/bad-flag, bundle/missing, cli/unwritable */
async function writeBundleOf(alert: string, { config, output }: z.infer<typeof flags>): Promise<void> {
  if (!/^[0-9a-f]{16}$/.test(alert)) {
    throw new Failure('cli/bad-flag', 'an alert’s id has 16 hex digits', { where: 'alert' });
  }
  const shelf = shelfOf(loadConfig(config, process.env));
  if (shelf === undefined) {
    throw new Failure('bundle/missing', 'this configuration keeps no bundles: `state.bundles` is 0');
  }
  const found = await shelf.read(alert);
  if (found === undefined) throw new Failure('bundle/missing', `there is no bundle of alert ${alert}`);
  const path = output ?? `${alert}.bundle`;
  await pipeline(found.stream, createWriteStream(path)).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
  process.stderr.write(`${path}: ${found.bytes} bytes; \`surprisal replay ${path}\` reproduces the alert\n`);
}

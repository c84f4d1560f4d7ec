import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { runEmbedded } from './embedded.ts';
import { openLog } from './log.ts';
import { planOf } from './plan.ts';

const flags = z.object({ config: z.string() });

/** `surprisal run -c FILE`: runs a configuration until its sources end or a signal comes. */
export function runCommand(): Command {
  return new Command('run')
    .summary('run a configuration')
    .description(
      'Reads, learns, scores and alerts until the sources end, or SIGINT or SIGTERM comes; goes on from its state.',
    )
    .requiredOption('-c, --config <file>', 'the configuration, YAML')
    .action(async (given: unknown) => runConfig(loadConfig(flags.parse(given).config, process.env)));
}

/** Runs a checked configuration. @throws Failure */
export async function runConfig(config: Config): Promise<void> {
  const { server, log } = config;
  const { host, port, token, series_metrics } = server;
  const listening = { host, port, token, seriesMetrics: series_metrics.enabled ? series_metrics.max : undefined };
  await runEmbedded(planOf(config), server.enabled ? listening : undefined, openLog(log));
}

import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { GroupRuntime } from '../pipeline/group-runtime.ts';
import { Runtime } from '../pipeline/runtime.ts';
import { choosing } from './engines.ts';
import { groupPlanOf } from './group-plan.ts';
import { openLog } from './log.ts';
import { planOf } from './plan.ts';
import { type Served, serve, watchingFor } from './serve.ts';
import { beginAtZero, type Watching, watch } from './watch.ts';
import { watchGroup } from './watch-group.ts';

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
  const heard = server.enabled ? listening : undefined;
  await serve(servedBy(config, watchingFor(heard, openLog(log))), heard);
}

/** The embedded runtime, or a member of a consumer group. */
function servedBy(config: Config, watching: Watching): Served {
  const choose = choosing(watching.log);
  const group = groupPlanOf(config, choose);
  if (group !== undefined) {
    beginAtZero(watching.metrics, group);
    return { service: new GroupRuntime(group, watchGroup(watching)), watching, push: new Map() };
  }
  const embedded = planOf(config, choose);
  beginAtZero(watching.metrics, embedded);
  return { service: new Runtime(embedded, watch(watching)), watching, push: embedded.push };
}

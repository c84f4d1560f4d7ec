import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { Failure } from '../errors/failure.ts';
import { GroupRuntime } from '../pipeline/group-runtime.ts';
import { Runtime } from '../pipeline/runtime.ts';
import type { Service } from '../pipeline/service.ts';
import { choosing } from './engines.ts';
import { Gauges } from './gauges.ts';
import { groupPlanOf } from './group-plan.ts';
import { openLog } from './log.ts';
import { planOf } from './plan.ts';
import { type Served, serve, watchingFor } from './serve.ts';
import { beginAtZero, type Watching, watch } from './watch.ts';
import { watchGroup } from './watch-group.ts';
import { answerParent, isWorker } from './worker.ts';
import { type WorkerOptions, Workers } from './workers.ts';

const flags = z.object({ config: z.string(), workers: z.coerce.number().int().min(1).max(1024).default(1) });

/** `surprisal run -c FILE [--workers N]`: runs a configuration until its sources end or a signal comes. */
export function runCommand(): Command {
  return new Command('run')
    .summary('run a configuration')
    .description(
      'Reads, learns, scores and alerts until the sources end, or SIGINT or SIGTERM comes; goes on from its state.',
    )
    .requiredOption('-c, --config <file>', 'the configuration, YAML')
    .option('--workers <count>', 'members of the consumer group on this machine, each a process of its own', '1')
    .action(async (given: unknown) => {
      const { config, workers } = parsedFlags(given);
      await runConfig(loadConfig(config, process.env), workers === 1 ? undefined : { config, count: workers });
    });
}

function parsedFlags(given: unknown): z.output<typeof flags> {
  const parsed = flags.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Failure('cli/bad-flag', parsed.error.issues[0].message, { where: '--workers' });
}

/** Runs a checked configuration, in this process or in as many workers. @throws Failure */
export async function runConfig(config: Config, workers?: WorkerOptions): Promise<void> {
  const { server, log } = config;
  const { host, port, token, series_metrics } = server;
  const listening = { host, port, token, seriesMetrics: series_metrics.enabled ? series_metrics.max : undefined };
  const heard = server.enabled ? listening : undefined;
  if (workers !== undefined) return await serve(workersOf(config, workers), heard);
  const watching = watchingFor(heard, openLog(log));
  const { service, push } = serviceOf(config, watching);
  const gauges = new Gauges(watching, service);
  const { registry } = watching.metrics;
  const exposition = async () => {
    gauges.refresh();
    return { contentType: registry.contentType, text: await registry.metrics() };
  };
  answerParent(service, gauges, registry);
  await serve({ service, exposition, log: watching.log, push }, isWorker() ? undefined : heard);
}

/** Only a consumer group can share its streams out. @throws Failure cli/bad-flag */
function workersOf(config: Config, options: WorkerOptions): Served {
  if (groupPlanOf(config, choosing(openLog({ level: 'silent', format: 'json' }))) === undefined) {
    throw new Failure('cli/bad-flag', 'streams that do not come from Kafka run in one process', { where: '--workers' });
  }
  const log = openLog(config.log);
  const service = new Workers(options, log);
  return { service, exposition: () => service.exposition(), log, push: new Map() };
}

/** The embedded runtime, or a member of a consumer group. */
function serviceOf(config: Config, watching: Watching): { readonly service: Service; readonly push: Served['push'] } {
  const choose = choosing(watching.log);
  const group = groupPlanOf(config, choose);
  if (group !== undefined) {
    beginAtZero(watching.metrics, group);
    return { service: new GroupRuntime(group, watchGroup(watching, Object.keys(config.streams))), push: new Map() };
  }
  const embedded = planOf(config, choose);
  beginAtZero(watching.metrics, embedded);
  return { service: new Runtime(embedded, watch(watching)), push: embedded.push };
}

import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { Failure } from '../errors/failure.ts';
import type { Live } from '../live/live.ts';
import { GroupRuntime } from '../pipeline/group-runtime.ts';
import type { SinkPlan } from '../pipeline/plan.ts';
import { Runtime } from '../pipeline/runtime.ts';
import type { Service } from '../pipeline/service.ts';
import type { LiveApi } from '../server/live.ts';
import type { SeriesQuery } from '../server/streams.ts';
import { keepAlerts } from './alert-log.ts';
import { choosing } from './engines.ts';
import { Gauges } from './gauges.ts';
import { groupPlanOf } from './group-plan.ts';
import { answerLive } from './live-answers.ts';
import { liveApi, liveOf } from './live-api.ts';
import { openLog } from './log.ts';
import { planOf } from './plan.ts';
import { Reloader } from './reload.ts';
import { type Listening, type Served, serve, watchingFor } from './serve.ts';
import { giving } from './verdicts.ts';
import { seriesStatuses, streamStatuses, streamTotals } from './warm-ups.ts';
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
      const load = () => loadConfig(config, process.env);
      await (workers === 1 ? runConfig(load) : runWorkers(load, { config, count: workers }));
    });
}

function parsedFlags(given: unknown): z.output<typeof flags> {
  const parsed = flags.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Failure('cli/bad-flag', parsed.error.issues[0].message, { where: '--workers' });
}

/** Runs the configuration that `load` reads, and reads again when it is to be reloaded; `more`: sinks that are not in it. @throws Failure */
export async function runConfig(
  load: () => Config,
  more: (config: Config) => readonly SinkPlan[] = () => [],
): Promise<void> {
  const config = load();
  const others = more(config);
  const listening = listeningOf(config);
  const live = liveOf(config);
  const watching = watchingFor(listening, openLog(config.log), live);
  const { metrics, log } = watching;
  const { service, push } = serviceOf(config, watching, others);
  const alerts = live && (await keepAlerts(config, live, log));
  const gauges = new Gauges(watching, service);
  const exposition = async () => {
    gauges.refresh();
    return { contentType: metrics.registry.contentType, text: await metrics.registry.metrics() };
  };
  const streams = Object.keys(config.streams);
  answerParent({ service, streams, gauges, registry: metrics.registry, live });
  const reloader = new Reloader(config, {
    load,
    log,
    metrics,
    exchange: (sinks) => service.exchange([...sinks, ...others]),
  });
  const api = {
    names: streams,
    streams: async () => streamStatuses([streamTotals(streams, service)]),
    series: async (query: SeriesQuery) => seriesStatuses(query, service),
  };
  const ended = () => {
    alerts?.close();
    watching.rejectLog.flush();
    watching.warmUpLog.ended(service.tasks);
  };
  const page = live && pageOf(live, config, service);
  const served = { service, exposition, log, push, api, live: page, reload: () => reloader.reload(), ended };
  const at = isWorker() ? undefined : listening && { ...listening, token: () => reloader.token };
  await serve(served, at);
}

/** What the live page of this process is answered. */
function pageOf(live: Live, config: Config, service: Service): LiveApi {
  const streams = Object.keys(config.streams);
  return liveApi(
    streams,
    async (question) => [answerLive(question, { live, service, streams })],
    giving(config, service),
  );
}

/** The same in so many members of a consumer group, each a process. @throws Failure cli/bad-flag where there is no group to share the streams */
async function runWorkers(load: () => Config, options: WorkerOptions): Promise<void> {
  const config = load();
  if (groupPlanOf(config, choosing(openLog({ level: 'silent', format: 'json' }))) === undefined) {
    throw new Failure('cli/bad-flag', 'streams that do not come from Kafka run in one process', { where: '--workers' });
  }
  refuseSharedFiles(config);
  const log = openLog(config.log);
  const service = new Workers(options, log);
  // Each worker takes it in, or refuses it, by itself; here it is the token and the log that may change.
  const loadEverywhere = () => {
    service.hangUp();
    return load();
  };
  const reloader = new Reloader(config, { load: loadEverywhere, log });
  const exposition = () => service.exposition();
  const streams = Object.keys(config.streams);
  const api = service.api(streams);
  const live = config.server.page.enabled ? service.live(streams) : undefined;
  const served = { service, exposition, log, push: new Map(), api, live, reload: () => reloader.reload() };
  const listening = listeningOf(config);
  await serve(served, listening && { ...listening, token: () => reloader.token });
}

/** @throws Failure cli/bad-flag where several processes would write one file: each cuts off what it does not know */
function refuseSharedFiles({ sinks }: Config): void {
  for (const [name, sink] of Object.entries(sinks)) {
    const path = 'path' in sink ? sink.path : undefined;
    if (path === undefined || path === '-') continue;
    const message = `sink ${name} writes the file ${path}, which one process alone can; the topics have all of it`;
    throw new Failure('cli/bad-flag', message, { where: '--workers' });
  }
}

function listeningOf({ server }: Config): Omit<Listening, 'token'> | undefined {
  const { enabled, host, port, series_metrics, allowed_hosts: allowedHosts } = server;
  const seriesMetrics = series_metrics.enabled ? series_metrics.max : undefined;
  return enabled ? { host, port, seriesMetrics, allowedHosts } : undefined;
}

/** The embedded runtime, or a member of a consumer group; `others`: sinks that are not in the configuration. */
function serviceOf(
  config: Config,
  watching: Watching,
  others: readonly SinkPlan[],
): { readonly service: Service; readonly push: Served['push'] } {
  const choose = choosing(watching.log);
  const read = groupPlanOf(config, choose);
  if (read !== undefined) {
    const group = { ...read, sinks: [...read.sinks, ...others] };
    beginAtZero(watching.metrics, group);
    return { service: new GroupRuntime(group, watchGroup(watching, Object.keys(config.streams))), push: new Map() };
  }
  const plan = planOf(config, choose);
  const embedded = { ...plan, sinks: [...plan.sinks, ...others] };
  beginAtZero(watching.metrics, embedded);
  return { service: new Runtime(embedded, watch(watching)), push: embedded.push };
}

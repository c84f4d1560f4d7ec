import process from 'node:process';
import { Command } from 'commander';
import { z } from 'zod';
import type { Shelf } from '../bundle/shelf.ts';
import type { Config } from '../config/config.ts';
import { loadPrintable, type Printable } from '../config/load.ts';
import { Failure } from '../errors/failure.ts';
import type { SinkPlan } from '../pipeline/plan.ts';
import type { Service } from '../pipeline/run/service.ts';
import { Supervisor } from '../pipeline/run/supervisor.ts';
import type { Bundles } from '../pipeline/task/recorder.ts';
import type { LiveApi } from '../server/live.ts';
import type { SeriesQuery } from '../server/streams.ts';
import { keepAlerts } from '../service/alert-log.ts';
import { bundlesOf, shelfOf } from '../service/bundles.ts';
import { choosing } from '../service/engines.ts';
import { Gauges } from '../service/gauges.ts';
import { answerLive, type LiveParts } from '../service/live-answers.ts';
import { liveApi, liveOf } from '../service/live-api.ts';
import { openLog } from '../service/log.ts';
import { Reloader } from '../service/reload.ts';
import { type Listening, type Served, serve, watchingFor } from '../service/serve.ts';
import { seriesStatuses, streamStatuses, streamTotals } from '../service/warm-ups.ts';
import { beginAtZero, type Watching, watch, watchState } from '../service/watch.ts';
import { watchGroup, watchKafka } from '../service/watch-group.ts';
import { WhatIf } from '../service/what-if.ts';
import { embeddedOf, groupOf, planOf } from '../service/wiring.ts';
import { answerParent, isWorker } from '../service/worker.ts';
import { type WorkerOptions, Workers } from '../service/workers.ts';
import { EmbeddedBackend } from '../state/backend.ts';

const flags = z.object({ config: z.string(), workers: z.coerce.number().int().min(1).max(1024).default(1) });

/** `surprisal run -c FILE [--workers N]`: runs a configuration until its sources end or a signal comes. */
export function runCommand(): Command {
  return new Command('run')
    .summary('run a configuration')
    .description(
      'Reads, learns, scores and alerts until the sources end, or SIGINT or SIGTERM comes; continues from its state.',
    )
    .requiredOption('-c, --config <file>', 'the configuration, YAML')
    .option('--workers <count>', 'members of the consumer group on this machine, each a process of its own', '1')
    .action(async (given: unknown) => {
      const { config, workers } = parsedFlags(given);
      if (workers === 1) await runConfig(() => loadPrintable(config, process.env));
      else await runWorkers(() => loadPrintable(config, process.env), { config, count: workers });
    });
}

function parsedFlags(given: unknown): z.output<typeof flags> {
  const parsed = flags.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Failure('cli/bad-flag', parsed.error.issues[0].message, { where: '--workers' });
}

/**
 * Runs the configuration that `load` reads, and reads again when it is to be reloaded; `more`: sinks that are not in
 * it. @throws Failure
 */
export async function runConfig(
  load: () => Printable,
  more: (config: Config) => readonly SinkPlan[] = () => [],
): Promise<void> {
  const { config, print } = load();
  const others = more(config);
  const listening = listeningOf(config);
  const live = liveOf(config);
  const watching = watchingFor(listening, openLog(config.log), live);
  const { metrics, log } = watching;
  const shelf = shelfOf(config);
  const bundles = shelf && bundlesOf(shelf, { printed: print(), log });
  const { service, push } = await serviceOf(config, watching, { sinks: others, bundles });
  const alerts = live && (await keepAlerts(config, live, log));
  const gauges = new Gauges(watching, service);
  const streams = Object.keys(config.streams);
  answerParent({ service, streams, gauges, registry: metrics.registry, live });
  const reloader = new Reloader(config, {
    load: () => load().config,
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
  const page = live && pageOf({ live, service, streams }, { shelf, printed: print });
  const exposition = () => gauges.exposition();
  const served = { service, exposition, log, push, api, live: page, reload: () => reloader.reload(), ended };
  const at = isWorker() ? undefined : listening && { ...listening, token: () => reloader.token };
  await serve(served, at);
}

/** What the live page is answered by this process alone. */
function pageOf(parts: LiveParts, beside: Beside): LiveApi {
  const api = liveApi(parts.streams, async (question) => [await answerLive(question, parts)]);
  return withMore(api, beside);
}

/** What the page needs beside the processes that score. */
interface Beside {
  /** All processes of one machine have one. */
  readonly shelf: Shelf | undefined;
  readonly printed: () => string;
}

function withMore(api: ReturnType<typeof liveApi>, { shelf, printed }: Beside): LiveApi {
  const whatIf = new WhatIf({ printed, recent: api.recent });
  return { ...api, bundle: shelf && ((id) => shelf.read(id)), whatIf: (body) => whatIf.try(body) };
}

/**
 * The same in so many members of a consumer group, each a process. @throws Failure cli/bad-flag where there is no group
 * to share the streams
 */
async function runWorkers(load: () => Printable, options: Omit<WorkerOptions, 'mostAlerts'>): Promise<void> {
  const { config, print } = load();
  if (groupOf(config) === undefined) {
    throw new Failure('cli/bad-flag', 'streams that do not come from Kafka run in one process', { where: '--workers' });
  }
  refuseSharedFiles(config);
  const log = openLog(config.log);
  const service = new Workers({ ...options, mostAlerts: config.server.page.max_alerts }, log);
  // Each worker takes it in, or refuses it, on its own; here it is the token and the log that may change.
  const loadEverywhere = () => {
    service.hangUp();
    return load().config;
  };
  const reloader = new Reloader(config, { load: loadEverywhere, log });
  const exposition = () => service.exposition();
  const streams = Object.keys(config.streams);
  const api = service.api(streams);
  const live = config.server.page.enabled
    ? withMore(service.live(streams), { shelf: shelfOf(config), printed: print })
    : undefined;
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
  const { enabled, host, port, tls, series_metrics, allowed_hosts: allowedHosts } = server;
  const seriesMetrics = series_metrics.enabled ? series_metrics.max : undefined;
  return enabled ? { host, port, tls, seriesMetrics, allowedHosts } : undefined;
}

/**
 * What runs the configuration, over a folder or as a member of a consumer group, whose client is loaded only then;
 * `others`: sinks that are not in it.
 */
async function serviceOf(
  config: Config,
  watching: Watching,
  { sinks: others, bundles }: { readonly sinks: readonly SinkPlan[]; readonly bundles: Bundles | undefined },
): Promise<{ readonly service: Service; readonly push: Served['push'] }> {
  const plan = planOf(config, choosing(watching.log), others);
  beginAtZero(watching.metrics, plan);
  const group = groupOf(config, others);
  if (group !== undefined) {
    const { KafkaBackend } = await import('../kafka/backend.ts');
    const backend = new KafkaBackend(group, watchKafka(watching));
    const events = watchGroup(watching, Object.keys(config.streams));
    return { service: new Supervisor({ ...plan, bundles }, backend, events), push: new Map() };
  }
  const { options, push } = embeddedOf(config);
  const backend = new EmbeddedBackend(options, (event) => watchState(event, watching));
  return { service: new Supervisor({ ...plan, bundles }, backend, watch(watching)), push };
}

import process from 'node:process';
import type { Logger } from 'pino';
import { Failure } from '../errors/failure.ts';
import type { Live } from '../live/live.ts';
import { Metrics } from '../metrics/metrics.ts';
import { SeriesGauges } from '../metrics/series-gauges.ts';
import { loadPage } from '../page/files.ts';
import type { PushPlan } from '../pipeline/plan.ts';
import type { Service } from '../pipeline/run/service.ts';
import type { LiveApi } from '../server/live.ts';
import { type Exposition, startServer } from '../server/server.ts';
import type { StreamsApi } from '../server/streams.ts';
import type { TlsPaths } from '../server/tls-files.ts';
import { LastCheckpoints } from './last-checkpoints.ts';
import { RejectLog } from './reject-log.ts';
import { WarmUpLog } from './warm-up-log.ts';
import type { Watching } from './watch.ts';

/** Time for the deliveries to finish after a signal. */
const GRACE_MS = 10_000;
/** The same after nobody reads standard output any more. */
const UNREAD_GRACE_MS = 1_000;

const ECHO_MS = 1_000;

/** Where the HTTP server listens; absent = none. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly token?: (() => string | undefined) | undefined;
  /** Most series that have gauges of their own; none where absent. */
  readonly seriesMetrics?: number | undefined;
  readonly allowedHosts?: readonly string[] | undefined;
  readonly tls?: TlsPaths | undefined;
}

/** What is served: the service, what it counts, and the streams that take pushed records. */
export interface Served {
  readonly service: Pick<Service, 'readiness' | 'stop' | 'run'>;
  readonly exposition: () => Promise<Exposition>;
  readonly log: Logger;
  readonly push: ReadonlyMap<string, PushPlan>;
  readonly api: StreamsApi;
  /** What the live page is answered; absent = no page. */
  readonly live?: LiveApi | undefined;
  /** Takes the configuration in again. @throws Failure where it is refused; the log has it already */
  readonly reload?: (() => Promise<void>) | undefined;
  /** Once nothing runs any more: for what is only said or closed then. */
  readonly ended?: (() => void) | undefined;
}

/**
 * Runs a service with its server until it ends or a signal comes: SIGINT and SIGTERM commit and leave, a second one
 * leaves at once; SIGHUP reloads.
 */
export async function serve(served: Served, listening: Listening | undefined): Promise<void> {
  const { service, exposition, log, push, api, live, reload, ended } = served;
  const server =
    listening &&
    (await startServer({
      ...listening,
      exposition,
      health: () => service.readiness,
      onBug: (error) => log.error({ err: error }, 'a request failed; this is a bug'),
      ...{ push, api },
      live: live && { api: live, files: await loadPage() },
      reload,
      onTlsReload: (refused) => sayTls(refused, log),
    }));
  if (server) sayWhere(server.url, served);
  let stoppedAt: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    // npm hands on a Ctrl-C that the terminal has given to everybody: the second within a second is the first.
    if (stoppedAt !== undefined && performance.now() - stoppedAt > ECHO_MS) process.exit(130);
    if (stoppedAt !== undefined) return;
    stoppedAt = performance.now();
    log.info({ signal }, 'stopping: committing and delivering what is committed');
    service.stop(GRACE_MS);
  };
  // Standard output has nobody who reads it (`| head`): what it was to show can be delivered to nobody.
  const unread = () => service.stop(UNREAD_GRACE_MS);
  const hangUp = () => reload?.().catch(unlessRefused);
  if (reload !== undefined) process.on('SIGHUP', hangUp);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  process.stdout.once('error', unread);
  try {
    await service.run();
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', hangUp);
    process.stdout.off('error', unread);
    await server?.close();
    ended?.();
  }
  log.info('stopped');
}

function sayTls(refused: Failure | undefined, log: Logger): void {
  if (refused === undefined) log.info('the certificate of the server has changed; new connections get the new one');
  else log.error({ code: refused.code }, `certificate rejected; still serving the previous one: ${refused.describe()}`);
}

function sayWhere(url: string, { log, live }: Served): void {
  log.info({ url }, `metrics and probes: ${url}/metrics, ${url}/readyz`);
  if (live) log.info({ url }, `live page: ${url}/`);
}

/** A refusal is logged already; anything else is a bug, and crashes. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
}

/** Where a process counts and logs. */
export function watchingFor(listening: Listening | undefined, log: Logger, live?: Live): Watching {
  const metrics = new Metrics();
  const most = listening?.seriesMetrics;
  const seriesGauges = most === undefined ? undefined : new SeriesGauges(most);
  const logs = { log, warmUpLog: new WarmUpLog(log), rejectLog: new RejectLog(log) };
  return { metrics, lastCheckpoints: new LastCheckpoints(), seriesGauges, live, ...logs };
}

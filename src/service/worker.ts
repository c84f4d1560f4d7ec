import process from 'node:process';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { Live } from '../live/live.ts';
import { alertRecord } from '../live/schema.ts';
import type { Service } from '../pipeline/run/service.ts';
import type { Gauges } from './gauges.ts';
import { answerLive, liveQuestion } from './live-answers.ts';
import { seriesStatuses, streamTotals } from './warm-ups.ts';

const WORKER = 'SURPRISAL_WORKER';

const seriesQuery = z.strictObject({
  stream: z.string(),
  state: z.enum(['warming', 'ready']).optional(),
  limit: z.int(),
  after: z.string().optional(),
});

/** What a worker is asked about: its metrics, its streams, some series of one, or what the live page shows. */
const about = z.union([z.literal('metrics'), z.literal('streams'), seriesQuery, liveQuestion]);

/** What a worker is asked, and what it answers. */
export const question = z.strictObject({ ask: z.int(), about });
const answer = z.strictObject({
  ask: z.int(),
  readiness: z.strictObject({ started: z.boolean(), ready: z.boolean(), reasons: z.array(z.string()) }),
  found: z.array(z.unknown()),
});

/** What a worker sends: an answer, or an alert of its own each time that it changes. */
export const fromWorker = z.union([answer, z.strictObject({ alert: alertRecord })]);

/** See `question`. */
export type About = z.infer<typeof about>;

/** A worker's answer about its streams, and about series. */
export const totalsFound = z.array(
  z.object({
    name: z.string(),
    series: z.number(),
    warming: z.number(),
    ratioSum: z.number(),
    etaMs: z.number().optional(),
  }),
);
export const seriesFound = z.array(
  z.strictObject({
    name: z.string(),
    state: z.enum(['warming', 'ready']),
    percent: z.number(),
    rows: z.number(),
    rowsNeeded: z.number(),
    etaSeconds: z.number().nullable(),
  }),
);

/** Whether this process is one of several that a parent serves. */
export function isWorker(): boolean {
  return process.env[WORKER] !== undefined && process.send !== undefined;
}

/** The environment of a worker. */
export function workerEnv(number: number): NodeJS.ProcessEnv {
  return { ...process.env, [WORKER]: String(number) };
}

/** What a worker answers from. */
export interface WorkerParts {
  readonly service: Service;
  readonly streams: readonly string[];
  readonly gauges: Gauges;
  readonly registry: Registry;
  readonly live: Live | undefined;
}

/** Answers the parent's questions, and ends with it: a worker whose parent was killed is served by nobody. */
export function answerParent(parts: WorkerParts): void {
  if (!isWorker()) return;
  const { service, live } = parts;
  live?.restore([], (alert) => void process.send?.({ alert }));
  process.on('message', async (message: unknown) => {
    const { ask, about } = question.parse(message);
    const { started, ready, reasons } = service.readiness;
    process.send?.({ ask, readiness: { started, ready, reasons }, found: await foundOf(about, parts) });
  });
  process.once('disconnect', () => service.stop(0));
  // The channel alone keeps no process alive once the service has ended.
  process.channel?.unref();
}

async function foundOf(about: About, parts: WorkerParts): Promise<readonly unknown[]> {
  const { service, streams, gauges, registry, live } = parts;
  if (typeof about === 'object' && 'live' in about) {
    return live === undefined ? [] : await answerLive(about, { live, service, streams }).catch(whyNot);
  }
  if (about === 'streams') return streamTotals(streams, service);
  if (about !== 'metrics') return seriesStatuses(about, service);
  gauges.refresh();
  return [...(await registry.getMetricsAsJSON()), ...(await gauges.series())];
}

/** The parent has the reason in words. */
function whyNot(error: unknown): readonly string[] {
  if (error instanceof Failure) return [error.message];
  throw error;
}

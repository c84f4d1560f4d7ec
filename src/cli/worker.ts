import process from 'node:process';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import type { Service } from '../pipeline/service.ts';
import type { Gauges } from './gauges.ts';

const WORKER = 'SURPRISAL_WORKER';

/** What a worker is asked, and what it answers. */
export const question = z.strictObject({ ask: z.int() });
export const answer = z.strictObject({
  ask: z.int(),
  readiness: z.strictObject({ started: z.boolean(), ready: z.boolean(), reasons: z.array(z.string()) }),
  metrics: z.array(z.unknown()),
});

/** Whether this process is one of several that a parent serves. */
export function isWorker(): boolean {
  return process.env[WORKER] !== undefined && process.send !== undefined;
}

/** The environment of a worker. */
export function workerEnv(number: number): NodeJS.ProcessEnv {
  return { ...process.env, [WORKER]: String(number) };
}

/** Answers the parent's questions, and ends with it: a worker whose parent was killed is served by nobody. */
export function answerParent(service: Service, gauges: Gauges, registry: Registry): void {
  if (!isWorker()) return;
  process.on('message', async (message: unknown) => {
    const { ask } = question.parse(message);
    gauges.refresh();
    const { started, ready, reasons } = service.readiness;
    process.send?.({ ask, readiness: { started, ready, reasons }, metrics: await registry.getMetricsAsJSON() });
  });
  process.once('disconnect', () => service.stop(0));
  // The channel alone keeps no process alive once the service has ended.
  process.channel?.unref();
}

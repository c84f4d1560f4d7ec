import type { Logger } from 'pino';
import type { Output } from '../event/output.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Runtime, RuntimeEvents } from '../pipeline/runtime.ts';
import type { Task } from '../pipeline/task.ts';

/** Counts and logs everything that the runtime tells. */
export function watch(metrics: Metrics, log: Logger): RuntimeEvents {
  return {
    state({ what, failure }) {
      if (failure === undefined) log.debug({ what }, 'state');
      else log.error({ what, code: failure.code, where: failure.where }, failure.describe());
    },
    restored({ stream, detector }, { seconds, replayed }) {
      metrics.restoreDuration.set({ stream }, seconds);
      metrics.alertsFiring.set({ stream }, detector.firing);
      metrics.buildInfo.set({ version: VERSION, engine: detector.engine }, 1);
      log.info({ stream, series: detector.population, seconds, replayed, engine: detector.engine }, 'state restored');
    },
    consumed({ stream }, records) {
      metrics.recordsConsumed.inc({ stream }, records);
    },
    emitted({ stream }, outputs, seconds) {
      metrics.inferenceDuration.observe({ stream }, seconds);
      for (const output of outputs) count(metrics, stream, output);
    },
    committed({ stream }, { seconds, bytes }) {
      metrics.checkpointDuration.observe({ stream }, seconds);
      metrics.checkpointBytes.inc({ stream }, bytes);
      metrics.checkpointLastSuccess.set({ stream }, Date.now() / 1000);
    },
    delivered(sink, outputs) {
      metrics.deliveries.inc({ sink, outcome: 'delivered' }, outputs);
    },
    setAside(sink, failure, { sequence }) {
      metrics.deliveries.inc({ sink, outcome: 'set_aside' });
      log.error({ sink, sequence, code: failure.code }, failure.describe());
    },
    failed(sink, failure, retryInMs) {
      metrics.deliveries.inc({ sink, outcome: 'failed' });
      log.warn({ sink, code: failure.code, retryInMs: Math.round(retryInMs) }, failure.describe());
    },
  };
}

/** Version of the package, for `build_info` and `--version`. */
export const VERSION = '0.1.0';

function count(metrics: Metrics, stream: string, output: Output): void {
  if (output.kind === 'score') {
    metrics.bits.observe({ stream }, output.bits);
  } else if (output.kind === 'reject') {
    metrics.recordsDropped.inc({ stream, reason: output.reason });
  } else if (output.state === 'resolved') {
    metrics.alertsFiring.dec({ stream });
  } else if (output.revision === 0) {
    metrics.alerts.inc({ stream, severity: output.severity });
    metrics.alertsFiring.inc({ stream });
  }
}

/** Brings the gauges up to date that are read, not counted. */
export function refresh(metrics: Metrics, runtime: Runtime, seen: Map<string, Task['detector']['counts']>): void {
  for (const task of runtime.tasks) {
    const { stream } = task;
    const { detector } = task;
    const { rows, updates, evicted } = detector.counts;
    const before = seen.get(stream) ?? { rows: 0, updates: 0, evicted: 0 };
    seen.set(stream, { rows, updates, evicted });
    metrics.rowsScored.inc({ stream }, rows - before.rows);
    metrics.learningUpdates.inc({ stream }, updates - before.updates);
    metrics.seriesEvicted.inc({ stream }, evicted - before.evicted);
    metrics.seriesActive.set({ stream }, detector.population);
    metrics.seriesWarming.set({ stream }, detector.warming);
    metrics.stateBytes.set({ stream }, detector.population * detector.bytesPerSeries);
    if (Number.isFinite(detector.watermark))
      metrics.eventTimeLag.set({ stream }, (Date.now() - detector.watermark) / 1000);
    const perWeek = task.budgetPerWeek;
    if (perWeek !== undefined) metrics.budgetTarget.set({ stream }, perWeek);
  }
  for (const { sink, queued } of runtime.queues) metrics.deliveryQueue.set({ sink }, queued);
}

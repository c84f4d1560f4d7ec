import type { Logger } from 'pino';
import type { Output } from '../event/output.ts';
import type { Live } from '../live/live.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { SeriesGauges } from '../metrics/series-gauges.ts';
import type { DeliveryEvents } from '../pipeline/delivery/sink-writer.ts';
import type { SinkPlan, StreamPlan } from '../pipeline/plan.ts';
import type { SupervisorEvents } from '../pipeline/run/supervisor.ts';
import { REJECT_REASONS } from '../pipeline/task/reject-hint.ts';
import type { LiveTask, TaskEvents } from '../pipeline/task/task-events.ts';
import type { StateEvent } from '../state/open.ts';
import type { LastCheckpoints } from './last-checkpoints.ts';
import type { RejectLog } from './reject-log.ts';
import { VERSION } from './version.ts';
import type { WarmUpLog } from './warm-up-log.ts';

/** Where events are counted and logged. */
export interface Watching {
  readonly metrics: Metrics;
  readonly lastCheckpoints: LastCheckpoints;
  readonly warmUpLog: WarmUpLog;
  readonly rejectLog: RejectLog;
  /** Absent where single series have no gauges. */
  readonly seriesGauges?: SeriesGauges | undefined;
  /** Absent where there is no live page. */
  readonly live?: Live | undefined;
  readonly log: Logger;
}

/** Counts and logs everything that a run reports; that of a consumer group has more to report. */
export function watch(watching: Watching): SupervisorEvents {
  return { ...watchTasks(watching), ...watchDeliveries(watching), assigned: () => {} };
}

/** Why a value is missing that somebody sent: worth a line in the log, once for each channel. */
const UNUSABLE: ReadonlyMap<string, string> = new Map([
  ['wrong-type', 'is no finite number; correct the mapping, or add it to `missing` or `states` of the channel'],
  ['out-of-range', 'is outside `valid`; correct the sensor, or widen `valid` of the channel'],
]);

function missingWatch(metrics: Metrics, log: Logger): TaskEvents['missing'] {
  const reported = new Set<string>();
  return ({ stream }, values) => {
    for (const { channel, reason, count, example } of values) {
      metrics.valuesMissing.inc({ stream, channel, reason }, count);
      const name = JSON.stringify([stream, channel, reason]);
      const why = UNUSABLE.get(reason);
      if (why === undefined || reported.has(name)) continue;
      reported.add(name);
      const message = `${stream}: ${channel} has a value that ${why}. The value is missing, the rest of its record is used`;
      log.warn({ stream, channel, reason, value: example }, message);
    }
  };
}

/** Counts and logs what tasks report. */
function watchTasks(watching: Watching): TaskEvents {
  const { metrics, lastCheckpoints, warmUpLog, log } = watching;
  return {
    ...watchRecords(watching),
    restored(task, { seconds, bytes, replayed }) {
      const { stream, detector } = task;
      metrics.restoreDuration.set({ stream }, seconds);
      metrics.restoredBytes.set({ stream }, bytes);
      lastCheckpoints.restored(task, Date.now() / 1000);
      metrics.buildInfo.set({ version: VERSION, engine: detector.engine }, 1);
      log.info(
        { stream, series: detector.seriesCount, seconds, bytes, replayed, engine: detector.engine },
        'state restored',
      );
      const { convertedFrom } = detector;
      if (convertedFrom !== undefined) {
        const message = `${task.name}: the state was learned by the engine ${convertedFrom}, which this machine lacks; ${detector.engine} continues with its weights, and last digits of scores may differ`;
        log.warn({ stream, engine: detector.engine, learner: convertedFrom }, message);
      }
      warmUpLog.restored(task);
    },
    interrupted(where, failure) {
      metrics.interruptions.inc({ code: failure.code });
      log.warn({ where, code: failure.code }, failure.describe());
    },
    learned({ stream }, seconds) {
      metrics.learningDuration.observe({ stream }, seconds);
    },
    committed(task, commit) {
      countCommit(metrics, lastCheckpoints, { ...commit, task });
      warmUpLog.committed(task, commit.checkpoint);
    },
  };
}

/** What comes in and what is made of it. */
function watchRecords({
  metrics,
  rejectLog,
  seriesGauges,
  live,
  log,
}: Watching): Pick<TaskEvents, 'missing' | 'consumed' | 'emitted'> {
  return {
    missing: missingWatch(metrics, log),
    consumed({ stream }, records) {
      metrics.recordsConsumed.inc({ stream }, records);
      live?.consumed(stream, records);
    },
    emitted({ stream, detector }, outputs, seconds) {
      metrics.inferenceDuration.observe({ stream }, seconds);
      live?.emitted(stream, outputs, detector.insights);
      for (const output of outputs) {
        count(metrics, stream, output);
        if (output.kind === 'score') seriesGauges?.saw(output);
        else if (output.kind === 'reject') rejectLog.saw(output);
      }
    },
  };
}

/** Counts and logs what deliveries report. */
function watchDeliveries({ metrics, live, log }: Watching): DeliveryEvents {
  return {
    delivered(sink, outputs) {
      metrics.deliveries.inc({ sink, outcome: 'delivered' }, outputs);
      live?.delivered(sink, outputs);
    },
    resent(sink, outputs) {
      metrics.deliveries.inc({ sink, outcome: 'resent' }, outputs);
    },
    deadLetter(sink, failure, { sequence }) {
      metrics.deliveries.inc({ sink, outcome: 'set_aside' });
      live?.failed(sink, failure.describe());
      log.error({ sink, sequence, code: failure.code }, failure.describe());
    },
    dropped(sink, failure, points) {
      metrics.pointsDropped.inc({ sink }, points);
      log.warn({ sink, code: failure.code, points }, failure.describe());
    },
    failed(sink, failure, retryInMs) {
      metrics.deliveries.inc({ sink, outcome: 'failed' });
      live?.failed(sink, failure.describe());
      log.warn({ sink, code: failure.code, retryInMs: Math.round(retryInMs) }, failure.describe());
    },
    turnedOff(sink, failure) {
      metrics.deliveryOff.set({ sink }, 1);
      live?.failed(sink, failure.describe(), true);
      log.error({ sink, code: failure.code }, `the sink is turned off until the next start: ${failure.describe()}`);
    },
  };
}

/** What is counted, by name. */
interface Counted {
  readonly streams: readonly Pick<StreamPlan, 'detector'>[];
  readonly sinks: readonly Pick<SinkPlan, 'name'>[];
}

/** Lets counters begin at 0, so that the first increase is seen as one. */
export function beginAtZero(metrics: Metrics, { streams, sinks }: Counted): void {
  metrics.stateFallbacks.inc(0);
  for (const outcome of ['taken', 'failed']) metrics.backups.inc({ outcome }, 0);
  for (const { detector } of streams) {
    const { stream } = detector;
    metrics.recordsConsumed.inc({ stream }, 0);
    for (const reason of REJECT_REASONS) metrics.recordsDropped.inc({ stream, reason }, 0);
    for (const severity of ['warning', 'critical']) metrics.alerts.inc({ stream, severity }, 0);
  }
  for (const { name: sink } of sinks) {
    for (const outcome of ['delivered', 'set_aside', 'failed']) metrics.deliveries.inc({ sink, outcome }, 0);
    metrics.deliveryOff.set({ sink }, 0);
    metrics.pointsDropped.inc({ sink }, 0);
  }
}

/** Counts and logs what becomes of the state folder. */
export function watchState({ what, failure }: StateEvent, { metrics, log }: Pick<Watching, 'metrics' | 'log'>): void {
  if (what === 'fell-back') metrics.stateFallbacks.inc();
  else metrics.backups.inc({ outcome: what === 'backup-taken' ? 'taken' : 'failed' });
  if (what === 'backup-taken') metrics.backupLastSuccess.set(Date.now() / 1000);
  if (failure === undefined) log.debug({ what }, 'state');
  else log.error({ what, code: failure.code, where: failure.where }, failure.describe());
}

function countCommit(
  metrics: Metrics,
  lastCheckpoints: LastCheckpoints,
  { task, seconds, bytes, checkpoint }: Parameters<TaskEvents['committed']>[1] & { readonly task: LiveTask },
): void {
  const { stream } = task;
  metrics.commitDuration.observe({ stream }, seconds);
  metrics.commitLastSuccess.set({ stream }, Date.now() / 1000);
  if (!checkpoint) return;
  metrics.checkpointDuration.observe({ stream }, seconds);
  metrics.checkpointBytes.inc({ stream }, bytes);
  lastCheckpoints.checkpointed(task, Date.now() / 1000);
}

function count(metrics: Metrics, stream: string, output: Output): void {
  if (output.kind === 'score') {
    metrics.bits.observe({ stream }, output.bits);
  } else if (output.kind === 'reject') {
    metrics.recordsDropped.inc({ stream, reason: output.reason });
  } else if (output.state === 'firing' && output.revision === 0) {
    metrics.alerts.inc({ stream, severity: output.severity });
  }
}

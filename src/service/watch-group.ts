import type { KafkaEvents } from '../kafka/backend.ts';
import { isOutage } from '../kafka/outages.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { SupervisorEvents } from '../pipeline/run/supervisor.ts';
import { type Watching, watch } from './watch.ts';

/** Counts and logs what the brokers' side of a run reports. */
export function watchKafka(watching: Watching): KafkaEvents {
  const { metrics, log } = watching;
  return {
    interrupted: interruptedBy(watching),
    outage: (failure) => {
      log.warn({ code: failure.code }, `waiting for the brokers; it continues once they answer: ${failure.describe()}`);
    },
    outageEnded: (seconds) => log.info({ seconds: Math.round(seconds) }, 'the brokers answer again'),
    log: (level, message, fields) => log[level](fields, message),
    restoring: ({ topic, partition }, { read, of, bytes }) => {
      log.info({ topic, partition, percent: Math.floor((100 * read) / of), bytes }, 'restoring the state');
    },
    did: ({ topic, partition }, what) => log.warn({ topic, partition }, what),
    lag: ({ topic, partition: number }, records, blockedMs) => {
      const partition = String(number);
      metrics.consumerLag.set({ topic, partition }, records);
      metrics.openTransactionAge.set({ topic, partition }, blockedMs / 1000);
    },
  };
}

/** Counts and logs everything that a member of a consumer group reports. */
export function watchGroup(watching: Watching, streams: readonly string[]): SupervisorEvents {
  const { metrics, lastCheckpoints, warmUpLog, log } = watching;
  return {
    ...watch(watching),
    interrupted: interruptedBy(watching),
    assigned: (partitions) => {
      metrics.partitionsAssigned.set(partitions.length);
      log.info({ partitions: partitions.map(({ name }) => name) }, 'the group has given this member its partitions');
      metrics.consumerLag.reset();
      metrics.openTransactionAge.reset();
      const tasks = new Set(partitions.map(({ task }) => task));
      lastCheckpoints.keep(tasks);
      warmUpLog.keep(tasks);
      const here = new Set(partitions.map(({ stream }) => stream));
      for (const stream of streams) if (!here.has(stream)) forget(metrics, stream);
    },
  };
}

/** Each failure of an outage is counted; the log has the outage once, and each only at the level `debug`. */
function interruptedBy(watching: Watching): SupervisorEvents['interrupted'] {
  const { metrics, log } = watching;
  const { interrupted } = watch(watching);
  return (where, failure) => {
    if (!isOutage(failure)) return interrupted(where, failure);
    metrics.interruptions.inc({ code: failure.code });
    log.debug({ where, code: failure.code }, failure.describe());
  };
}

/** The times of a stream that others have now would grow old here. */
function forget(metrics: Metrics, stream: string): void {
  for (const gauge of [metrics.commitLastSuccess, metrics.restoreDuration, metrics.restoredBytes]) {
    gauge.remove({ stream });
  }
}

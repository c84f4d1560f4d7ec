import type { Metrics } from '../metrics/metrics.ts';
import type { GroupEvents } from '../pipeline/group-runtime.ts';
import { type Watching, watchDeliveries, watchTasks } from './watch.ts';

/** Counts and logs everything that a member of a consumer group tells. */
export function watchGroup(watching: Watching, streams: readonly string[]): GroupEvents {
  const { metrics, lastSaved, warmUpLog, log } = watching;
  return {
    ...watchTasks(watching),
    ...watchDeliveries(watching),
    log: (level, message, fields) => log[level](fields, message),
    restoring: ({ topic, partition }, { read, of, bytes }) => {
      log.info({ topic, partition, percent: Math.floor((100 * read) / of), bytes }, 'restoring the state');
    },
    lag: ({ topic, partition }, records) => {
      metrics.consumerLag.set({ topic, partition: String(partition) }, records);
    },
    assigned: (places) => {
      const names = places.map(({ topic, partition }) => `${topic}/${partition}`);
      metrics.partitionsAssigned.set(names.length);
      log.info({ partitions: names }, 'the group has given this member its partitions');
      metrics.consumerLag.reset();
      const tasks = new Set(places.map(({ stream, partition }) => `${stream}/${partition}`));
      lastSaved.keep(tasks);
      warmUpLog.keep(tasks);
      const here = new Set(places.map(({ stream }) => stream));
      for (const stream of streams) if (!here.has(stream)) forget(metrics, stream);
    },
  };
}

/** The times of a stream that others have now would grow old here. */
function forget(metrics: Metrics, stream: string): void {
  for (const gauge of [metrics.commitLastSuccess, metrics.restoreDuration, metrics.restoredBytes]) {
    gauge.remove({ stream });
  }
}

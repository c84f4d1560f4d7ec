import { Slices } from '../async/slices.ts';
import type { MetricsText } from '../metrics/aggregated.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type SeriesFamily, withFamilies } from '../metrics/series-gauges.ts';
import type { Service } from '../pipeline/run/service.ts';
import type { LiveTask } from '../pipeline/task/task-events.ts';
import { warmUpOf } from './warm-ups.ts';
import type { Watching } from './watch.ts';

type Counts = LiveTask['detector']['counts'];

const NOTHING: Counts = { rows: 0, missing: 0, updates: 0, evicted: 0, outside: 0 };

/** What is read at each scrape, and not counted as it happens. */
export class Gauges {
  readonly #watching: Watching;
  readonly #service: Service;
  /** Tasks come and go with a consumer group's partitions. */
  readonly #seen = new WeakMap<LiveTask, Counts>();
  #toldFull = false;

  constructor(watching: Watching, service: Service) {
    this.#watching = watching;
    this.#service = service;
  }

  /** Brings every gauge but those of single series up to date; the tasks of one stream are added up. O(series). */
  refresh(): void {
    const { metrics, lastCheckpoints } = this.#watching;
    for (const gauge of ofTasks(metrics)) gauge.reset();
    for (const [stream, tasks] of tasksByStream(this.#service)) this.#refreshStream(stream, tasks);
    for (const [stream, time] of lastCheckpoints.oldest(this.#service.tasks, Date.now() / 1000)) {
      metrics.checkpointLastSuccess.set({ stream }, time);
    }
    for (const { sink, queued, waiting } of this.#service.queues) {
      metrics.deliveryQueue.set({ sink }, queued);
      metrics.deliveryWaiting.set({ sink }, waiting);
    }
    this.#sayIfFull();
  }

  /** All metrics of this process, up to date. O(series). */
  async exposition(): Promise<MetricsText> {
    this.refresh();
    const { registry } = this.#watching.metrics;
    return { contentType: registry.contentType, text: withFamilies(await registry.metrics(), await this.series()) };
  }

  /** The gauges of single series, in slices. O(series). */
  async series(): Promise<readonly SeriesFamily[]> {
    const { seriesGauges } = this.#watching;
    if (seriesGauges === undefined) return [];
    const byStream = tasksByStream(this.#service);
    const steps = seriesGauges.families((stream, series) => {
      for (const { detector } of byStream.get(stream) ?? []) {
        const found = detector.warmUp.of(series);
        if (found !== undefined) return found;
      }
      return undefined;
    });
    const slices = new Slices();
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      if (slices.isOver) await slices.rest();
    }
  }

  #refreshStream(stream: string, tasks: readonly LiveTask[]): void {
    const { metrics } = this.#watching;
    const sum = (of: (task: LiveTask) => number) => tasks.reduce((total, task) => total + of(task), 0);
    for (const task of tasks) this.#count(stream, task);
    metrics.seriesActive.set(
      { stream },
      sum(({ detector }) => detector.seriesCount),
    );
    metrics.alertsFiring.set(
      { stream },
      sum(({ detector }) => detector.firing),
    );
    this.#refreshWarmUp(stream, tasks);
    metrics.stateBytes.set(
      { stream },
      sum(({ detector }) => detector.seriesCount * detector.bytesPerSeries),
    );
    const watermark = Math.min(...tasks.map(({ detector }) => detector.watermark).filter(Number.isFinite));
    if (Number.isFinite(watermark)) metrics.eventTimeLag.set({ stream }, (Date.now() - watermark) / 1000);
    if (tasks.some(({ budgetPerWeek }) => budgetPerWeek === undefined)) return;
    metrics.budgetTarget.set(
      { stream },
      sum(({ budgetPerWeek }) => budgetPerWeek ?? 0),
    );
    metrics.budgetUsed.set(
      { stream },
      sum(({ detector }) => detector.raisedInWeek),
    );
  }

  #refreshWarmUp(stream: string, tasks: readonly LiveTask[]): void {
    const { metrics } = this.#watching;
    const { series, warming, ratioSum, etaMs } = warmUpOf(tasks);
    metrics.seriesWarming.set({ stream }, warming);
    if (series > 0) metrics.warmUpRatio.set({ stream }, ratioSum / series);
    if (series > 0 && etaMs !== undefined) metrics.warmUpEta.set({ stream }, etaMs / 1000);
  }

  #count(stream: string, task: LiveTask): void {
    const { metrics } = this.#watching;
    const before = this.#seen.get(task) ?? NOTHING;
    const now = task.detector.counts;
    this.#seen.set(task, now);
    metrics.rowsScored.inc({ stream }, now.rows - before.rows);
    metrics.rowsMissing.inc({ stream }, now.missing - before.missing);
    metrics.rowsOutside.inc({ stream }, now.outside - before.outside);
    metrics.learningUpdates.inc({ stream }, now.updates - before.updates);
    metrics.seriesEvicted.inc({ stream }, now.evicted - before.evicted);
  }

  #sayIfFull(): void {
    const { seriesGauges, log } = this.#watching;
    if (seriesGauges?.isFull !== true || this.#toldFull) return;
    this.#toldFull = true;
    log.warn('there are more series than `server.series_metrics.max`: the newest have no gauges');
  }
}

/** What a stream has only while a task of it lives here. */
function ofTasks(metrics: Metrics): readonly { reset(): void }[] {
  const { seriesActive, seriesWarming, warmUpRatio, warmUpEta, stateBytes, checkpointLastSuccess, eventTimeLag } =
    metrics;
  const { alertsFiring, budgetTarget, budgetUsed } = metrics;
  const state = [seriesActive, seriesWarming, warmUpRatio, warmUpEta, stateBytes, checkpointLastSuccess];
  return [...state, eventTimeLag, alertsFiring, budgetTarget, budgetUsed];
}

/** The tasks of a service, by stream. */
export function tasksByStream({ tasks }: Service): ReadonlyMap<string, readonly LiveTask[]> {
  const byStream = new Map<string, LiveTask[]>();
  for (const task of tasks) byStream.set(task.stream, [...(byStream.get(task.stream) ?? []), task]);
  return byStream;
}

import type { Live } from '../live/live.ts';
import type { HealthReport, SinkHealth, StreamHealth } from '../live/schema.ts';
import type { Queue, Service } from '../pipeline/run/service.ts';
import type { LiveTask } from '../pipeline/task/task-events.ts';
import { warmUpOf } from './warm-ups.ts';

interface Parts {
  readonly live: Live;
  readonly service: Pick<Service, 'tasks' | 'queues' | 'readiness'>;
  readonly streams: readonly string[];
}

/** How this process is doing. O(series) */
export function healthOf({ live, service, streams }: Parts): HealthReport {
  const { ready, reasons } = service.readiness;
  return {
    ready,
    reasons: [...reasons],
    streams: streams.map((name) =>
      streamHealth(
        name,
        service.tasks.filter(({ stream }) => stream === name),
        live,
      ),
    ),
    sinks: service.queues.map((queue) => sinkHealth(queue, live)),
  };
}

function streamHealth(name: string, tasks: readonly LiveTask[], live: Live): StreamHealth {
  const { series, warming, ratioSum, etaMs } = warmUpOf(tasks);
  const { rejects, firing: _, ...counts } = live.counts(name);
  const sum = (of: (task: LiveTask) => number) => tasks.reduce((total, task) => total + of(task), 0);
  const watermark = Math.min(...tasks.map(({ detector }) => detector.watermark).filter(Number.isFinite));
  const hasBudget = tasks.length > 0 && tasks.every(({ budgetPerWeek }) => budgetPerWeek !== undefined);
  return {
    name,
    engine: [...new Set(tasks.map(({ detector }) => detector.engine))].join(', '),
    ...counts,
    rejects: [...rejects],
    series,
    warming,
    warmUpPercent: series === 0 ? null : Math.floor((100 * ratioSum) / series),
    warmUpSeconds: series === 0 || etaMs === undefined ? null : Math.round(etaMs / 1000),
    firing: sum(({ detector }) => detector.firing),
    budgetPerWeek: hasBudget ? sum(({ budgetPerWeek }) => budgetPerWeek ?? 0) : null,
    raisedInWeek: sum(({ detector }) => detector.raisedInWeek),
    watermarkMs: Number.isFinite(watermark) ? watermark : null,
  };
}

function sinkHealth({ sink: name, queued, waiting }: Queue, live: Live): SinkHealth {
  return { name, queued, waiting, ...live.sink(name) };
}

/** Several processes as one. */
export function mergedHealth(reports: readonly HealthReport[]): HealthReport {
  return {
    ready: reports.length > 0 && reports.every(({ ready }) => ready),
    reasons: reports.flatMap(({ reasons }) => reasons),
    streams: byName(reports.flatMap(({ streams }) => streams)).map((parts) => parts.reduce(addedStreams)),
    sinks: byName(reports.flatMap(({ sinks }) => sinks)).map((parts) => parts.reduce(addedSinks)),
  };
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly (readonly T[])[] {
  const names = new Map<string, T[]>();
  for (const item of items) names.set(item.name, [...(names.get(item.name) ?? []), item]);
  return [...names.values()];
}

function addedStreams(a: StreamHealth, b: StreamHealth): StreamHealth {
  const series = a.series + b.series;
  const seen = (a.warmUpPercent ?? 0) * a.series + (b.warmUpPercent ?? 0) * b.series;
  return {
    ...a,
    engine: [...new Set([a.engine, b.engine].filter((engine) => engine !== ''))].join(', '),
    records: a.records + b.records,
    rows: a.rows + b.rows,
    rejected: a.rejected + b.rejected,
    rejects: byReason([...a.rejects, ...b.rejects]),
    series,
    shown: a.shown + b.shown,
    warming: a.warming + b.warming,
    warmUpPercent: series === 0 ? null : Math.floor(seen / series),
    warmUpSeconds: furthest(a.warmUpSeconds, b.warmUpSeconds, Math.max),
    firing: a.firing + b.firing,
    budgetPerWeek: together(a.budgetPerWeek, b.budgetPerWeek),
    raisedInWeek: a.raisedInWeek + b.raisedInWeek,
    watermarkMs: furthest(a.watermarkMs, b.watermarkMs, Math.min),
  };
}

function byReason(groups: StreamHealth['rejects']): StreamHealth['rejects'] {
  const reasons = [...new Set(groups.map(({ reason }) => reason))];
  const merged = reasons.map((reason) => {
    const same = groups.filter((group) => group.reason === reason);
    const examples = same.flatMap((group) => group.examples).slice(0, same[0].examples.length);
    return { reason, count: same.reduce((sum, { count }) => sum + count, 0), examples };
  });
  return merged.sort((a, b) => b.count - a.count);
}

function addedSinks(a: SinkHealth, b: SinkHealth): SinkHealth {
  return {
    name: a.name,
    queued: a.queued + b.queued,
    waiting: a.waiting + b.waiting,
    delivered: a.delivered + b.delivered,
    failure: a.failure ?? b.failure,
    off: a.off || b.off,
  };
}

function furthest(a: number | null, b: number | null, of: (a: number, b: number) => number): number | null {
  if (a === null || b === null) return a ?? b;
  return of(a, b);
}

/**
 * A budget is of the whole stream only where every part has one. A worker without a partition of it has none to add.
 */
function together(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

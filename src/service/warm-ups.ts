import type { SeriesWarmUp, WarmUpTotals } from '../detector/warm-up.ts';
import type { Service } from '../pipeline/run/service.ts';
import type { LiveTask } from '../pipeline/task/task-events.ts';
import type { SeriesQuery, SeriesStatus, StreamStatus } from '../server/streams.ts';

/** The totals of a stream, as far as one process knows. */
export interface StreamTotals extends WarmUpTotals {
  readonly name: string;
}

/** The tasks of a stream together. O(series). */
export function warmUpOf(tasks: readonly LiveTask[]): WarmUpTotals {
  return together(tasks.map(({ detector }) => detector.warmUp.totals()));
}

/** Of each of these streams what this process has of it. O(series). */
export function streamTotals(names: readonly string[], { tasks }: Pick<Service, 'tasks'>): readonly StreamTotals[] {
  return names.map((name) => ({ name, ...warmUpOf(tasks.filter(({ stream }) => stream === name)) }));
}

/** What several processes know of the same streams, as it is shown. */
export function streamStatuses(processes: readonly (readonly StreamTotals[])[]): readonly StreamStatus[] {
  const names = [...new Set(processes.flat().map(({ name }) => name))];
  return names.map((name) => {
    const { series, warming, ratioSum, etaMs } = together(processes.flat().filter((each) => each.name === name));
    const percent = series === 0 ? null : Math.floor((100 * ratioSum) / series);
    return {
      name,
      series,
      ready: series - warming,
      warming,
      percent,
      etaSeconds: seconds(series === 0 ? undefined : etaMs),
    };
  });
}

/** The series asked for, by name, of what this process has. O(series · log limit). */
export function seriesStatuses(query: SeriesQuery, { tasks }: Pick<Service, 'tasks'>): readonly SeriesStatus[] {
  const { stream, state, limit, after } = query;
  let found: SeriesWarmUp[] = [];
  for (const { detector } of tasks.filter((task) => task.stream === stream)) {
    for (const each of detector.warmUp.all()) {
      if ((state ?? each.state) !== each.state || (after !== undefined && each.series <= after)) continue;
      found.push(each);
      // Never much more than what is asked for, however many series there are.
      if (found.length > 2 * limit) found = firstOf(found, limit, ({ series }) => series);
    }
  }
  return firstOf(found, limit, ({ series }) => series).map(
    ({ series: name, state, ratio, rows, rowsNeeded, etaMs }) => {
      return { name, state, percent: Math.floor(100 * ratio), rows, rowsNeeded, etaSeconds: seconds(etaMs) };
    },
  );
}

/** The first `limit` by name. */
export function firstOf<T>(items: readonly T[], limit: number, name: (item: T) => string): T[] {
  return [...items].sort((a, b) => (name(a) < name(b) ? -1 : 1)).slice(0, limit);
}

/** Several tasks as one. */
export function together(parts: readonly WarmUpTotals[]): WarmUpTotals {
  const sum = (of: (part: WarmUpTotals) => number) => parts.reduce((total, part) => total + of(part), 0);
  const warming = sum((part) => part.warming);
  const known = parts.filter((part) => part.warming > 0).flatMap(({ etaMs }) => etaMs ?? []);
  const slowest = known.length === 0 ? undefined : Math.max(...known);
  return {
    series: sum((part) => part.series),
    warming,
    ratioSum: sum((part) => part.ratioSum),
    etaMs: warming === 0 ? 0 : slowest,
  };
}

function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms / 1000);
}

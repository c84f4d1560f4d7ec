import { AggregatorRegistry } from 'prom-client';
import { z } from 'zod';
import { SERIES_ACTIVE, WARM_UP_RATIO } from './metrics.ts';
import { type SeriesFamily, withFamilies } from './series-gauges.ts';

/** Metrics as text, and what sort of text. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

const seriesFamily = z.object({ name: z.string(), help: z.string(), lines: z.array(z.string()) });
const named = z.looseObject({ name: z.string(), values: z.array(z.unknown()) });
const ofStream = z.looseObject({ value: z.number(), labels: z.looseObject({ stream: z.string() }) });

/**
 * The metrics of several processes, each as `registry.getMetricsAsJSON()` gives them, with families of series among
 * them, as one: by each metric's own aggregator, or added up. A sample of a series that several have is the last one's.
 */
export async function aggregated(processes: readonly (readonly unknown[])[]): Promise<MetricsText> {
  const isFamily = (metric: unknown) => typeof metric === 'object' && metric !== null && 'lines' in metric;
  const families = processes.flatMap((metrics) => metrics.filter(isFamily).map((each) => seriesFamily.parse(each)));
  const others = processes.map((metrics) => metrics.filter((metric) => !isFamily(metric)));
  // prom-client's types want what its own method returns, which has lost its type on the way between processes.
  const registry = AggregatorRegistry.aggregate(weighted(others) as unknown as object[]);
  return { contentType: registry.contentType, text: withFamilies(await registry.metrics(), merged(families)) };
}

/** A partition may be moving from one process to another, so that both have its series. */
function merged(families: readonly SeriesFamily[]): readonly SeriesFamily[] {
  const byName = new Map<string, { readonly help: string; readonly samples: Map<string, string> }>();
  for (const { name, help, lines } of families) {
    const one = byName.get(name) ?? { help, samples: new Map() };
    byName.set(name, one);
    for (const line of lines) one.samples.set(line.slice(0, line.lastIndexOf(' ')), line);
  }
  return Array.from(byName, ([name, { help, samples }]) => ({ name, help, lines: [...samples.values()] }));
}

/** A mean over series cannot be added up: each process's is multiplied by its share of the stream's series first. */
function weighted(processes: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  const counts = processes.map((metrics) => byStream(metrics, SERIES_ACTIVE));
  const sums = new Map<string, number>();
  for (const count of counts) for (const [stream, n] of count) sums.set(stream, (sums.get(stream) ?? 0) + n);
  return processes.map((metrics, i) =>
    metrics.map((metric) => {
      if (!isNamed(metric, WARM_UP_RATIO)) return metric;
      const { values, ...rest } = named.parse(metric);
      const shares = values.map((each) => {
        const { value, ...labelled } = ofStream.parse(each);
        const { stream } = labelled.labels;
        return { ...labelled, value: (value * (counts[i].get(stream) ?? 0)) / (sums.get(stream) ?? 1) };
      });
      return { ...rest, values: shares };
    }),
  );
}

function byStream(metrics: readonly unknown[], name: string): ReadonlyMap<string, number> {
  const metric = metrics.find((each) => isNamed(each, name));
  const values = metric === undefined ? [] : named.parse(metric).values;
  return new Map(values.map((each) => ofStream.parse(each)).map(({ labels, value }) => [labels.stream, value]));
}

function isNamed(metric: unknown, name: string): boolean {
  return typeof metric === 'object' && metric !== null && 'name' in metric && metric.name === `surprisal_${name}`;
}

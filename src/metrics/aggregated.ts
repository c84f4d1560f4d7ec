import { AggregatorRegistry } from 'prom-client';

/** Metrics as text, and what sort of text. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

/** The metrics of several processes, each as `registry.getMetricsAsJSON()` gives them, as one: by each metric's own aggregator, or added up. */
export async function aggregated(processes: readonly (readonly unknown[])[]): Promise<MetricsText> {
  // prom-client's types want what its own method returns, which has lost its type on the way between processes.
  const registry = AggregatorRegistry.aggregate(processes as unknown as object[]);
  return { contentType: registry.contentType, text: await registry.metrics() };
}

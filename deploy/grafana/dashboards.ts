import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { operatorDashboard } from './operator.ts';
import { influxdbStreamsDashboard } from './streams-influxdb.ts';
import { prometheusStreamsDashboard } from './streams-prometheus.ts';

/** Every dashboard by the name of its file in `dashboards/`; `npx vitest run test/deploy/grafana --update` writes them anew. */
export const dashboards: ReadonlyMap<string, Dashboard> = new Map([
  ['operation', operatorDashboard()],
  ['streams-influxdb', influxdbStreamsDashboard()],
  ['streams-prometheus', prometheusStreamsDashboard()],
]);

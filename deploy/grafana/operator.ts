import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { lag, overview, records, work } from './operator-input.ts';
import { alerts, deliveries, state } from './operator-output.ts';
import { JOB } from './operator-scope.ts';
import { PROMETHEUS } from './queries.ts';
import { withSections } from './section.ts';

const ABOUT = 'Does Surprisal keep up, does it save its state, does it reach its sinks: for whoever runs it.';

/** For whoever runs Surprisal. */
export function operatorDashboard(): Dashboard {
  const streams = new QueryVariableBuilder('stream')
    .label('Stream')
    .datasource(PROMETHEUS)
    .query(`label_values(surprisal_records_consumed_total{${JOB}}, stream)`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true);
  const dashboard = new DashboardBuilder('Surprisal: operation')
    .uid('surprisal-operation')
    .description(ABOUT)
    .tags(['surprisal'])
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(streams);
  return withSections(dashboard, [overview, records, lag, work, state, alerts, deliveries]).build();
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  type AnnotationQuery,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type Section, withSections } from './section.ts';

/** One store's way to show streams to those who own them. */
export interface Streams {
  readonly uid: string;
  readonly title: string;
  readonly store: string;
  readonly datasource: DataSourceRef;
  /** The queries behind the pickers. */
  readonly pickers: { readonly stream: string; readonly series: string; readonly channel: string };
  readonly annotations: readonly Builder<AnnotationQuery>[];
  readonly sections: readonly Section[];
}

const ABOUT = 'What a series did, what was expected of it, and what was raised: for whoever owns the streams.';

/** A dashboard with pickers for stream, series and channel. */
export function streamsDashboard(streams: Streams): Dashboard {
  const { datasource, pickers } = streams;
  const picker = (name: string, label: string, query: string) =>
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(datasource)
      .query(query)
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.NaturalAsc);
  const dashboard = new DashboardBuilder(streams.title)
    .uid(streams.uid)
    .description(ABOUT)
    .tags(['surprisal'])
    .refresh('30s')
    .time({ from: 'now-24h', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder('datasource').label(streams.store).type(datasource.type ?? ''))
    .withVariable(picker('stream', 'Stream', pickers.stream))
    .withVariable(picker('series', 'Series', pickers.series))
    .withVariable(picker('channel', 'Channel', pickers.channel));
  for (const annotation of streams.annotations) dashboard.annotation(annotation);
  return withSections(dashboard, streams.sections).build();
}

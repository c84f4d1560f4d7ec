import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';

/** The data source that the reader of a dashboard chose, by the variable `datasource`. */
export const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };
export const INFLUXDB: DataSourceRef = { type: 'influxdb', uid: '${datasource}' };

/** A PromQL query, over the time shown. */
export function prom(expr: string, legend: string): Builder<Dataquery> {
  return new DataqueryBuilder().datasource(PROMETHEUS).expr(expr).legendFormat(legend).range();
}

/** The same for now alone. */
export function promNow(expr: string, legend: string): Builder<Dataquery> {
  return new DataqueryBuilder().datasource(PROMETHEUS).expr(expr).legendFormat(legend).instant();
}

/** A PromQL query whose samples are annotations: one where it has a value. */
export function promAnnotation(expr: string): Builder<Dataquery> {
  return new DataqueryBuilder().refId('Anno').datasource(PROMETHEUS).expr(expr).interval('15s').range();
}

/** The buckets of a histogram, for a heat map. */
export function promBuckets(expr: string): Builder<Dataquery> {
  const query = new DataqueryBuilder().datasource(PROMETHEUS).expr(expr).legendFormat('{{le}}').range();
  return query.format(PromQueryFormat.Heatmap);
}

/** An InfluxQL query in its text form, as the editor of Grafana's own plugin keeps it; the SDK has none for InfluxDB. */
interface InfluxQuery extends Dataquery {
  readonly refId: string;
  readonly datasource: DataSourceRef;
  readonly query: string;
  readonly rawQuery: true;
  readonly resultFormat: 'time_series' | 'table';
  readonly alias?: string;
}

/** An InfluxQL query whose series are drawn; `alias` names them. */
export function influx(query: string, alias: string): Builder<Dataquery> {
  return influxQuery({ query, alias, resultFormat: 'time_series' });
}

/** An InfluxQL query whose rows are listed. */
export function influxTable(query: string): Builder<Dataquery> {
  return influxQuery({ query, resultFormat: 'table' });
}

/** An InfluxQL query whose rows are annotations: the text of one column, tagged with others. */
export function influxAnnotation(query: string, textColumn: string, tagsColumn: string): Builder<Dataquery> {
  const asked = { fromAnnotations: true, textEditor: true, textColumn, tagsColumn, timeEndColumn: '', titleColumn: '' };
  const { build } = influxQuery({ query, resultFormat: 'table' });
  return { build: () => ({ ...build(), ...asked, refId: 'Anno' }) };
}

function influxQuery(query: Pick<InfluxQuery, 'query' | 'alias' | 'resultFormat'>): Builder<InfluxQuery> {
  return {
    build: () => ({
      refId: '',
      datasource: INFLUXDB,
      rawQuery: true,
      ...query,
      _implementsDataqueryVariant() {},
    }),
  };
}

import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as Heatmap,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';

/** What every panel says of itself, and asks. */
export interface PanelParts {
  readonly title: string;
  /** What it means and when to worry, shown behind the title's ⓘ. */
  readonly description: string;
  readonly datasource: DataSourceRef;
  /** Columns of 24. */
  readonly span: number;
  readonly unit?: string;
  readonly queries: readonly Builder<Dataquery>[];
}

const CHART_ROWS = 8;
const STAT_ROWS = 4;

/** Lines over time. */
export function chart(parts: PanelParts): TimeSeries {
  const legend = new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true);
  const tooltip = new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);
  return asked(new TimeSeries(), parts)
    .height(CHART_ROWS)
    .lineWidth(1)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .legend(legend)
    .tooltip(tooltip);
}

/** One number, coloured once it reaches `warnAt`. */
export function number(parts: PanelParts, warnAt?: number): Stat {
  const steps = warnAt === undefined ? [] : [{ color: 'orange', value: warnAt }];
  const thresholds = new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ color: 'green', value: null }, ...steps]);
  return asked(new Stat(), parts)
    .height(STAT_ROWS)
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .thresholds(thresholds);
}

/** Rows of text. */
export function table(parts: PanelParts): Table {
  return asked(new Table(), parts).height(CHART_ROWS);
}

/** How often each magnitude came, over time. */
export function heatmap(parts: PanelParts): Heatmap {
  const colours = new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges').steps(64);
  return asked(new Heatmap(), parts).height(CHART_ROWS).color(colours);
}

/** Draws a line at a limit. */
export function limitedAt(panel: TimeSeries, limit: number): TimeSeries {
  const steps = [
    { color: 'transparent', value: null },
    { color: 'red', value: limit },
  ];
  return panel
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

/** A value, a dashed line of what was expected, and the band around it, by the names of the lines. */
export function banded(panel: TimeSeries): TimeSeries {
  const band = [
    { id: 'custom.lineWidth', value: 0 },
    { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
    { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } },
  ];
  return panel
    .overrideByName('lower', band)
    .overrideByName('upper', [
      ...band,
      { id: 'custom.fillBelowTo', value: 'lower' },
      { id: 'custom.fillOpacity', value: 15 },
    ])
    .overrideByName('expected', [
      { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 4] } },
    ])
    .overrideByName('value', [{ id: 'color', value: { mode: 'fixed', fixedColor: 'orange' } }]);
}

interface Panel<P> {
  title(title: string): P;
  description(description: string): P;
  datasource(datasource: DataSourceRef): P;
  span(columns: number): P;
  unit(unit: string): P;
  withTarget(target: Builder<Dataquery>): P;
}

/** Queries are named A, B, C …, as Grafana would. */
function asked<P extends Panel<P>>(panel: P, { title, description, datasource, span, unit, queries }: PanelParts): P {
  panel.title(title).description(description).datasource(datasource).span(span);
  if (unit !== undefined) panel.unit(unit);
  for (const [index, query] of queries.entries()) panel.withTarget(named(query, String.fromCharCode(65 + index)));
  return panel;
}

function named(query: Builder<Dataquery>, refId: string): Builder<Dataquery> {
  return { build: () => ({ ...query.build(), refId }) };
}

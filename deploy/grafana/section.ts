import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type DashboardBuilder, type Panel, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

/** Panels under one heading. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
}

/** Puts sections below one another; panels are numbered, so that links to them stay. */
export function withSections(dashboard: DashboardBuilder, sections: readonly Section[]): DashboardBuilder {
  let id = 0;
  for (const { title, panels } of sections) {
    dashboard.withRow(new RowBuilder(title).id(++id));
    for (const panel of panels) {
      const built = { ...panel.build(), id: ++id };
      dashboard.withPanel({ build: () => built });
    }
  }
  return dashboard;
}

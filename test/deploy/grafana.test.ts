import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dashboards } from '../../deploy/grafana/dashboards.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { seriesGaugeNames } from '../../src/metrics/series-gauges.ts';
import { queriesOf } from './grafana-queries.ts';

const FOLDER = 'deploy/grafana/dashboards';

test.each([...dashboards])(
  '%s.json is what is generated today (`--update` writes it anew)',
  async (name, dashboard) => {
    await expect(`${JSON.stringify(dashboard, null, 2)}\n`).toMatchFileSnapshot(`../../${FOLDER}/${name}.json`);
  },
);

test('the folder that Grafana is given holds these, and nothing else', () => {
  const names = [...dashboards.keys()].map((name) => `${name}.json`);
  expect(readdirSync(FOLDER).sort()).toEqual(names.sort());
  const ids = names.map((name) => JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')).uid);
  expect(new Set(ids).size).toBe(names.length);
});

test.each([...dashboards])(
  'every panel of %s has a title, a sentence on what it means, and a query',
  (_, dashboard) => {
    for (const panel of dashboard.panels ?? []) {
      if (panel.type === 'row' || !('targets' in panel)) continue;
      expect(panel.title).not.toBe('');
      expect(panel.description, panel.title).toMatch(/\.$/);
      expect(panel.targets?.length, panel.title).toBeGreaterThan(0);
      expect(panel.gridPos?.w, panel.title).toBeLessThanOrEqual(24);
    }
  },
);

test('the dashboards for Prometheus ask for metrics that there are', async () => {
  const { registry } = new Metrics();
  const known = new Set([...(await registry.getMetricsAsJSON()).map(({ name }) => name), ...seriesGaugeNames]);
  for (const dashboard of dashboards.values()) {
    for (const { language, text } of queriesOf(dashboard)) {
      if (language !== 'promql') continue;
      for (const name of text.match(/\b(surprisal_\w+|yhat\w*|anomaly_\w+|process_\w+)/g) ?? [])
        expect(known).toContain(name.replace(/_(bucket|sum|count)$/, ''));
    }
  }
});

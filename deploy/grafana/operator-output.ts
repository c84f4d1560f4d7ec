import { JOB, STREAM } from './operator-scope.ts';
import { chart, heatmap, limitedAt, type PanelParts } from './panels.ts';
import { PROMETHEUS, prom, promBuckets } from './queries.ts';
import type { Section } from './section.ts';

type Parts = Omit<PanelParts, 'datasource'>;
const lines = (parts: Parts) => chart({ ...parts, datasource: PROMETHEUS });

/** Whether the state is safe. */
export const state: Section = {
  title: 'State',
  panels: [
    lines({
      title: 'Since the last checkpoint',
      description: 'Rising without end while records come: the state is not saved.',
      span: 6,
      unit: 's',
      queries: [
        prom(`max by (stream) (time() - surprisal_checkpoint_last_success_timestamp_seconds{${STREAM}})`, '{{stream}}'),
      ],
    }),
    lines({
      title: 'Checkpoints and commits, mean',
      description: 'How long they take. Rising: the disk, or the brokers.',
      span: 6,
      unit: 's',
      queries: ['checkpoint', 'commit'].map((what) =>
        prom(
          `sum by (stream) (rate(surprisal_${what}_duration_seconds_sum{${STREAM}}[$__rate_interval])) / ` +
            `sum by (stream) (rate(surprisal_${what}_duration_seconds_count{${STREAM}}[$__rate_interval]))`,
          `{{stream}}: ${what}`,
        ),
      ),
    }),
    lines({
      title: 'Series',
      description: 'Known, and of those too new to be scored.',
      span: 6,
      unit: 'short',
      queries: [
        prom(`sum by (stream) (surprisal_series_active{${STREAM}})`, '{{stream}}'),
        prom(`sum by (stream) (surprisal_series_warming{${STREAM}})`, '{{stream}}: warming up'),
      ],
    }),
    lines({
      title: 'Backups, fallbacks',
      description: 'Backups taken and failed in an hour; a fallback means that the state was damaged.',
      span: 6,
      unit: 'short',
      queries: [
        prom(`sum by (outcome) (increase(surprisal_backups_total{${JOB}}[1h]))`, 'backups {{outcome}}'),
        prom(`sum(surprisal_state_fallbacks_total{${JOB}})`, 'fallbacks'),
      ],
    }),
  ],
};

/** What it finds, against what it may. */
export const alerts: Section = {
  title: 'Alerts',
  panels: [
    lines({
      title: 'Alerts firing',
      description: 'By stream.',
      span: 6,
      unit: 'short',
      queries: [prom(`sum by (stream) (surprisal_alerts_firing{${STREAM}})`, '{{stream}}')],
    }),
    lines({
      title: 'Alerts raised in an hour',
      description: 'By stream and severity.',
      span: 6,
      unit: 'short',
      queries: [
        prom(`sum by (stream, severity) (increase(surprisal_alerts_total{${STREAM}}[1h]))`, '{{stream}}: {{severity}}'),
      ],
    }),
    limitedAt(
      lines({
        title: 'Budget used',
        description: 'Alerts of the last week of event time, as a share of what the budget allows.',
        span: 6,
        unit: 'percentunit',
        queries: [
          prom(
            `sum by (stream) (surprisal_alert_budget_used{${STREAM}}) / sum by (stream) (surprisal_alert_budget_target{${STREAM}})`,
            '{{stream}}',
          ),
        ],
      }),
      1,
    ),
    heatmap({
      title: 'Surprisal of the rows',
      description: 'In bits. The bulk is what the streams are by nature; what is above it is unusual.',
      datasource: PROMETHEUS,
      span: 6,
      queries: [promBuckets(`sum by (le) (rate(surprisal_row_shannons_bucket{${STREAM}}[$__rate_interval]))`)],
    }),
  ],
};

/** Whether the sinks have it. */
export const deliveries: Section = {
  title: 'Deliveries',
  panels: [
    lines({
      title: 'Outputs delivered',
      description: 'Per second and sink.',
      span: 8,
      unit: 'short',
      queries: [
        prom(
          `sum by (sink) (rate(surprisal_deliveries_total{${JOB}, outcome="delivered"}[$__rate_interval]))`,
          '{{sink}}',
        ),
      ],
    }),
    lines({
      title: 'Tries that failed, outputs refused',
      description: 'Per second. What failed is retried; what was rejected is dead-lettered.',
      span: 8,
      unit: 'short',
      queries: [
        prom(
          `sum by (sink, outcome) (rate(surprisal_deliveries_total{${JOB}, outcome!="delivered"}[$__rate_interval]))`,
          '{{sink}}: {{outcome}}',
        ),
      ],
    }),
    lines({
      title: 'Waiting',
      description: 'Outputs not yet delivered. They cost disk, not memory.',
      span: 8,
      unit: 'short',
      queries: [prom(`sum by (sink) (surprisal_delivery_queue_length{${JOB}})`, '{{sink}}')],
    }),
  ],
};

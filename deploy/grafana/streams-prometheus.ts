import { AnnotationQueryBuilder, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { banded, chart, heatmap, limitedAt } from './panels.ts';
import { PROMETHEUS, prom, promAnnotation, promBuckets } from './queries.ts';
import type { Section } from './section.ts';
import { streamsDashboard } from './streams.ts';

const STREAM = 'job="surprisal", stream="$stream"';
const SERIES = `${STREAM}, series="$series"`;
const CHANNEL = `${SERIES}, channel="$channel"`;

const course: Section = {
  title: '$series of $stream',
  panels: [
    banded(
      chart({
        title: '$channel: seen and expected',
        description:
          'What was seen, what was expected before it came, and the band in which 95 % of the values should lie; as they were when Prometheus looked.',
        datasource: PROMETHEUS,
        span: 24,
        queries: [
          prom(`y{${CHANNEL}}`, 'value'),
          prom(`yhat{${CHANNEL}}`, 'expected'),
          prom(`yhat_lower{${CHANNEL}}`, 'lower'),
          prom(`yhat_upper{${CHANNEL}}`, 'upper'),
        ],
      }).height(12),
    ),
    limitedAt(
      chart({
        title: 'Score of $series',
        description: 'In [0, 1]: the alarm is at 0.5.',
        datasource: PROMETHEUS,
        span: 12,
        queries: [prom(`anomaly_score{${SERIES}}`, 'score')],
      })
        .min(0)
        .max(1),
      0.5,
    ),
    limitedAt(
      chart({
        title: 'Highest scores of $stream',
        description: 'The ten series of the stream that are most unusual.',
        datasource: PROMETHEUS,
        span: 12,
        queries: [prom(`topk(10, anomaly_score{${STREAM}})`, '{{series}}')],
      })
        .min(0)
        .max(1),
      0.5,
    ),
  ],
};

const whole: Section = {
  title: 'All of $stream',
  panels: [
    heatmap({
      title: 'Surprisal of the rows',
      description: 'In bits. The bulk is what the stream is by nature; what is above it is unusual.',
      datasource: PROMETHEUS,
      span: 12,
      queries: [promBuckets(`sum by (le) (rate(surprisal_row_shannons_bucket{${STREAM}}[$__rate_interval]))`)],
    }),
    chart({
      title: 'Alerts',
      description: 'That fire now, and that were raised in the last week of event time beside what the budget allows.',
      datasource: PROMETHEUS,
      span: 12,
      queries: [
        prom(`sum(surprisal_alerts_firing{${STREAM}})`, 'firing'),
        prom(`sum(surprisal_alert_budget_used{${STREAM}})`, 'raised in a week'),
        prom(`sum(surprisal_alert_budget_target{${STREAM}})`, 'budget'),
      ],
    }),
  ],
};

const annotation = (name: string, expr: string, colour: string, text: string) =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(PROMETHEUS)
    .enable(true)
    .iconColor(colour)
    .titleFormat(text)
    .target(promAnnotation(expr));

/** For whoever owns the streams, where Prometheus has them: `server.series_metrics` must be on. */
export function prometheusStreamsDashboard(): Dashboard {
  return streamsDashboard({
    uid: 'surprisal-streams-prometheus',
    title: 'Surprisal: streams (Prometheus)',
    store: 'Prometheus',
    datasource: PROMETHEUS,
    pickers: {
      stream: 'label_values(anomaly_score{job="surprisal"}, stream)',
      series: `label_values(anomaly_score{${STREAM}}, series)`,
      channel: `label_values(y{${SERIES}}, channel)`,
    },
    annotations: [
      annotation('An alert fires', `anomaly_firing{${SERIES}} == 1`, 'red', 'an alert fires for {{series}}'),
      annotation(
        'Raised in the stream',
        `sum by (stream, severity) (increase(surprisal_alerts_total{${STREAM}}[$__rate_interval])) > 0`,
        'orange',
        '{{severity}} alert in {{stream}}',
      ),
    ],
    sections: [course, whole],
  });
}

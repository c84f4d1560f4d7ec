import { JOB, STREAM } from './operator-scope.ts';
import { chart, limitedAt, number, type PanelParts } from './panels.ts';
import { PROMETHEUS, prom, promNow } from './queries.ts';
import type { Section } from './section.ts';

type Parts = Omit<PanelParts, 'datasource'>;
const lines = (parts: Parts) => chart({ ...parts, datasource: PROMETHEUS });
const figure = (parts: Parts, warnAt?: number) => number({ ...parts, datasource: PROMETHEUS }, warnAt);
const quantile = (q: number, metric: string) =>
  `histogram_quantile(${q}, sum by (le, stream) (rate(surprisal_${metric}_bucket{${STREAM}}[$__rate_interval])))`;

/** The figures that say whether to look any further. */
export const overview: Section = {
  title: 'Now',
  panels: [
    figure({
      title: 'Instances up',
      description: 'Processes that Prometheus can scrape. Fewer than you started: see their logs.',
      span: 3,
      queries: [promNow(`sum(up{${JOB}})`, 'up')],
    }),
    figure({
      title: 'Alerts firing',
      description: 'On the series that are watched, silences included.',
      span: 3,
      queries: [promNow(`sum(surprisal_alerts_firing{${STREAM}})`, 'firing')],
    }),
    figure({
      title: 'Series',
      description: 'That are known. `series.max` of a stream bounds them.',
      span: 3,
      queries: [promNow(`sum(surprisal_series_active{${STREAM}})`, 'series')],
    }),
    figure(
      {
        title: 'Warming up',
        description:
          'Share of series too new to be scored: 150 rows. That stays high if each record brings a new series.',
        span: 3,
        unit: 'percentunit',
        queries: [
          promNow(`sum(surprisal_series_warming{${STREAM}}) / sum(surprisal_series_active{${STREAM}})`, 'warming up'),
        ],
      },
      0.5,
    ),
    figure({
      title: 'Records a second',
      description: 'Read from the sources, over all instances.',
      span: 3,
      unit: 'short',
      queries: [promNow(`sum(rate(surprisal_records_consumed_total{${STREAM}}[5m]))`, 'records')],
    }),
    figure(
      {
        title: 'Oldest checkpoint',
        description: 'What came since would be processed again after a restart.',
        span: 3,
        unit: 's',
        queries: [promNow(`max(time() - surprisal_checkpoint_last_success_timestamp_seconds{${STREAM}})`, 'age')],
      },
      600,
    ),
    figure(
      {
        title: 'Outputs to be delivered',
        description: 'Committed outputs that are not yet delivered.',
        span: 3,
        queries: [promNow(`sum(surprisal_delivery_queue_length{${JOB}})`, 'waiting')],
      },
      10_000,
    ),
    figure({
      title: 'Configuration in force',
      description: '1 where the newest configuration runs; 0 where one was rejected and the previous one still runs.',
      span: 3,
      queries: [promNow(`min(surprisal_config_last_reload_successful{${JOB}})`, 'in force')],
    }),
  ],
};

/** What comes in, and what is rejected. */
export const records: Section = {
  title: 'Records',
  panels: [
    lines({
      title: 'Records read',
      description: 'Per second and stream. A line at 0: its source is dry, or cannot be read.',
      span: 8,
      unit: 'short',
      queries: [
        prom(`sum by (stream) (rate(surprisal_records_consumed_total{${STREAM}}[$__rate_interval]))`, '{{stream}}'),
      ],
    }),
    lines({
      title: 'Rows scored',
      description: 'Per second and stream: what the windows made of the records.',
      span: 8,
      unit: 'short',
      queries: [prom(`sum by (stream) (rate(surprisal_rows_scored_total{${STREAM}}[$__rate_interval]))`, '{{stream}}')],
    }),
    lines({
      title: 'Records rejected',
      description: 'Per second, by reason: `decode/…` is the mapping, `late` and `time-leap` are clocks.',
      span: 8,
      unit: 'short',
      queries: [
        prom(
          `sum by (stream, reason) (rate(surprisal_records_dropped_total{${STREAM}}[$__rate_interval]))`,
          '{{stream}}: {{reason}}',
        ),
      ],
    }),
  ],
};

/** How far behind it is. */
export const lag: Section = {
  title: 'Lag',
  panels: [
    lines({
      title: 'Behind the clock',
      description: 'Wall clock less watermark. Rising: records arrive old, or are processed too slowly.',
      span: 12,
      unit: 's',
      queries: [prom(`max by (stream) (surprisal_event_time_lag_seconds{${STREAM}})`, '{{stream}}')],
    }),
    lines({
      title: 'Kafka consumer lag',
      description: 'By partition. Rising: start more instances, up to the number of partitions.',
      span: 12,
      unit: 'short',
      queries: [
        prom(`sum by (topic, partition) (surprisal_consumer_lag_records{${JOB}})`, '{{topic}} / {{partition}}'),
      ],
    }),
  ],
};

/** What the work costs. */
export const work: Section = {
  title: 'Work',
  panels: [
    lines({
      title: 'A batch of records, 99 %',
      description: 'Decoding, windowing, scoring and learning of one batch.',
      span: 6,
      unit: 's',
      queries: [prom(quantile(0.99, 'inference_duration_seconds'), '{{stream}}')],
    }),
    lines({
      title: 'A learning step, 99 %',
      description: 'Of the network, over all series that were due; part of the batch beside.',
      span: 6,
      unit: 's',
      queries: [prom(quantile(0.99, 'learning_duration_seconds'), '{{stream}}')],
    }),
    limitedAt(
      lines({
        title: 'CPU',
        description: 'Cores in use by each process. Near 1, a process scores as fast as it can.',
        span: 6,
        unit: 'short',
        queries: [prom(`rate(process_cpu_seconds_total{${JOB}}[$__rate_interval])`, '{{instance}}')],
      }),
      1,
    ),
    lines({
      title: 'Memory',
      description: 'Resident memory of each process, and the state of its series within.',
      span: 6,
      unit: 'bytes',
      queries: [
        prom(`process_resident_memory_bytes{${JOB}}`, '{{instance}}'),
        prom(`sum by (instance) (surprisal_state_bytes{${STREAM}})`, '{{instance}}: state'),
      ],
    }),
  ],
};

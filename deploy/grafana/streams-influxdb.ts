import { AnnotationQueryBuilder, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { banded, chart, limitedAt, table } from './panels.ts';
import { INFLUXDB, influx, influxAnnotation, influxTable } from './queries.ts';
import type { Section } from './section.ts';
import { streamsDashboard } from './streams.ts';

/** Compared as patterns, so that no name needs quoting. */
const SERIES = '"stream" =~ /^${stream:regex}$/ AND "series" =~ /^${series:regex}$/';
const CHANNEL = `${SERIES} AND "channel" =~ /^\${channel:regex}$/`;

/** One value for each pixel or so: nothing is drawn where nothing was. */
const over = (what: string, where: string) =>
  `SELECT ${what} FROM "surprisal_score" WHERE ${where} AND $timeFilter GROUP BY time($__interval) fill(none)`;
const names = (key: string, where = '') => `SHOW TAG VALUES FROM "surprisal_score" WITH KEY = "${key}"${where}`;

const course: Section = {
  title: '$series of $stream',
  panels: [
    banded(
      chart({
        title: '$channel: seen and expected',
        description:
          'What was seen, what was expected before it came, and the band in which 95 % of the values should lie.',
        datasource: INFLUXDB,
        span: 24,
        queries: ['value', 'expected', 'lower', 'upper'].map((field) =>
          influx(over(`mean("${field}")`, CHANNEL), field),
        ),
      }).height(12),
    ),
    limitedAt(
      chart({
        title: 'Score',
        description: 'Of the row, in [0, 1]: the alarm is at 0.5. The greatest of each interval.',
        datasource: INFLUXDB,
        span: 12,
        queries: [influx(over('max("score")', CHANNEL), 'score')],
      })
        .min(0)
        .max(1),
      0.5,
    ),
    chart({
      title: 'Surprisal, by channel',
      description: 'In bits. One bit more is half as likely. The greatest of each interval.',
      datasource: INFLUXDB,
      span: 12,
      queries: [
        influx(
          over('max("bits")', SERIES).replace('time($__interval)', 'time($__interval), "channel"'),
          '$tag_channel',
        ),
      ],
    }),
  ],
};

const alerts: Section = {
  title: 'Alerts',
  panels: [
    table({
      title: 'Alerts of $series',
      description: 'Newest first; those of every channel.',
      datasource: INFLUXDB,
      span: 24,
      queries: [
        influxTable(
          `SELECT "state", "severity", "channel", "summary", "bits", "score", "id" FROM "surprisal_alert" WHERE ${SERIES} AND $timeFilter ORDER BY time DESC LIMIT 100`,
        ),
      ],
    }),
    table({
      title: 'Series of $stream with the most alerts',
      description: 'Alerts raised in the time shown.',
      datasource: INFLUXDB,
      span: 24,
      queries: [
        influxTable(
          `SELECT count("id") AS "alerts" FROM "surprisal_alert" WHERE "stream" =~ /^\${stream:regex}$/ AND "state" = 'firing' AND "revision" = 0 AND $timeFilter GROUP BY "series"`,
        ),
      ],
    }),
  ],
};

const annotation = (name: string, state: string, colour: string) =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(INFLUXDB)
    .enable(true)
    .iconColor(colour)
    .target(
      influxAnnotation(
        `SELECT "summary", "severity", "channel" FROM "surprisal_alert" WHERE ${SERIES} AND "state" = '${state}' AND $timeFilter`,
        'summary',
        'severity,channel',
      ),
    );

/** For whoever owns the streams, where InfluxDB has them. */
export function influxdbStreamsDashboard(): Dashboard {
  return streamsDashboard({
    uid: 'surprisal-streams-influxdb',
    title: 'Surprisal: streams (InfluxDB)',
    store: 'InfluxDB',
    datasource: INFLUXDB,
    pickers: {
      stream: names('stream'),
      series: names('series', ' WHERE "stream" =~ /^${stream:regex}$/'),
      channel: names('channel', ` WHERE ${SERIES}`),
    },
    annotations: [annotation('Alerts', 'firing', 'red'), annotation('Resolved', 'resolved', 'green')],
    sections: [course, alerts],
  });
}

import type { Output, ScoreOutput } from '../event/output.ts';
import type { Insight } from '../similar/insight.ts';
import { Histories, seriesPageOf } from './histories.ts';
import type { PageOptions } from './options.ts';
import type { HistoryQuery, SeriesListQuery } from './query.ts';
import { partsOf, RecentAlerts } from './recent-alerts.ts';
import { Rejects } from './rejects.ts';
import type { ChannelName } from './ring.ts';
import type { AlertRecord, History, Pulse, RejectGroup, SeriesPage, SinkHealth } from './schema.ts';

/** A stream, as far as the page shows it. */
export interface LiveStream {
  readonly name: string;
  readonly channels: readonly ChannelName[];
}

interface Recent {
  readonly histories: Histories;
  readonly units: ReadonlyMap<string, string>;
  readonly rejects: Rejects;
  records: number;
  rows: number;
}

/** What a stream has read, scored and rejected since the start. */
export interface StreamCounts {
  readonly records: number;
  readonly rows: number;
  readonly rejected: number;
  readonly rejects: readonly RejectGroup[];
  readonly shown: number;
  readonly firing: number;
}

/** What became of the last deliveries to a sink. */
export type SinkNews = Pick<SinkHealth, 'delivered' | 'failure' | 'off'>;

const NO_NEWS: SinkNews = { delivered: 0, failure: null, off: false };

/**
 * The recent past of one process, bounded in memory: rows of its series, alerts, rejected records. It is fed with every
 * output as it is emitted, which may be up to a commit before the output is durable; after a start it has the alerts of
 * `restore`, and no rows.
 */
export class Live {
  readonly #streams: ReadonlyMap<string, Recent>;
  readonly #alerts: RecentAlerts;
  readonly #sinks = new Map<string, SinkNews>();
  #onAlert: (alert: AlertRecord) => void = () => {};

  constructor(streams: readonly LiveStream[], { points, max_series: max, max_alerts }: PageOptions) {
    this.#alerts = new RecentAlerts(max_alerts);
    this.#streams = new Map(
      streams.map(({ name, channels }) => [
        name,
        {
          histories: new Histories({ stream: name, channels, points, max }),
          units: new Map(channels.map((channel) => [channel.name, channel.unit])),
          rejects: new Rejects(),
          records: 0,
          rows: 0,
        },
      ]),
    );
  }

  /** Begins with the alerts of runs before, oldest first; from then on `onAlert` has each alert that changes. */
  restore(alerts: readonly AlertRecord[], onAlert: (alert: AlertRecord) => void): void {
    for (const alert of alerts) if (this.#streams.has(alert.stream)) this.#alerts.restore(alert);
    this.#onAlert = onAlert;
  }

  /** A stream has read so many records. */
  consumed(stream: string, records: number): void {
    const recent = this.#streams.get(stream);
    if (recent) recent.records += records;
  }

  /**
   * Takes in what a stream emitted, in order, and what is known of its incidents beside. O(channels) for each score.
   */
  emitted(stream: string, outputs: readonly Output[], insights: readonly Insight[] = []): void {
    const recent = this.#streams.get(stream);
    if (recent === undefined) return;
    // An alert follows the score of its row.
    let row: ScoreOutput | undefined;
    for (const output of outputs) {
      if (output.kind === 'score') {
        recent.rows++;
        recent.histories.add(output);
        row = output;
      } else if (output.kind === 'reject') {
        recent.rejects.add(output);
      } else {
        const about = row?.series === output.series ? row : undefined;
        const parts = partsOf(output, about, recent.units);
        const changed = this.#alerts.add(output, recent.units.get(output.channel) ?? '', parts);
        if (changed !== undefined) this.#onAlert(changed);
      }
    }
    this.#note(insights, outputs, recent);
  }

  /** Steps that nobody was sent first: what else is known of their incidents has a record to go to then. */
  #note(insights: readonly Insight[], outputs: readonly Output[], { units }: Recent): void {
    const ids = new Set<string>();
    for (const insight of [...insights].sort(
      (a, b) => Number(b.quieted !== undefined) - Number(a.quieted !== undefined),
    )) {
      const { step } = insight.quieted ?? {};
      const row =
        step && outputs.find((o) => o.kind === 'score' && o.series === step.series && o.timeMs === step.timeMs);
      const parts = step && row?.kind === 'score' ? partsOf(step, row, units) : [];
      const changed = this.#alerts.note(insight, units.get(step?.channel ?? '') ?? '', parts);
      if (changed !== undefined) ids.add(changed.id);
    }
    for (const id of ids) {
      const alert = this.#alerts.get(id);
      if (alert !== undefined) this.#onAlert(alert);
    }
  }

  /** A sink took outputs. */
  delivered(sink: string, outputs: number): void {
    const { delivered, off } = this.sink(sink);
    this.#sinks.set(sink, { delivered: delivered + outputs, failure: null, off });
  }

  /** A delivery failed, for this reason in words; `off`: the sink gets nothing more. */
  failed(sink: string, failure: string, off = false): void {
    this.#sinks.set(sink, { ...this.sink(sink), failure, off });
  }

  /** What became of the last deliveries to a sink. */
  sink(name: string): SinkNews {
    return this.#sinks.get(name) ?? NO_NEWS;
  }

  /** O(series · log series) */
  series(query: SeriesListQuery): SeriesPage {
    const streams = [...this.#streams].filter(([name]) => name === (query.stream ?? name));
    return seriesPageOf(
      streams.map(([, { histories }]) => histories),
      query,
    );
  }

  /** Undefined where the series has no history. O(rows · channels) */
  history({ stream, series, after }: HistoryQuery): History | undefined {
    return this.#streams.get(stream)?.histories.history(series, after);
  }

  /** The rows of a series, and of as many others of its stream as have `most` rows together. O(rows · channels) */
  recent(stream: string, series: string, most: number): readonly History[] {
    return this.#streams.get(stream)?.histories.recent(series, most) ?? [];
  }

  /** In the order in which they were raised. */
  get alerts(): readonly AlertRecord[] {
    return [...this.#alerts.all];
  }

  alert(id: string): AlertRecord | undefined {
    return this.#alerts.get(id);
  }

  /** @throws Error of a stream that it was not made with */
  counts(stream: string): StreamCounts {
    const recent = this.#streams.get(stream);
    if (recent === undefined) throw new Error(`no stream ${stream}`);
    const { records, rows, rejects, histories } = recent;
    const rejected = { rejected: rejects.total, rejects: rejects.groups };
    return { records, rows, ...rejected, shown: histories.size, firing: this.#alerts.firing(stream) };
  }

  /** O(alerts) */
  pulse(): Pulse {
    const streams = [...this.#streams].map(([name, { records, rows, rejects, histories }]) => {
      const firing = this.#alerts.firing(name);
      return { name, records, rows, rejected: rejects.total, shown: histories.size, firing };
    });
    return { alertsVersion: String(this.#alerts.version), firing: this.#alerts.firing(), streams };
  }
}

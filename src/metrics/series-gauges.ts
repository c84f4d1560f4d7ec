import { Gauge, type Registry } from 'prom-client';
import type { ScoreOutput } from '../event/output.ts';

const CHANNEL = ['stream', 'series', 'channel'] as const;
const SERIES = ['stream', 'series'] as const;

/** How far the warm-up of a series has come; `etaMs` in event time, absent where it is not known. */
export interface WarmUpGauges {
  readonly ratio: number;
  readonly etaMs: number | undefined;
}

/**
 * The newest row of single series, under the names that anomaly detectors beside Prometheus have: `y yhat yhat_lower
 * yhat_upper anomaly_score`, and `anomaly_firing`, `anomaly_warm_up_ratio`, `anomaly_warm_up_eta_seconds`. The first
 * `max` series have gauges until they are forgotten; the rest have none.
 */
export class SeriesGauges {
  readonly #max: number;
  /** By stream, by series. */
  readonly #newest = new Map<string, Map<string, ScoreOutput>>();
  readonly #value: Gauge<'stream' | 'series' | 'channel'>;
  readonly #expected: Gauge<'stream' | 'series' | 'channel'>;
  readonly #lower: Gauge<'stream' | 'series' | 'channel'>;
  readonly #upper: Gauge<'stream' | 'series' | 'channel'>;
  readonly #score: Gauge<'stream' | 'series'>;
  readonly #firing: Gauge<'stream' | 'series'>;
  readonly #warmUpRatio: Gauge<'stream' | 'series'>;
  readonly #warmUpEta: Gauge<'stream' | 'series'>;
  #size = 0;
  #isFull = false;

  constructor(registry: Registry, max: number) {
    const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
      new Gauge({ name, help, labelNames, registers: [registry] });
    this.#max = max;
    this.#value = gauge('y', 'Newest value of the series.', CHANNEL);
    this.#expected = gauge('yhat', 'The value that the network expected.', CHANNEL);
    this.#lower = gauge('yhat_lower', 'Lower end of the central 95 % band of what was expected.', CHANNEL);
    this.#upper = gauge('yhat_upper', 'Upper end of the central 95 % band of what was expected.', CHANNEL);
    this.#score = gauge('anomaly_score', 'Score of the newest row, in [0, 1]; 0.5 is the alarm.', SERIES);
    this.#firing = gauge('anomaly_firing', '1 while an alert fires for the series, 0 while none does.', SERIES);
    this.#warmUpRatio = gauge(
      'anomaly_warm_up_ratio',
      'Rows seen of the rows needed before the series can raise an alert, at most 1.',
      SERIES,
    );
    this.#warmUpEta = gauge(
      'anomaly_warm_up_eta_seconds',
      'Event time until the series can raise an alert: rows missing times its median interval.',
      SERIES,
    );
  }

  /** Whether a series found no place. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Keeps the row if its series has a place. O(1). */
  saw(row: ScoreOutput): void {
    const rows = this.#newest.get(row.stream) ?? new Map<string, ScoreOutput>();
    if (!rows.has(row.series)) {
      if (this.#size >= this.#max) {
        this.#isFull = true;
        return;
      }
      this.#size++;
      this.#newest.set(row.stream, rows);
    }
    rows.set(row.series, row);
  }

  /** Brings the gauges up to date; series that `warmUpOf` does not know any more lose theirs. O(max). */
  refresh(warmUpOf: (stream: string, series: string) => WarmUpGauges | undefined): void {
    const ofChannels = [this.#value, this.#expected, this.#lower, this.#upper];
    for (const gauge of [...ofChannels, this.#score, this.#firing, this.#warmUpRatio, this.#warmUpEta]) gauge.reset();
    for (const [stream, rows] of this.#newest) {
      for (const [series, row] of rows) {
        const warmUp = warmUpOf(stream, series);
        if (warmUp !== undefined) this.#show(row, warmUp);
        else if (rows.delete(series)) this.#size--;
      }
    }
  }

  #show({ stream, series, channels, score, alert }: ScoreOutput, { ratio, etaMs }: WarmUpGauges): void {
    this.#score.set({ stream, series }, score);
    this.#firing.set({ stream, series }, alert === '' ? 0 : 1);
    this.#warmUpRatio.set({ stream, series }, ratio);
    if (etaMs !== undefined) this.#warmUpEta.set({ stream, series }, etaMs / 1000);
    for (const { channel, value, expected, lower, upper } of channels) {
      const labels = { stream, series, channel };
      if (value !== null) this.#value.set(labels, value);
      if (expected !== null) this.#expected.set(labels, expected);
      if (lower !== null) this.#lower.set(labels, lower);
      if (upper !== null) this.#upper.set(labels, upper);
    }
  }
}

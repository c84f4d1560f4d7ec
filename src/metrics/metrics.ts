import { type Aggregator, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** prom-client's own three whose names break Prometheus' rules: a gauge must not end in `_total`. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** Without the prefix. */
export const SERIES_ACTIVE = 'series_active';
/** Without the prefix. */
export const WARM_UP_RATIO = 'warm_up_ratio';

const DURATIONS = [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/**
 * Every metric of Surprisal, but for the gauges of single series (`SeriesGauges`). One registry each: two runs in one
 * process do not meet. Labels are bounded by the configuration.
 */
export class Metrics {
  readonly registry = new Registry();

  readonly recordsConsumed = this.#counter('records_consumed_total', 'Records read from the source.', ['stream']);
  readonly recordsDropped = this.#counter('records_dropped_total', 'Records rejected, by reason.', [
    'stream',
    'reason',
  ]);
  readonly valuesMissing = this.#counter(
    'values_missing_total',
    'Values that records lack, or that could not be used, by reason: absent, token, wrong-type, out-of-range.',
    ['stream', 'channel', 'reason'],
  );
  readonly rowsScored = this.#counter('rows_scored_total', 'Rows scored.', ['stream']);
  readonly partitionsAssigned = this.#gauge(
    'partitions_assigned',
    'Partitions that the consumer group has assigned to this process.',
  );
  readonly interruptions = this.#counter(
    'interruptions_total',
    'Transient failures of brokers and group members, by code.',
    ['code'],
  );
  readonly consumerLag = this.#gauge(
    'consumer_lag_records',
    'Records of a Kafka partition that are not yet read, those of open transactions included.',
    ['topic', 'partition'],
  );
  readonly openTransactionAge = this.#gauge(
    'open_transaction_age_seconds',
    'Age of the oldest record of a Kafka partition that waits for the transaction of its producer to end; 0 where none does.',
    ['topic', 'partition'],
  );
  readonly eventTimeLag = this.#gauge('event_time_lag_seconds', 'Wall clock less watermark.', ['stream'], 'max');
  readonly inferenceDuration = this.#histogram(
    'inference_duration_seconds',
    'Decoding, windowing, scoring and learning of one batch of records.',
    { labels: ['stream'], buckets: DURATIONS },
  );
  readonly learningDuration = this.#histogram(
    'learning_duration_seconds',
    'One learning step of the network, over all series that were due.',
    { labels: ['stream'], buckets: DURATIONS },
  );
  /**
   * A shannon is a bit of information (IEC 80000-13); a metric named after bits would have to be in bytes, says
   * promtool.
   */
  readonly bits = this.#histogram(
    'row_shannons',
    'Surprisal of the rows scored, in shannons, which are bits of information.',
    {
      labels: ['stream'],
      buckets: [1, 2, 4, 6, 8, 10, 12, 16, 20, 30, 50],
    },
  );
  readonly rowsMissing = this.#counter(
    'rows_missing_total',
    'Rows without a value of any channel that may be blamed: not scored.',
    ['stream'],
  );
  readonly rowsOutside = this.#counter(
    'rows_outside_sessions_total',
    'Rows outside `features.sessions`: neither scored nor learned.',
    ['stream'],
  );
  readonly learningUpdates = this.#counter('learning_updates_total', 'Learning steps of the network.', ['stream']);
  readonly seriesActive = this.#gauge(SERIES_ACTIVE, 'Series that the task knows.', ['stream']);
  readonly seriesWarming = this.#gauge('series_warming', 'Series too new to raise an alert.', ['stream']);
  /** Of several workers: weighted by their series, in `aggregated`. */
  readonly warmUpRatio = this.#gauge(
    WARM_UP_RATIO,
    'Rows seen of the rows needed before a series can raise an alert, at most 1: mean over the series.',
    ['stream'],
  );
  readonly warmUpEta = this.#gauge(
    'warm_up_eta_seconds',
    'Event time until the slowest active series can raise an alert: rows missing times its median interval.',
    ['stream'],
    'max',
  );
  readonly seriesEvicted = this.#counter('series_evicted_total', 'Series forgotten, idle or in excess.', ['stream']);
  readonly stateBytes = this.#gauge('state_bytes', 'State of all series in memory, open windows apart.', ['stream']);
  readonly commitLastSuccess = this.#gauge(
    'commit_last_success_timestamp_seconds',
    'When outputs and the position in the source were last committed, by any task of the stream.',
    ['stream'],
    'min',
  );
  readonly commitDuration = this.#histogram(
    'commit_duration_seconds',
    'One commit, with its checkpoint if it is one.',
    {
      labels: ['stream'],
      buckets: DURATIONS,
    },
  );
  readonly checkpointLastSuccess = this.#gauge(
    'checkpoint_last_success_timestamp_seconds',
    'Time of the oldest checkpoint among tasks with unsaved state.',
    ['stream'],
    'min',
  );
  readonly checkpointDuration = this.#histogram(
    'checkpoint_duration_seconds',
    'One commit with the state, snapshot included.',
    {
      labels: ['stream'],
      buckets: DURATIONS,
    },
  );
  readonly checkpointBytes = this.#counter('checkpoint_bytes_total', 'State written by checkpoints.', ['stream']);
  readonly restoreDuration = this.#gauge(
    'restore_duration_seconds',
    'How long the last restore took.',
    ['stream'],
    'max',
  );
  readonly restoredBytes = this.#gauge('restored_bytes', 'State that the last restore read.', ['stream']);
  readonly stateFallbacks = this.#counter(
    'state_fallbacks_total',
    'Times that the state was damaged and its newest backup took its place.',
  );
  readonly backups = this.#counter('backups_total', 'Backups of the state, by outcome.', ['outcome']);
  readonly backupLastSuccess = this.#gauge('backup_last_success_timestamp_seconds', 'When a backup was last taken.');
  readonly alerts = this.#counter('alerts_total', 'Alerts raised.', ['stream', 'severity']);
  readonly alertsFiring = this.#gauge('alerts_firing', 'Alerts that fire now.', ['stream']);
  readonly budgetTarget = this.#gauge('alert_budget_target', 'Alerts a week that the budget allows.', ['stream']);
  readonly budgetUsed = this.#gauge(
    'alert_budget_used',
    'Alerts raised in the last week of event time, silences apart.',
    ['stream'],
  );
  readonly deliveries = this.#counter(
    'deliveries_total',
    'Outputs by outcome at the sink: delivered, resent, failed, set_aside (dead-lettered).',
    ['sink', 'outcome'],
  );
  readonly pointsDropped = this.#counter(
    'delivery_points_dropped_total',
    'Points that the receiver dropped, such as those older than its retention policy keeps; the others of their batch arrived.',
    ['sink'],
  );
  readonly deliveryQueue = this.#gauge('delivery_queue_length', 'Outputs not yet delivered.', ['sink']);
  readonly deliveryWaiting = this.#gauge('delivery_waiting', 'Outputs awaiting retry.', ['sink']);
  readonly deliveryOff = this.#gauge('delivery_off', '1 once the receiver answered 410 Gone.', ['sink']);
  readonly reloadSuccessful = this.#gauge(
    'config_last_reload_successful',
    '1 while the running configuration is the newest.',
    [],
    'min',
  );
  readonly reloadSuccessTime = this.#gauge(
    'config_last_reload_success_timestamp_seconds',
    'When the running configuration was loaded.',
    [],
    'min',
  );
  readonly buildInfo = this.#gauge('build_info', 'Always 1.', ['version', 'engine'], 'first');

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.reloadSuccessful.set(1);
    this.reloadSuccessTime.setToCurrentTime();
    for (const name of MISNAMED) this.registry.removeSingleMetric(name);
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name: `surprisal_${name}`, help, labelNames, registers: [this.registry] });
  }

  /** `several`: what the gauges of several workers are together. */
  #gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
    several: Aggregator = 'sum',
  ): Gauge<L> {
    return new Gauge({ name: `surprisal_${name}`, help, labelNames, aggregator: several, registers: [this.registry] });
  }

  #histogram<L extends string>(
    name: string,
    help: string,
    { labels, buckets }: { readonly labels: readonly L[]; readonly buckets: readonly number[] },
  ): Histogram<L> {
    const options = { name: `surprisal_${name}`, help, labelNames: labels, buckets: [...buckets] };
    return new Histogram({ ...options, registers: [this.registry] });
  }
}

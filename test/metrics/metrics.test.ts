import { expect, test } from 'vitest';
import { Metrics } from '../../src/metrics/metrics.ts';

/** Labels whose values the configuration bounds. */
const BOUNDED = [
  'channel',
  'stream',
  'reason',
  'severity',
  'sink',
  'outcome',
  'topic',
  'partition',
  'version',
  'engine',
  'le',
  'code',
];

async function own() {
  const all = await new Metrics().registry.getMetricsAsJSON();
  return all.filter(({ name }) => name.startsWith('surprisal_'));
}

test('names follow Prometheus: snake_case, a counter ends in _total and nothing else does, base units', async () => {
  for (const { name, type } of await own()) {
    expect(name).toMatch(/^surprisal_[a-z][a-z0-9_]*[a-z0-9]$/);
    expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(String(type) === 'counter');
    expect(name).not.toMatch(/_(ms|millis|milliseconds|minutes|kb|mb|percent|count|sum|bucket)(_|$)/);
    if (/duration|lag_s|timestamp/.test(name)) expect(name).toMatch(/_seconds$/);
  }
});

test('every metric says what it is, in a sentence', async () => {
  for (const { name, help } of await own()) expect(help, name).toMatch(/^[A-Z0-9].*\.$/);
});

test('no label is unbounded', async () => {
  for (const metric of Object.values(new Metrics())) {
    const labels = 'labelNames' in Object(metric) ? Object(metric).labelNames : [];
    for (const label of labels) expect(BOUNDED).toContain(label);
  }
});

test('the metrics that the conventions ask for are there', async () => {
  const names = new Set((await own()).map(({ name }) => name.replace('surprisal_', '')));
  const wanted =
    'records_consumed_total records_dropped_total rows_scored_total event_time_lag_seconds consumer_lag_records rows_outside_sessions_total rows_missing_total values_missing_total row_shannons ' +
    'inference_duration_seconds learning_duration_seconds restored_bytes series_warming warm_up_ratio warm_up_eta_seconds alert_budget_used ' +
    'series_active series_evicted_total state_bytes checkpoint_last_success_timestamp_seconds checkpoint_duration_seconds ' +
    'alerts_total alerts_firing alert_budget_target deliveries_total delivery_queue_length config_last_reload_successful build_info';
  for (const name of wanted.split(' ')) expect(names).toContain(name);
});

test('the names that break Prometheus’ own rules are left out', async () => {
  const text = await new Metrics().registry.metrics();
  expect(text).toContain('process_cpu_seconds_total');
  expect(text).not.toMatch(/^nodejs_active_\w+_total/m);
});

test('two registries in one process know nothing of each other', async () => {
  const [one, other] = [new Metrics(), new Metrics()];
  one.recordsConsumed.inc({ stream: 'a' }, 3);
  expect(await other.registry.metrics()).not.toContain('surprisal_records_consumed_total{stream="a"}');
});

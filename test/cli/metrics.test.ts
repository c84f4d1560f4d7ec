import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../servers/program.ts';
import { promtool } from '../servers/prometheus.ts';
import { type Surprisal, startSurprisal } from '../servers/surprisal.ts';
import { until } from '../servers/until.ts';

let program: Surprisal;

describeWith([promtool], 'what the program says at /metrics', () => {
  beforeAll(async () => {
    program = await startSurprisal({
      state: { commit_interval: '100ms', checkpoint_interval: '500ms', backup_interval: '1s' },
      server: { series_metrics: { enabled: true, max: 3 } },
      streams: {
        machine: {
          source: { kind: 'simulate', world: 'machine', machines: 4, calm: '3h', fault_rate: 20, speed: 4_000 },
          decode: { key: '/machine', time: { at: '/time' } },
          channels: { vibration: { resolution: 0.01 }, current: { resolution: 0.01 } },
          window: { kind: 'event' },
          network: { hidden: 4, steps: 4 },
          alert: { budget: '10/day' },
        },
      },
      sinks: { file: { kind: 'jsonl', path: 'out.jsonl' } },
    });
  });
  afterAll(() => program?.stop());

  test('is what promtool asks for', async () => {
    execFileSync(promtool.path(), ['check', 'metrics'], { input: await program.metrics(), stdio: 'pipe' });
  });

  test('counts what happens: learning, commits, backups, alerts within the budget, series by series', async () => {
    const wanted = [
      /^surprisal_learning_duration_seconds_count\{stream="machine"\} [1-9]/m,
      /^surprisal_learning_duration_seconds_sum\{stream="machine"\} 0\.\d*[1-9]/m,
      /^surprisal_checkpoint_bytes_total\{stream="machine"\} [1-9]/m,
      /^surprisal_restored_bytes\{stream="machine"\} 0$/m,
      /^surprisal_state_fallbacks_total 0$/m,
      /^surprisal_backups_total\{outcome="taken"\} [1-9]/m,
      /^surprisal_backups_total\{outcome="failed"\} 0$/m,
      /^surprisal_backup_last_success_timestamp_seconds 1[0-9.]+/m,
      /^surprisal_alert_budget_target\{stream="machine"\} 70$/m,
      /^surprisal_alert_budget_used\{stream="machine"\} [1-9]/m,
      /^surprisal_deliveries_total\{sink="file",outcome="failed"\} 0$/m,
      /^y\{stream="machine",series="[^"]+",channel="vibration"\} [0-9.]+$/m,
      /^yhat_upper\{stream="machine",series="[^"]+",channel="current"\} [0-9.]+$/m,
    ];
    const missing = async () => {
      const text = await program.metrics();
      return wanted.filter((line) => !line.test(text));
    };
    await expect.poll(missing, { timeout: 30_000, interval: 500 }).toEqual([]);
    expect((await program.metrics()).match(/^anomaly_score\{/gm)).toHaveLength(3);
  }, 40_000);

  test('is still within promtool’s rules once every metric has samples', async () => {
    await until('an alert is raised', 20_000, async () =>
      /^surprisal_alerts_total.* [1-9]/m.test(await program.metrics()),
    );
    execFileSync(promtool.path(), ['check', 'metrics'], { input: await program.metrics(), stdio: 'pipe' });
  });

  test('agrees after a restart with what was there before: the budget used is part of the state', async () => {
    const used = async () => Number(/^surprisal_alert_budget_used\S* (\d+)/m.exec(await program.metrics())?.[1]);
    const before = await used();
    await program.restart();
    expect(await used()).toBeGreaterThanOrEqual(before);
    expect(await program.metrics()).toMatch(/^surprisal_restored_bytes\{stream="machine"\} [1-9]/m);
  });
});

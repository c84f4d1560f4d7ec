import { expect, onTestFinished, test } from 'vitest';
import { influxd, startInfluxdb } from '../servers/influxdb.ts';
import { describeWith } from '../servers/program.ts';
import { outage } from './influxdb-outage.ts';

/** Two minutes of it, measured: `node test/bench/run.mjs test/bench/influxdb-outage.ts`. */
const DOWN_S = 5;

describeWith([influxd], 'an InfluxDB that is away under load', () => {
  test('has every point once it is back, to the last bit, and scoring went on meanwhile', {
    timeout: 180_000,
  }, async () => {
    const server = await startInfluxdb();
    onTestFinished(() => server.stop());
    const load = { machines: 50, rate: 400, beforeS: 2, downS: DOWN_S, afterS: 2 };
    const { phases, scored, found, alerts, failedTries, deadLettered } = await outage(server, load);
    const [before, down] = phases;
    expect(failedTries).toBeGreaterThan(2);
    expect(down.queued).toBeGreaterThan(before.queued);
    expect(down.rowsPerSecond).toBeGreaterThan(0);
    expect(scored.count).toBeGreaterThan(2 * 100 * DOWN_S);
    expect(found).toEqual(scored);
    expect(alerts[1]).toBe(alerts[0]);
    expect(deadLettered).toBe(0);
  });
});

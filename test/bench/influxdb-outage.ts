import process from 'node:process';
import { influxd, startInfluxdb } from '../servers/influxdb.ts';
import { outage } from '../sink/influxdb-outage.ts';

/* node test/bench/run.mjs test/bench/influxdb-outage.ts [DOWN_S [RATE]]: InfluxDB is killed for DOWN_S seconds (120) while RATE rows a second
 * (1000, or max) are scored, two channels each; rows a second before, during and after, and whether InfluxDB has every point in the end. */

const downS = Number(process.argv[2] ?? 120);
const rate = process.argv[3] === 'max' ? 'max' : Number(process.argv[3] ?? 1_000);
const AROUND_S = Math.min(30, downS);

const missing = influxd.missing();
if (missing !== undefined) throw new Error(missing);
const server = await startInfluxdb();
try {
  const report = await outage(server, { machines: 100, rate, beforeS: AROUND_S, downS, afterS: AROUND_S });
  const names = ['before', 'away', 'back'];
  for (const [i, phase] of report.phases.entries()) {
    const { rowsPerSecond, slowestSecond, microsPerRow, longestPauseMs, queued } = phase;
    console.log(
      `${names[i]?.padEnd(6)} ${rowsPerSecond.toFixed(0).padStart(6)} rows/s, slowest second ${slowestSecond}, ` +
        `${microsPerRow.toFixed(0)} µs a row, longest pause ${longestPauseMs.toFixed(0)} ms, ${queued} outputs waiting at its end`,
    );
  }
  const { scored, found, alerts, failedTries, deadLettered, caughtUpS } = report;
  const caughtUp =
    caughtUpS === undefined ? 'not caught up before the load ended' : `caught up in ${caughtUpS.toFixed(1)} s`;
  console.log(`${failedTries} tries failed, ${deadLettered} outputs dead-lettered, ${caughtUp}`);
  console.log(`scored ${scored.count} points, checksum ${scored.checksum}; ${alerts[0]} steps of alerts`);
  console.log(`found  ${found.count} points, checksum ${found.checksum}; ${alerts[1]} steps of alerts`);
  if (scored.checksum !== found.checksum || scored.count !== found.count) process.exitCode = 1;
} finally {
  await server.stop();
}

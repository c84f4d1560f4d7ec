import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AlertOutput } from '../../src/event/output.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/event/time.ts';
import type { ReportAssets, ReportData, ReportedSeries } from '../../src/report/data.ts';

const require = createRequire(import.meta.url);
const START = Date.UTC(2026, 0, 5);

/** uPlot as the command line reads it. */
export const assets: ReportAssets = {
  script: readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
  style: readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'),
};

/** A firing step, two hours into the sample. */
export function alert(changes: Partial<AlertOutput> = {}): AlertOutput {
  return {
    kind: 'alert',
    state: 'firing',
    id: '00f1',
    revision: 0,
    stream: 'thermostat',
    series: 'home-1',
    severity: 'critical',
    reason: 'unusual_value',
    summary: 'temperature fell to 14.2 °C where 20.9 °C (20.1 to 21.6) was expected.',
    channel: 'temperature',
    value: 14.2,
    expected: 20.9,
    lower: 20.1,
    upper: 21.6,
    bits: 24.6,
    pValue: 1 / 41_300,
    score: 0.93,
    startMs: START + 2 * HOUR_MS,
    timeMs: START + 2 * HOUR_MS,
    ...changes,
  };
}

/** A series of days and noise with a furnace that fails, `rows` × 5 minutes, every row decided by its number. */
export function series(name: string, rows: number, channels: number, alerts: readonly AlertOutput[]): ReportedSeries {
  const rowNumbers = Array.from({ length: rows }, (_, row) => row);
  return {
    name,
    timeMs: rowNumbers.map((row) => START + row * 5 * MINUTE_MS),
    channels: Array.from({ length: channels }, (_, channel) => {
      const noise = (row: number) => 0.4 * Math.sin(row * row * 12.9 + channel);
      const mean = (row: number) => 20 + channel * 30 + 1.5 * Math.sin((row / 288) * 2 * Math.PI);
      const drop = (row: number) => (alerts.length > 0 && row >= rows / 2 && row < rows / 2 + 40 ? -6 : 0);
      const known = <T>(row: number, value: T) => (row < 60 ? null : value);
      return {
        value: rowNumbers.map((row) => (row % 997 === 500 ? null : mean(row) + noise(row) + drop(row))),
        expected: rowNumbers.map((row) => known(row, mean(row))),
        lower: rowNumbers.map((row) => known(row, mean(row) - 0.9 - 400 / (row + 10))),
        upper: rowNumbers.map((row) => known(row, mean(row) + 0.9 + 400 / (row + 10))),
        bits: rowNumbers.map((row) => 3 + 3 * noise(row) ** 2 - drop(row) * 3),
      };
    }),
    score: rowNumbers.map((row) => (alerts.length > 0 && row >= rows / 2 && row < rows / 2 + 40 ? 0.9 : 0.2)),
    alerts,
  };
}

/** The middle of a series of so many rows. */
export function failureAt(rows: number, id = '00f1'): readonly AlertOutput[] {
  const startMs = START + (rows / 2) * 5 * MINUTE_MS;
  const endMs = startMs + 40 * 5 * MINUTE_MS;
  return [
    alert({ id, startMs, timeMs: startMs, severity: 'warning', bits: 17, pValue: 1 / 3900 }),
    alert({ id, revision: 1, startMs, timeMs: startMs + HOUR_MS }),
    alert({ id, revision: 2, state: 'resolved', startMs, timeMs: endMs, endMs, bits: 2, pValue: 0.4 }),
  ];
}

/** What a replay of some homes reports. */
export function sample(homes: number, rows: number, channels = 2): ReportData {
  const units = ['°C', '%', 'W', ''];
  const names = ['temperature', 'humidity', 'power', 'duty'];
  return {
    title: 'Thermostats, first week of January',
    stream: 'thermostat',
    channels: Array.from({ length: channels }, (_, place) => ({ name: names[place] ?? '', unit: units[place] ?? '' })),
    series: Array.from({ length: homes }, (_, home) =>
      series(`home-${home + 1}`, rows, channels, home % 3 === 1 ? failureAt(rows, `00f${home}`) : []),
    ),
    labels: [{ series: 'home-2', startMs: START + rows * 2.45 * MINUTE_MS, endMs: START + rows * 2.6 * MINUTE_MS }],
    settings: { seed: '1', engine: 'reference', window: '5m', hidden: '32', 'learn every': '4 rows', budget: '2/week' },
  };
}

import { quoted } from './csv-field.ts';
import { type Forecast, LEVELS } from './forecast-series.ts';

/** Names of the columns of the quantiles: `q0.025` … */
export function csvHeader(): string {
  return `time,series,channel,row,${LEVELS.map((p) => `q${p}`).join(',')}\n`;
}

/** A line for each row ahead and channel. */
export function csvLines({ series, times, channels }: Forecast): string {
  return channels
    .flatMap(({ channel, quantiles }) =>
      times.map((time, row) => {
        const numbers = quantiles[row].map((value) => value ?? '');
        return `${[new Date(time).toISOString(), quoted(series), quoted(channel), row + 1, ...numbers].join(',')}\n`;
      }),
    )
    .join('');
}

/** Columns of the sampled paths. */
export function samplesHeader(): string {
  return 'time,series,channel,path,value\n';
}

/** A line for each row ahead, path and channel that has values. */
export function samplesLines({ series, times, paths, channels }: Forecast): string {
  const lines: string[] = [];
  for (const { channel, samples } of channels) {
    for (let path = 0; path < paths; path++) {
      for (const [row, time] of times.entries()) {
        const value = samples[row * paths + path];
        if (Number.isNaN(value)) continue;
        lines.push(`${new Date(time).toISOString()},${quoted(series)},${quoted(channel)},${path + 1},${value}\n`);
      }
    }
  }
  return lines.join('');
}

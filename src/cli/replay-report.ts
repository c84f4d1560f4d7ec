import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { WarmUp } from '../detector/warm-up.ts';
import type { Channel } from '../event/channel.ts';
import type { AlertOutput, Output, ScoreOutput } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import type { LabelledWindow, ReportedSeries } from '../report/data.ts';
import { report } from '../report/report.ts';
import { unwritable } from './unwritable.ts';

interface ReportSeries extends ReportedSeries {
  readonly timeMs: number[];
  readonly channels: {
    value: (number | null)[];
    expected: (number | null)[];
    lower: (number | null)[];
    upper: (number | null)[];
    bits: (number | null)[];
  }[];
  readonly score: number[];
  readonly alerts: AlertOutput[];
}

/** Rows ahead of one channel: the median and the central 95 %; null = not known. */
export interface ForecastBand {
  readonly expected: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** What was replayed, and with which settings; `warmUp`: as the last record left it. */
interface Replay {
  readonly file: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly warmUp: Pick<WarmUp, 'of'>;
}

/** Gathers what a replay says, for its report. */
export class ReplayReport {
  readonly #channels: readonly Channel[];
  readonly #series = new Map<string, ReportSeries>();
  readonly #ahead: LabelledWindow[] = [];

  constructor(channels: readonly Channel[]) {
    this.#channels = channels;
  }

  take(output: Output): void {
    if (output.kind === 'score') this.#takeScore(output);
    else if (output.kind === 'alert') this.#of(output.series).alerts.push(output);
  }

  /** Adds rows ahead of a series, without values; they are shaded. Channels in the order of the stream's. */
  forecast(series: string, times: readonly EpochMs[], channels: readonly ForecastBand[]): void {
    const entry = this.#of(series);
    for (const [row, timeMs] of times.entries()) {
      entry.timeMs.push(timeMs);
      entry.score.push(0);
      for (const [d, channel] of entry.channels.entries()) {
        channel.value.push(null);
        channel.expected.push(channels[d].expected[row]);
        channel.lower.push(channels[d].lower[row]);
        channel.upper.push(channels[d].upper[row]);
        channel.bits.push(null);
      }
    }
    const [startMs, endMs] = [times[0], times.at(-1)];
    if (startMs !== undefined && endMs !== undefined) this.#ahead.push({ startMs, endMs, series });
  }

  /** Writes the HTML of what was replayed. @throws Failure cli/unwritable */
  async write(path: string, { file, settings, warmUp }: Replay): Promise<void> {
    const channels = this.#channels.map(({ name, unit }) => ({ name, unit }));
    const series = Array.from(this.#series.values(), (entry) => ({ ...entry, warmUp: warmUp.of(entry.name) }));
    const ahead = this.#ahead.length > 0 ? { labels: this.#ahead, labelled: 'forecast' } : {};
    const data = { title: basename(file), stream: file, channels, series, settings, ...ahead };
    const html = report(data, await plotAssets());
    await writeFile(path, html).catch((cause) => {
      throw unwritable(path, cause);
    });
  }

  #takeScore({ series, timeMs, channels, score }: ScoreOutput): void {
    const entry = this.#of(series);
    entry.timeMs.push(timeMs);
    entry.score.push(score);
    channels.forEach(({ value, expected, lower, upper, bits }, d) => {
      const channel = entry.channels[d];
      channel.value.push(value);
      channel.expected.push(expected);
      channel.lower.push(lower);
      channel.upper.push(upper);
      channel.bits.push(bits);
    });
  }

  #of(name: string): ReportSeries {
    let entry = this.#series.get(name);
    if (entry === undefined) {
      const channels = this.#channels.map(() => ({ value: [], expected: [], lower: [], upper: [], bits: [] }));
      entry = { name, timeMs: [], channels, score: [], alerts: [] };
      this.#series.set(name, entry);
    }
    return entry;
  }
}

/** uPlot, as the package carries it. */
async function plotAssets(): Promise<{ readonly script: string; readonly style: string }> {
  const require = createRequire(import.meta.url);
  const [script, style] = await Promise.all([
    readFile(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
    readFile(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'),
  ]);
  return { script, style };
}

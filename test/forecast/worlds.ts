import { Detector } from '../../src/detector/detector.ts';
import type { DetectorOptions } from '../../src/detector/options.ts';
import type { ScoreOutput } from '../../src/event/output.ts';
import { Forecaster, type ForecastOptions } from '../../src/forecast/forecaster.ts';
import type { Random } from '../../src/math/random.ts';
import { smallDetector } from '../detector/options.ts';

/** 2026-03-02, a Monday. */
export const START = Date.UTC(2026, 2, 2);
/** Rows are half an hour apart. */
export const STEP = 1_800_000;

/** A day's wave with noise. */
export function wave(n: number, random: Random): number {
  return 20 + 5 * Math.sin((2 * Math.PI * n) / 48) + 0.5 * random.normal();
}

/** Small, and with a day's season. */
export function hourly(channels: readonly object[] = [{}], network: object = {}): DetectorOptions {
  return smallDetector(channels, { features: { season: '1d' }, network: { ...network } });
}

/** A detector and a forecaster that have seen so many rows of a series; `values`: of row n, by channel. */
export function seen(
  options: DetectorOptions,
  forecast: ForecastOptions,
  rows: number,
  values: (n: number) => readonly number[],
) {
  const detector = new Detector(options);
  const forecaster = new Forecaster(options, forecast);
  for (let n = 0; n < rows; n++) {
    detector.observe({ series: 'a', timeMs: START + n * STEP, values: Float64Array.from(values(n)) });
    for (const output of detector.drain()) {
      if (output.kind === 'score') forecaster.observe('a', viewOf(detector), output.timeMs, valuesOf(output));
    }
  }
  return { detector, forecaster };
}

/** Of the series `a`. */
export function viewOf(detector: Detector) {
  const view = detector.state.look('a');
  if (view === undefined) throw new Error('no series a');
  return view;
}

function valuesOf({ channels }: ScoreOutput): readonly number[] {
  return channels.map(({ value }) => value ?? Number.NaN);
}

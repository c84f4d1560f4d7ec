import { noveltyMemory, noveltyOptions } from '../../../src/score/novelty.ts';
import { Refractory } from '../../../src/score/refractory.ts';
import { Columns } from '../../../src/series/columns.ts';
import type { LabelledSeries } from './labelled.ts';

/** Scores each row of a series by what came before it. */
export type Scorer = (series: LabelledSeries) => Float64Array;

/** What any detector must beat, run by the same code. */
export const baselines: Readonly<Record<string, Scorer>> = {
  nothing: ({ times }) => new Float64Array(times.length),
  'last value': ({ values }) => lastValue(values),
  'windowed Gaussian': ({ values }) => windowedGaussian(values),
  'running min/max': ({ values }) => runningRange(values),
  'value novelty': ({ values }) => valueNovelty(values),
};

/** |x_t − x_{t−1}| over its running mean. */
function lastValue(values: Float64Array): Float64Array {
  let mean = 0;
  return values.map((value, t) => {
    if (t === 0) return 0;
    const step = Math.abs(value - values[t - 1]);
    const score = mean > 0 ? step / mean : 0;
    mean += (step - mean) / t;
    return score;
  });
}

/** |z| by the last 6 400 rows, looked at anew each 100: NAB's own baseline. */
function windowedGaussian(values: Float64Array): Float64Array {
  let [mean, deviation] = [0, 1];
  return values.map((value, t) => {
    if (t > 0 && t % 100 === 0) {
      const window = values.subarray(Math.max(0, t - 6400), t);
      mean = window.reduce((sum, x) => sum + x, 0) / window.length;
      deviation = Math.sqrt(window.reduce((sum, x) => sum + (x - mean) ** 2, 0) / window.length) || 1e-6;
    }
    return Math.abs(value - mean) / deviation;
  });
}

/** How far outside all that was seen, as a share of its range. */
function runningRange(values: Float64Array): Float64Array {
  let [low, high] = [values[0], values[0]];
  return values.map((value) => {
    const outside = Math.max(low - value, value - high, 0);
    const score = high > low ? outside / (high - low) : 0;
    [low, high] = [Math.min(low, value), Math.max(high, value)];
    return score;
  });
}

/** V (docs/detection.md#value-and-error-novelty) and its refractory period, nothing learned. */
function valueNovelty(values: Float64Array): Float64Array {
  const columns = new Columns();
  const novelty = noveltyMemory(columns, 1, noveltyOptions.parse({}));
  const refractory = new Refractory(columns);
  const slot = columns.allocate();
  return values.map((value) => {
    novelty.observe(slot, 0, value, Number.NaN, 0);
    return refractory.emit(slot, novelty.valueScore);
  });
}

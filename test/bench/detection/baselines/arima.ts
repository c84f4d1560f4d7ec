import type { Scorer } from './baseline.ts';

/* ARIMA(p, 1, q) as it is learned online: an AR of higher order on the differences stands for the moving average (Liu, Hoi, Zhao and Sun
 * 2016, "Online ARIMA algorithms for time series prediction"), its weights by recursive least squares with forgetting.
 *   d_t = x_t − x_{t−1}     x̂_t = x_{t−1} + Σ w_i·d_{t−i}     score = |x_t − x̂_t| / sd of the errors before                    */

const LAGS = 10;
const FORGET = 0.999;
const ERROR_ROWS = 500;
const LEAST_ROWS = 3 * LAGS;

/** |error|/sd of a one-step ARIMA forecast. O(lags²) a row. */
export const onlineArima: Scorer = ([values]) => {
  const scores = new Float64Array(values.length);
  const lags = new Float64Array(LAGS);
  const squares = new LeastSquares(LAGS, FORGET);
  let variance = 0;
  for (let row = 1; row < values.length; row++) {
    const step = values[row] - values[row - 1];
    const error = step - squares.predict(lags);
    const sd = Math.sqrt(variance);
    if (row > LEAST_ROWS && sd > 0) scores[row] = Math.abs(error) / sd;
    variance += (error * error - variance) / Math.min(row, ERROR_ROWS);
    squares.learn(lags, error);
    lags.copyWithin(1, 0);
    lags[0] = step;
  }
  return scores;
};

/** Recursive least squares with exponential forgetting; the scale of the inputs is that of the first that moves. */
class LeastSquares {
  readonly #weights: Float64Array;
  readonly #inverse: Float64Array;
  readonly #gain: Float64Array;
  readonly #forget: number;
  #began = false;

  constructor(size: number, forget: number) {
    this.#weights = new Float64Array(size);
    this.#inverse = new Float64Array(size * size);
    this.#gain = new Float64Array(size);
    this.#forget = forget;
  }

  predict(inputs: Float64Array): number {
    return inputs.reduce((sum, input, i) => sum + input * this.#weights[i], 0);
  }

  /** P ← (P − k(Px)ᵀ)/λ, w ← w + k·e, k = Px/(λ + xᵀPx); nothing is learned from inputs that are all 0. */
  learn(inputs: Float64Array, error: number): void {
    const size = inputs.length;
    const power = inputs.reduce((sum, input) => sum + input * input, 0);
    if (power === 0) return;
    if (!this.#began) {
      this.#began = true;
      for (let i = 0; i < size; i++) this.#inverse[i * size + i] = 1 / power;
    }
    const gain = this.#gain;
    let norm = this.#forget;
    for (let i = 0; i < size; i++) {
      gain[i] = 0;
      for (let j = 0; j < size; j++) gain[i] += this.#inverse[i * size + j] * inputs[j];
      norm += inputs[i] * gain[i];
    }
    let trace = 0;
    for (let i = 0; i < size; i++) {
      this.#weights[i] += (gain[i] / norm) * error;
      for (let j = 0; j < size; j++) {
        const at = i * size + j;
        this.#inverse[at] = (this.#inverse[at] - (gain[i] * gain[j]) / norm) / this.#forget;
      }
      trace += this.#inverse[i * size + i];
    }
    // Forgetting without excitement lets the inverse grow without end.
    if (trace * power > 1e8) for (let i = 0; i < this.#inverse.length; i++) this.#inverse[i] *= 1e6 / (trace * power);
  }
}

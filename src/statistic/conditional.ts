import type { AlertReason } from '../event/output.ts';
import type { Column, Columns } from '../series/columns.ts';
import { solve } from './cholesky.ts';
import { type Regressors, regressors } from './regressors.ts';
import { SlowZ } from './slow-z.ts';
import {
  channelByEntry,
  type Judged,
  type Sight,
  type Statistic,
  type StatisticKind,
  type StatisticOptions,
} from './statistic.ts';
import { Terms } from './terms.ts';

/* What should this channel be, given the others now? Least squares on the moments of a row's regressors φ [m]:
 *   A ← A + a·(φφᵀ − A)                       of each series, and of the whole stream (the prior of a series)
 *   w_c = (A_oo + λI)⁻¹ A_oc                  o: the terms in which channel c has no part
 *   r_c = (z_c − w_c·φ_o)/σ_c(φ_o)            scored as it is, and its mean over 8 and 64 rows
 *   ln σ_c = v_c·φ_o, least squares of ln |r_c| over the whole stream: an active row is noisier than a still one    */

/** Rows of each line; in the second half, in units of the spread that the row's circumstances let expect. */
const PLAIN = [1, 8, 64] as const;
const SCALED = [1, 8] as const;
const ROWS: readonly number[] = [...PLAIN, ...SCALED];
/** Lines over more than one row come in this order. */
const PLACES = [-1, 0, 1, -1, 2];
const SMOOTHED = 3;
/** By line: the other one over as many rows. */
const RIVALS = [3, 4, -1, 0, 1];
/** Every row is learned up to here, then each eighth: neighbours say nearly the same. */
const LEARN_ALL = 1_000;
const LEARN_EACH = 8;
/** Updates that the moments remember, of a series and of the stream. */
const MEMORY = 2_500;
const SHARED_MEMORY = 50_000;
/** Updates that the stream's moments are worth to a series. */
const PRIOR = 200;
const RIDGE = 1e-3;
/** Updates at which the coefficients are solved for: early ones, then each 128th. */
const SOLVE_EACH = 128;
const SOLVE_FIRST = [100, 200, 400, 700, 1_000];
/** An outlier is learned no more than this many mean errors. */
const OUTLIER = 20;
const ERROR_MEMORY = 1_000;
const MOST_ERROR = 10;
/** Residuals before their z counts. */
const WARM = 400;
/** Updates of the stream before its spread is modelled, and between two solutions. */
const SPREAD_EACH = 1_000;
const SPREAD_RIDGE = 0.02;
/** ln |r| is bounded below, for a residual of 0 says little; and the modelled spread on both sides. */
const LEAST_RATIO = 0.1;
const MOST_RATIO = 20;
const NARROWEST = 1 / 3;
const WIDEST = 8;

/**
 * Residual of a channel given the others, as it is and over 8 and 64 rows. 4·m²/2 bytes a series and some: 2 KB at
 * three channels.
 */
export const conditional: StatisticKind = {
  kind: 'conditional',
  summary: 'What a channel should be, given the other channels and the hour, and how far it is from that.',
  make(columns, options) {
    const set = regressors(options.channels, options.calendar);
    return set === undefined ? undefined : new Conditional(columns, options, set);
  },
};

class Conditional implements Statistic {
  readonly reason: AlertReason;
  readonly warm = WARM;
  readonly channelOf: Int32Array;
  readonly rivals: Int32Array;
  readonly values: Float64Array;
  readonly deviations: Float64Array;
  readonly shared: readonly Float64Array[];
  readonly #set: Regressors;
  readonly #terms: Terms;
  readonly #moments: Column<Float32Array>;
  readonly #updates: Column<Uint32Array>;
  readonly #weights: Column<Float32Array>;
  readonly #error: Column<Float32Array>;
  readonly #residual: Column<Float32Array>;
  readonly #slow: SlowZ;
  /** Moments of the stream, packed like a series', and the number of updates behind them. */
  readonly #pool: Float64Array;
  readonly #poolUpdates = new Float64Array(1);
  /** By channel, [m]: mean of φ·ln |r_c| over the stream; and the coefficients of ln σ_c, with their mean taken off. */
  readonly #poolSpread: Float64Array;
  readonly #spreadWeights: Float64Array;
  readonly #logs: Float64Array;
  readonly #mixed: Float64Array;
  readonly #matrix: Float64Array;
  readonly #vector: Float64Array;
  /** By channel: where its coefficients begin. */
  readonly #firstWeight: readonly number[];
  readonly #weightCount: number;
  /** Spread of the channel explained last, over its usual one. */
  #relative = 1;

  constructor(columns: Columns, { channels }: StatisticOptions, set: Regressors) {
    const { size, others } = set;
    const most = Math.max(...others.map(({ length }) => length));
    this.#set = set;
    this.reason = channels > 1 ? 'contradicts_channels' : 'unusual_for_the_hour';
    this.channelOf = channelByEntry(ROWS.length, channels);
    this.rivals = this.channelOf.map((channel, entry) => {
      const rival = RIVALS[Math.floor(entry / channels)];
      return rival < 0 ? -1 : rival * channels + channel;
    });
    this.values = new Float64Array(ROWS.length * channels);
    this.deviations = new Float64Array(ROWS.length * channels);
    this.#terms = new Terms(columns, set);
    this.#moments = columns.f32('statistic.moments', (size * (size + 1)) / 2);
    this.#updates = columns.u32('statistic.updates');
    this.#weightCount = others.reduce((sum, { length }) => sum + length, 0);
    this.#firstWeight = others.map((_, c) => others.slice(0, c).reduce((sum, { length }) => sum + length, 0));
    this.#weights = columns.f32('statistic.weights', this.#weightCount);
    this.#error = columns.f32('statistic.error', channels);
    this.#residual = columns.f32('statistic.residual', SMOOTHED * channels);
    this.#slow = new SlowZ(columns, 'statistic.conditional', ROWS.length * channels, { warm: WARM, large: false });
    this.#pool = new Float64Array((size * (size + 1)) / 2);
    this.#poolSpread = new Float64Array(channels * size);
    this.#spreadWeights = new Float64Array(channels * size);
    this.#logs = new Float64Array(channels);
    this.#mixed = new Float64Array(this.#pool.length);
    this.#matrix = new Float64Array(most * most);
    this.#vector = new Float64Array(most);
    this.shared = [this.#pool, this.#poolUpdates, this.#poolSpread, this.#spreadWeights];
  }

  judged(_: number, entry: number): Judged {
    const rows = ROWS[Math.floor(entry / this.#set.channels)];
    return { rows, value: this.deviations[entry], usual: Number.NaN };
  }

  observe(sight: Sight): void {
    this.values.fill(0);
    this.deviations.fill(0);
    // Not those of another series, while this one's coefficients are unknown.
    this.#logs.fill(Number.NaN);
    if (!this.#terms.read(sight)) return;
    const { slot, xs } = sight;
    const solved = this.#updates.data[slot] >= SOLVE_FIRST[0];
    let share = 1;
    let complete = true;
    for (let c = 0; c < xs.length; c++) {
      if (!Number.isFinite(xs[c])) complete = false;
      else if (solved) share = Math.min(share, this.#score(sight, c));
      share = Math.min(share, sight.weight[c]);
    }
    this.#terms.remember(sight);
    if (complete) this.#learn(slot, sight.rows, share);
  }

  /** Scores channel c; the share of this row that may be learned. */
  #score({ slot, weight }: Sight, c: number): number {
    const { terms, channels } = this.#set;
    const at = slot * channels + c;
    const raw = this.#terms.phi[c * terms] - this.#explain(slot, c);
    const spread = this.#relative;
    const unit = this.#terms.unit(slot, c);
    const usual = this.#slow.deviation(slot, c);
    this.#logs[c] =
      usual > 0 ? Math.log(Math.min(Math.max(Math.abs(raw) / usual, LEAST_RATIO), MOST_RATIO)) : Number.NaN;
    const error = this.#error.data[at];
    const size = Math.abs(raw);
    if (error === 0) this.#error.data[at] = size;
    else this.#error.data[at] += (Math.min(size, MOST_ERROR * error) - error) / ERROR_MEMORY;
    for (let line = 0; line < ROWS.length; line++) {
      const index = line * channels + c;
      const relative = line < PLAIN.length ? 1 : spread;
      const residual = raw / relative;
      const smoothed = ROWS[line] === 1 ? residual : this.#smooth(slot, c, line, residual);
      this.deviations[index] = (smoothed - this.#slow.mean(slot, index)) * unit * relative;
      this.values[index] = Math.abs(this.#slow.observe(slot, index, smoothed, weight[c]));
    }
    return error > 0 && size > OUTLIER * error ? (OUTLIER * error) / size : 1;
  }

  /** What the others imply of channel c; and how much wider than usual the row's circumstances make it: `#relative`. */
  #explain(slot: number, c: number): number {
    const { phi } = this.#terms;
    const places = this.#set.others[c];
    const first = slot * this.#weightCount + this.#firstWeight[c];
    const weights = this.#weights.data;
    const spread = this.#spreadWeights;
    const from = c * phi.length;
    let implied = 0;
    let log = 0;
    for (let i = 0; i < places.length; i++) {
      const place = places[i];
      const term = phi[place];
      implied += weights[first + i] * term;
      log += spread[from + place] * term;
    }
    this.#relative = Math.min(Math.max(Math.exp(log), NARROWEST), WIDEST);
    return implied;
  }

  #smooth(slot: number, c: number, line: number, residual: number): number {
    const place = (slot * SMOOTHED + PLACES[line]) * this.#set.channels + c;
    this.#residual.data[place] += (residual - this.#residual.data[place]) / ROWS[line];
    return this.#residual.data[place];
  }

  #learn(slot: number, rows: number, share: number): void {
    if (this.#updates.data[slot] >= LEARN_ALL && rows % LEARN_EACH !== 0) return;
    const updates = ++this.#updates.data[slot];
    const shared = ++this.#poolUpdates[0];
    const a = (updates <= SOLVE_FIRST[0] ? 1 : share) / Math.min(updates, MEMORY);
    const b = share / Math.min(shared, SHARED_MEMORY);
    const { size } = this.#set;
    const { phi } = this.#terms;
    const moments = this.#moments.data;
    const pool = this.#pool;
    const first = (slot * (size * (size + 1))) / 2;
    let at = 0;
    for (let i = 0; i < size; i++) {
      const own = phi[i];
      for (let j = 0; j <= i; j++, at++) {
        const product = own * phi[j];
        moments[first + at] += a * (product - moments[first + at]);
        pool[at] += b * (product - pool[at]);
      }
    }
    for (let c = 0; c < this.#logs.length; c++) if (!Number.isNaN(this.#logs[c])) this.#learnSpread(c, b);
    if (shared % SPREAD_EACH === 0) this.#solveSpread();
    if (updates > LEARN_ALL ? updates % SOLVE_EACH === 0 : SOLVE_FIRST.includes(updates)) this.#solve(slot);
  }

  #learnSpread(c: number, share: number): void {
    const { phi } = this.#terms;
    const spread = this.#poolSpread;
    const log = this.#logs[c];
    const from = c * phi.length;
    for (let i = 0; i < phi.length; i++) spread[from + i] += share * (log * phi[i] - spread[from + i]);
  }

  #solveSpread(): void {
    const { others, size } = this.#set;
    const pool = this.#pool;
    for (let c = 0; c < others.length; c++) {
      const places = others[c];
      const mean = this.#poolSpread[c * size + size - 1];
      this.#fill(places, pool, SPREAD_RIDGE);
      // Of ln |r| less its mean: the coefficients say how much wider or narrower than usual, not how wide.
      for (let i = 0; i < places.length; i++) {
        this.#vector[i] = this.#poolSpread[c * size + places[i]] - mean * pool[packed(places[i], size - 1)];
      }
      solve(this.#matrix, this.#vector, places.length, SPREAD_RIDGE * 1e-3);
      for (let i = 0; i < places.length; i++) this.#spreadWeights[c * size + places[i]] = this.#vector[i];
    }
  }

  #solve(slot: number): void {
    const { others, terms } = this.#set;
    const mixed = this.#mix(slot);
    for (let c = 0; c < others.length; c++) {
      const places = others[c];
      this.#fill(places, mixed, RIDGE);
      for (let i = 0; i < places.length; i++) this.#vector[i] = mixed[packed(places[i], c * terms)];
      solve(this.#matrix, this.#vector, places.length, RIDGE * 1e-3);
      const from = slot * this.#weightCount + this.#firstWeight[c];
      for (let i = 0; i < places.length; i++) this.#weights.data[from + i] = this.#vector[i];
    }
  }

  /** A series' moments, with the stream's as their prior. */
  #mix(slot: number): Float64Array {
    const mixed = this.#mixed;
    const pool = this.#pool;
    const moments = this.#moments.data;
    const updates = Math.min(this.#updates.data[slot], MEMORY);
    const share = updates / (updates + PRIOR);
    const first = slot * mixed.length;
    for (let at = 0; at < mixed.length; at++) mixed[at] = share * moments[first + at] + (1 - share) * pool[at];
    return mixed;
  }

  /** The moments of some terms, in ascending order, as the lower triangle of the matrix. */
  #fill(places: Int32Array, moments: Float64Array, ridge: number): void {
    const matrix = this.#matrix;
    const n = places.length;
    for (let i = 0; i < n; i++) {
      const row = packed(places[i], 0);
      for (let j = 0; j <= i; j++) matrix[i * n + j] = moments[row + places[j]];
      matrix[i * n + i] += ridge;
    }
  }
}

/** Where the moment of two terms is. */
function packed(i: number, j: number): number {
  return i >= j ? (i * (i + 1)) / 2 + j : (j * (j + 1)) / 2 + i;
}

import type { Column, Columns } from '../series/columns.ts';
import { autocovariance, cycleOf, meanOf } from './cycle.ts';
import { SlowZ } from './slow-z.ts';
import { channelByEntry, type Sight, type Statistic, type StatisticKind } from './statistic.ts';

/* Has the curve ever looked like this? First a cycle is searched for, by autocorrelation (`cycle.ts`), with samples of
 * 1, 2, 4 … 64 rows. Where there is one, the last 0.7 cycles are a shape F [12], less their mean, and the shapes seen
 * so far are remembered as at most 64 patterns C_j with counts n_j:
 *   δ = min_j |F − C_j|                       j: the nearest
 *   s = δ/δ̄ · −ln((n_j + ½)/(Σn + ½m))        m: patterns so far
 *                                             δ̄: slow mean of δ, at least 1/50 of the mean distance of any pattern
 *   value: z of ln of the mean of s over a fifth of a cycle, whose deviation is at least .1
 * F is a new pattern where there is room and δ > δ̄; it replaces the rarest where δ > 2δ̄; else C_j moves towards it.
 * Dividing F by its own deviation would make noise of a flat part as large as a beat. Where the nearest patterns are
 * hardly nearer than any, the series has no shapes, and a cycle is searched for again.
 */

const PATTERNS = 64;
const POINTS = 12;
/** Part of a cycle that a shape covers; longer ones see a fault for longer and say so later. */
const COVERED = 0.7;
/** Samples a cycle is cut into, about; there are at most half as many again. */
const CYCLE_SAMPLES = 90;
const RECENT = 96;
/** Samples that a cycle is searched in, and the longest cycle found in them: eight of it. */
const SEARCHED = PATTERNS * POINTS;
const LAGS = SEARCHED / 8 + 1;
const SHORTEST = 16;
const COARSEST = 64;
/** Cycles before a shape is judged, that δ̄ remembers, and that s is smoothed over. */
const WARM = 8;
const MEMORY = 45;
const SMOOTHED = 0.2;
/** Usual shapes are not ranked, but it is known that they are usual. */
const USUAL = 1e-3;
const LEAST_VALUE = 1e-3;
/** Samples counted: then the counts are halved. */
const JUDGED = 500;
const COUNTED = 16_384;
/** δ̄ over the mean distance of any pattern, at most. */
const NEAR = 0.5;
const NOVEL = 2;
const STEP = 0.02;
/**
 * δ̄ over the mean distance of any pattern, at least: what repeats exactly has no δ̄, and then the least change is 10⁸
 * of them.
 */
const NEAREST = 0.02;
const LEAST_DEVIATION = 0.1;
/** An outlier counts as so many times δ̄. */
const WINSOR = 4;

/**
 * Rows further apart than this show no beats and no turns. What repeats in them is a schedule, and no two days of that
 * are alike.
 */
const SLOWEST_MS = 2_000;

/**
 * How unlike all remembered shapes the last part of a cycle is: heart beats, the strokes of a machine. It is off while
 * the series has no cycle, and on streams whose values follow the local clock, for there the cycle is the day, and
 * other statistics know it. 3.8 KB a channel; at most 768 multiplications a row.
 */
export const shape: StatisticKind = {
  kind: 'shape',
  summary: 'Where the series is cyclic: its shape over the last part of a cycle is unlike all shapes seen before.',
  make: (columns, { channels, calendar }) => (calendar ? undefined : new Shape(columns, channels)),
};

class Shape implements Statistic {
  readonly reason = 'unusual_shape';
  readonly warm = 0;
  readonly sustained = true;
  readonly channelOf: Int32Array;
  readonly values: Float64Array;
  readonly deviations: Float64Array;
  readonly spans: Float64Array;
  /** Patterns; while a cycle is searched for, the samples it is searched in. */
  readonly #patterns: Column<Float32Array>;
  readonly #counts: Column<Float32Array>;
  /** The last samples; while a cycle is searched for, the autocovariances. */
  readonly #recent: Column<Float32Array>;
  readonly #known: Column<Uint8Array>;
  /** Samples in a cycle; 0 = searched for. Rows in a sample. */
  readonly #cycle: Column<Uint8Array>;
  readonly #rows: Column<Uint16Array>;
  /** Samples since the search began, or since the cycle was found. */
  readonly #samples: Column<Uint32Array>;
  /** The sample that is not complete: rows, and their sum less `origin` each. */
  readonly #part: Column<Uint16Array>;
  readonly #sum: Column<Float64Array>;
  readonly #origin: Column<Float64Array>;
  /** δ̄; mean distance of all patterns; mean of s. */
  readonly #near: Column<Float32Array>;
  readonly #apart: Column<Float32Array>;
  readonly #smooth: Column<Float32Array>;
  /** Of the sample observed last. */
  readonly #value: Column<Float32Array>;
  readonly #slow: SlowZ;
  readonly #points = new Float64Array(POINTS);

  constructor(columns: Columns, channels: number) {
    this.channelOf = channelByEntry(1, channels);
    this.values = new Float64Array(channels);
    this.deviations = new Float64Array(channels);
    this.spans = new Float64Array(channels);
    this.#patterns = columns.f32('statistic.shape_patterns', SEARCHED * channels);
    this.#counts = columns.f32('statistic.shape_counts', PATTERNS * channels);
    this.#recent = columns.f32('statistic.shape_recent', (RECENT + 1) * channels);
    this.#known = columns.u8('statistic.shape_known', channels);
    this.#cycle = columns.u8('statistic.shape_cycle', channels);
    this.#rows = columns.u16('statistic.shape_rows', channels);
    this.#samples = columns.u32('statistic.shape_samples', channels);
    this.#part = columns.u16('statistic.shape_part', channels);
    this.#sum = columns.f64('statistic.shape_sum', channels);
    this.#origin = columns.f64('statistic.shape_origin', channels);
    this.#near = columns.f32('statistic.shape_near', channels);
    this.#apart = columns.f32('statistic.shape_apart', channels);
    this.#smooth = columns.f32('statistic.shape_smooth', channels);
    this.#value = columns.f32('statistic.shape_value', channels);
    this.#slow = new SlowZ(columns, 'statistic.shape', channels, {
      warm: JUDGED,
      large: false,
      least: LEAST_DEVIATION,
    });
  }

  observe({ slot, xs, weight, paceMs }: Sight): void {
    if (paceMs > SLOWEST_MS) {
      this.values.fill(0);
      return;
    }
    for (let d = 0; d < xs.length; d++) {
      this.values[d] = 0;
      if (!Number.isFinite(xs[d])) continue;
      const at = slot * xs.length + d;
      if (this.#rows.data[at] === 0) this.#begin(at, 1, 0);
      // Of large values that hardly change, single precision would keep nothing.
      if (this.#samples.data[at] === 0 && this.#part.data[at] === 0) this.#origin.data[at] = xs[d];
      this.#sum.data[at] += xs[d] - this.#origin.data[at];
      if (++this.#part.data[at] === this.#rows.data[at]) {
        const sample = this.#sum.data[at] / this.#part.data[at];
        this.#part.data[at] = 0;
        this.#sum.data[at] = 0;
        if (this.#cycle.data[at] === 0) this.#search(at, sample);
        else if (this.#look(at, sample, weight[d])) this.#judge(slot, d, at, weight[d]);
      }
      this.values[d] = this.#value.data[at];
      this.spans[d] = COVERED * this.#cycle.data[at] * this.#rows.data[at];
    }
  }

  /** Anew: `rows` in a sample, and samples in a cycle or 0. */
  #begin(at: number, rows: number, cycle: number): void {
    this.#rows.data[at] = rows;
    this.#cycle.data[at] = cycle;
    this.#samples.data[at] = 0;
    this.#known.data[at] = 0;
    this.#near.data[at] = 0;
    this.#apart.data[at] = 0;
    this.#smooth.data[at] = 0;
    this.#value.data[at] = 0;
  }

  /** Collects samples, then works on one lag a sample, so that no row takes long. */
  #search(at: number, sample: number): void {
    const n = this.#samples.data[at]++;
    const samples = this.#patterns.data.subarray(at * SEARCHED, (at + 1) * SEARCHED);
    if (n < SEARCHED) {
      samples[n] = sample;
      return;
    }
    const covariances = this.#recent.data.subarray(at * LAGS, (at + 1) * LAGS);
    const lag = n - SEARCHED;
    covariances[lag] = autocovariance(samples, meanOf(samples), lag);
    if (lag < LAGS - 1) return;
    const rows = this.#rows.data[at];
    const cycle = cycleOf(samples, covariances, SHORTEST) * rows;
    if (cycle === 0) this.#begin(at, rows < COARSEST ? 2 * rows : 1, 0);
    else {
      const finer = Math.max(1, Math.round(cycle / CYCLE_SAMPLES));
      this.#begin(at, finer, Math.round(cycle / finer));
    }
  }

  #judge(slot: number, d: number, at: number, weight: number): void {
    const log = Math.log(Math.max(this.#smooth.data[at], LEAST_VALUE));
    const z = this.#slow.observe(slot, d, log, weight);
    this.#value.data[at] = z === 0 ? 0 : Math.max(z, USUAL);
  }

  /** Whether the sample's shape can be judged. */
  #look(at: number, sample: number, weight: number): boolean {
    const n = this.#samples.data[at]++;
    this.#recent.data[at * LAGS + (n % RECENT)] = sample;
    const cycle = this.#cycle.data[at];
    if (n < COVERED * cycle) return false;
    this.#take(at, n, (COVERED * cycle) / POINTS);
    const known = this.#known.data[at];
    if (known === 0) this.#remember(at, 0);
    else this.#compare(at, known, weight);
    if (n < WARM * cycle) return false;
    if (this.#near.data[at] <= NEAR * this.#apart.data[at]) return true;
    this.#begin(at, 1, 0);
    return false;
  }

  /** F into `points`, newest first. */
  #take(at: number, newest: number, step: number): void {
    const points = this.#points;
    const recent = this.#recent.data;
    let mean = 0;
    for (let i = 0; i < POINTS; i++) {
      points[i] = recent[at * LAGS + ((newest - Math.round(i * step)) % RECENT)];
      mean += points[i] / POINTS;
    }
    for (let i = 0; i < POINTS; i++) points[i] -= mean;
  }

  #compare(at: number, known: number, weight: number): void {
    const counts = this.#counts.data;
    const cycle = this.#cycle.data[at];
    let nearest = 0;
    let square = Number.POSITIVE_INFINITY;
    let squares = 0;
    let total = 0;
    let rarest = 0;
    for (let j = 0; j < known; j++) {
      const distance = this.#distance((at * PATTERNS + j) * POINTS);
      const count = counts[at * PATTERNS + j];
      squares += distance;
      total += count;
      if (count < counts[at * PATTERNS + rarest]) rarest = j;
      if (distance >= square) continue;
      square = distance;
      nearest = j;
    }
    const least = Math.sqrt(square);
    const apart = Math.sqrt(squares / known);
    const compared = this.#samples.data[at] - Math.floor(COVERED * cycle);
    const usual = this.#near.data[at];
    const rare = -Math.log((counts[at * PATTERNS + nearest] + 0.5) / (total + 0.5 * known));
    const unit = Math.max(usual, NEAREST * this.#apart.data[at]);
    const value = unit > 0 ? (least / unit) * rare : 0;
    this.#smooth.data[at] += (value - this.#smooth.data[at]) / Math.max(1, Math.min(compared, SMOOTHED * cycle));
    const a = Math.min(weight, 1) / Math.min(compared, MEMORY * cycle);
    const bounded = compared > cycle ? Math.min(least, WINSOR * usual) : least;
    this.#near.data[at] += a * (bounded - usual);
    this.#apart.data[at] += a * (apart - this.#apart.data[at]);
    if (known < PATTERNS && least > usual) this.#remember(at, known);
    else if (known === PATTERNS && least > NOVEL * usual) this.#remember(at, rarest);
    else this.#follow(at, nearest);
    if (total >= COUNTED) for (let j = 0; j < known; j++) counts[at * PATTERNS + j] /= 2;
  }

  /** |F − C|². Two sums: they need not wait for each other. */
  #distance(from: number): number {
    const patterns = this.#patterns.data;
    const points = this.#points;
    let even = 0;
    let odd = 0;
    for (let i = 0; i < POINTS; i += 2) {
      const a = points[i] - patterns[from + i];
      const b = points[i + 1] - patterns[from + i + 1];
      even += a * a;
      odd += b * b;
    }
    return even + odd;
  }

  /** F as pattern j. */
  #remember(at: number, j: number): void {
    this.#patterns.data.set(this.#points, (at * PATTERNS + j) * POINTS);
    this.#counts.data[at * PATTERNS + j] = 1;
    if (j === this.#known.data[at]) this.#known.data[at]++;
  }

  #follow(at: number, j: number): void {
    const patterns = this.#patterns.data;
    const from = (at * PATTERNS + j) * POINTS;
    for (let i = 0; i < POINTS; i++) patterns[from + i] += STEP * (this.#points[i] - patterns[from + i]);
    this.#counts.data[at * PATTERNS + j]++;
  }
}

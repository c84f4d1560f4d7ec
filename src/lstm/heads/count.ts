import { digamma, lnGamma } from '../../math/gamma.ts';
import type { Random } from '../../math/random.ts';
import type { Real } from '../engine.ts';
import type { ChannelHead } from './head.ts';

/* How many: negative binomial with mean μ and size r (variance μ + μ²/r), and with probability π 0 whatever else holds.
 * Forms: ln μ, ln r and logit π before their bounds; π starts at 0.05, and goes to 0 where no zeros are in excess.
 *   NB(k) = Γ(k + r)/(Γ(r)·k!)·(r/(r + μ))^r·(μ/(r + μ))^k                                             (1)
 *   P(0) = π + (1 − π)·NB(0)     P(k) = (1 − π)·NB(k)                                                   (2)
 *   ∂ln NB/∂ln μ = r(k − μ)/(r + μ)
 *   ∂ln NB/∂ln r = r·(ψ(k + r) − ψ(r) + ln(r/(r + μ)) + (μ − k)/(r + μ))                                (3)
 */

const LN_MEAN_LIMIT = 16;
const LN_SIZE_FLOOR = -4;
const LN_SIZE_CEILING = 8;
const LOGIT_START = -3;
const LOGIT_LIMIT = 12;
/** |∂nats/∂form| goes no further: one burst under a small mean cannot shake the network. */
const GRADIENT_LIMIT = 5;
const MOST = 1e7;
const LEAST_NATS = 2 ** -1000;

function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

const lnMeanOf = (y: number) => clamp(y, -LN_MEAN_LIMIT, LN_MEAN_LIMIT);
const lnSizeOf = (y: number) => clamp(y, LN_SIZE_FLOOR, LN_SIZE_CEILING);
const zerosOf = (y: number) => 1 / (1 + Math.exp(-clamp(y + LOGIT_START, -LOGIT_LIMIT, LOGIT_LIMIT)));

/** ln NB(k). */
function lnBinomial(k: number, mean: number, size: number): number {
  const choose = k === 0 ? 0 : lnGamma(k + size) - lnGamma(size) - lnGamma(k + 1);
  return choose - size * Math.log1p(mean / size) - k * Math.log1p(size / mean);
}

function natsOf(k: number, mean: number, size: number, zeros: number): number {
  const ln = lnBinomial(k, mean, size);
  if (k > 0) return -Math.log1p(-zeros) - ln;
  return -Math.log(Math.max(zeros + (1 - zeros) * Math.exp(ln), LEAST_NATS));
}

/** Numbers: μ, r, π. */
export const countHead: ChannelHead = {
  kind: 'count',
  skips: [1, 0.1, 0.1],
  spread: [0.1, 0, 0],

  distribution(numbers, at, y, yAt) {
    numbers[at] = Math.exp(lnMeanOf(y[yAt]));
    numbers[at + 1] = Math.exp(lnSizeOf(y[yAt + 1]));
    numbers[at + 2] = zerosOf(y[yAt + 2]);
  },

  loss(out, outAt, y, k, share) {
    const mean = Math.exp(lnMeanOf(y[0]));
    const size = Math.exp(lnSizeOf(y[1]));
    const zeros = zerosOf(y[2]);
    const total = size + mean;
    const dMean = (size * (k - mean)) / total;
    const steps = k === 0 ? 0 : digamma(k + size) - digamma(size);
    const dSize = size * (steps - Math.log1p(mean / size) + (mean - k) / total);
    // The share of the probability of what came that is NB's; the rest are zeros in excess.
    const nats = natsOf(k, mean, size, zeros);
    const own = k > 0 ? 1 : (1 - zeros) * Math.exp(lnBinomial(0, mean, size) + nats);
    const slope = k > 0 ? zeros : zeros - (1 - own);
    put(out, outAt, -own * dMean, y[0], -LN_MEAN_LIMIT, LN_MEAN_LIMIT, share);
    put(out, outAt + 1, -own * dSize, y[1], LN_SIZE_FLOOR, LN_SIZE_CEILING, share);
    put(out, outAt + 2, slope, y[2] + LOGIT_START, -LOGIT_LIMIT, LOGIT_LIMIT, share);
    return nats;
  },

  bits: (numbers, at, k) => Math.max(0, natsOf(k, numbers[at], numbers[at + 1], numbers[at + 2]) / Math.LN2),
  rarity(numbers, at, k) {
    const [mean, size, zeros] = [numbers[at], numbers[at + 1], numbers[at + 2]];
    const below = zeros + (1 - zeros) * atMost(k, mean, size);
    return Math.min(1, 2 * Math.min(below, (1 - zeros) * atLeast(k, mean, size) + (k === 0 ? zeros : 0)));
  },

  expected: (numbers, at) => (1 - numbers[at + 2]) * numbers[at],
  deviation: (numbers, at, p) => countHead.quantile(numbers, at, p) - countHead.expected(numbers, at),
  quantile: quantileOf,

  sample(numbers, at, random) {
    const [zero, gamma] = [random.next() < numbers[at + 2], gammaOf(numbers[at + 1], random)];
    if (zero) return 0;
    const rate = (numbers[at] / numbers[at + 1]) * gamma;
    // Beyond it a Poisson draw would take as long as its mean, and its deviation is below a thousandth.
    return rate > 1e6 ? Math.round(rate) : random.poisson(rate);
  },

  learnable: (target) => (target >= 0 && Number.isFinite(target) ? Math.min(Math.round(target), MOST) : Number.NaN),
};

/** Writes share · gradient, bounded; 0 where the form is at a bound and the descent would push it beyond. */
function put(out: Real, at: number, gradient: number, y: number, low: number, high: number, share: number): void {
  const outward = (y <= low && gradient > 0) || (y >= high && gradient < 0);
  out[at] = outward ? 0 : share * clamp(gradient, -GRADIENT_LIMIT, GRADIENT_LIMIT);
}

/** The least k with P(≤ k) ≥ p: bracketed by doubling, then halved, over the incomplete beta function. O(log k) */
function quantileOf(numbers: Real, at: number, p: number): number {
  const [mean, size, zeros] = [numbers[at], numbers[at + 1], numbers[at + 2]];
  const below = (k: number) => zeros + (1 - zeros) * atMost(k, mean, size) < p;
  if (!below(0)) return 0;
  let high = Math.max(1, Math.ceil(mean));
  while (below(high) && high < MOST) high *= 2;
  let low = 0;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (below(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** P(NB ≤ k) = I_{r/(r + μ)}(r, k + 1). */
function atMost(k: number, mean: number, size: number): number {
  return incompleteBeta(size / (size + mean), size, k + 1);
}

/** P(NB ≥ k), exact far out. */
function atLeast(k: number, mean: number, size: number): number {
  return k === 0 ? 1 : incompleteBeta(mean / (size + mean), k, size);
}

/** Regularised incomplete beta function by Lentz's continued fraction (Press et al., 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  return (Math.exp(front) * fraction(x, a, b)) / a;
}

function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const guarded = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let d = 1 / guarded(1 - ((a + b) * x) / (a + 1));
  let c = 1;
  let h = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guarded(1 + even * d);
    c = guarded(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guarded(1 + odd * d);
    c = guarded(1 + odd / c);
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-14) break;
  }
  return h;
}

/** Gamma(shape, 1) by Marsaglia and Tsang (2000). */
function gammaOf(shape: number, random: Random): number {
  if (shape < 1) return gammaOf(shape + 1, random) * random.next() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

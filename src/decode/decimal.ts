const MINUS = 45;
const POINT = 46;
const ZERO = 48;
/** `-0.` and 22 digits: longer text is left to `Number`. */
const LONGEST = 25;
/** Powers of ten that a double holds exactly, by exponent. */
export const TENS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** So many digits are a whole number below 2⁵³, whatever they are. */
const EXACT_DIGITS = 15;
/** Most digits of a number that is divided in two parts. */
const MOST_DIGITS = 19;
/** Veltkamp's, which halves a double of 53 bits. */
const SPLITTER = 2 ** 27 + 1;
/** More than the error of a quotient's second part. */
const MARGIN = 1 + 2 ** -30;

/**
 * `-12.5` from its bytes, rounded as `Number` rounds it; NaN where it is written in another way, is no number, or has
 * more than 19 digits. A whole number below 2⁵³ over a power of ten up to 10²² is a division of two exact doubles,
 * which rounds once, and so correctly (Clinger 1990, How to read floating point numbers accurately); for more digits,
 * as doubles are printed with, see `quotient`. O(to − from), allocates nothing.
 */
export function decimal(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > LONGEST) return Number.NaN;
  const negative = bytes[from] === MINUS;
  const first = negative ? from + 1 : from;
  let digits = 0;
  let point = to;
  for (let at = first; at < to; at++) {
    const digit = bytes[at] - ZERO;
    if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
    else if (bytes[at] === POINT && at > first && point === to) point = at;
    else return Number.NaN;
  }
  if (first >= to || point + 1 === to) return Number.NaN;
  if (digits > Number.MAX_SAFE_INTEGER) return inTwoParts(bytes, from, point, to);
  const size = point === to ? digits : digits / TENS[to - point - 1];
  return negative ? -size : size;
}

/** Of text that was found to be digits with a point at `point`, or none where that is `to`. */
function inTwoParts(bytes: Uint8Array, from: number, point: number, to: number): number {
  const negative = bytes[from] === MINUS;
  let count = 0;
  let upper = 0;
  let lower = 0;
  for (let at = negative ? from + 1 : from; at < to; at++) {
    if (at === point) continue;
    const digit = bytes[at] - ZERO;
    if (count < EXACT_DIGITS) upper = upper * 10 + digit;
    else lower = lower * 10 + digit;
    // Zeros in front are no digits of it.
    if (count > 0 || digit > 0) count++;
  }
  if (count > MOST_DIGITS) return Number.NaN;
  const size = quotient(upper, TENS[count - EXACT_DIGITS], lower, point === to ? 1 : TENS[to - point - 1]);
  return negative ? -size : size;
}

/**
 * (upper · scale + lower) / divisor, rounded once; NaN where it is too near the middle of two doubles to say. The
 * numerator is exact as the sum of two doubles (Dekker 1971, A floating-point technique for extending the available
 * precision), and so is the remainder of its division (eqs 1, 2); what the rounding of the sum leaves (3) shows whether
 * an error of the second part could turn it.
 */
function quotient(upper: number, scale: number, lower: number, divisor: number): number {
  const product = upper * scale;
  const sum = product + lower;
  const rest = productError(upper, scale, product) + (lower - (sum - product)); // (1)
  const first = sum / divisor;
  const back = first * divisor;
  const remainder = sum - back - productError(first, divisor, back); // (2)
  const second = (remainder + rest) / divisor;
  const rounded = first + second;
  const left = second - (rounded - first); // (3)
  return rounded + left * MARGIN === rounded ? rounded : Number.NaN;
}

/** a · b − product, exactly. */
function productError(a: number, b: number, product: number): number {
  const aHigh = a * SPLITTER - (a * SPLITTER - a);
  const bHigh = b * SPLITTER - (b * SPLITTER - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

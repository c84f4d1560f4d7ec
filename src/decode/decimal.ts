const MINUS = 45;
const POINT = 46;
const ZERO = 48;
/** `-0.` and 22 digits: longer text takes more than one division. */
const LONGEST = 25;
/** Powers of ten that a double holds exactly, by exponent. */
export const TENS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * `-12.5` from its bytes, rounded as `Number` rounds it; NaN where that takes more than one division, and where it is
 * written in another way or is no number. A whole number below 2⁵³ over a power of ten up to 10²² is a division of two
 * exact doubles, which rounds once, and so correctly (Clinger 1990, How to read floating point numbers accurately).
 * O(to − from), allocates nothing.
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
  if (first >= to || point + 1 === to || digits > Number.MAX_SAFE_INTEGER) return Number.NaN;
  const size = point === to ? digits : digits / TENS[to - point - 1];
  return negative ? -size : size;
}

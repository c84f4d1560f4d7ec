/* out[4, n] = start[4] + Σₖ w[k, 4]·x[k, n]
 *
 * The lanes of a vector are series: lane n sums over k in order, whoever its neighbours are. Four rows × eight lanes stay in
 * registers, which leaves room for the operands in the fifteen that V8 hands out on x64. */

import { madd } from './madd';

/**
 * out [4, lanes] with `outRow` bytes a row; start [4]; w [depth, 4]; x [depth, lanes] with `xRow` bytes a row.
 * `lanes` is a multiple of 4.
 */
export function product(
  out: usize,
  outRow: usize,
  start: usize,
  w: usize,
  x: usize,
  xRow: usize,
  depth: usize,
  lanes: usize,
): void {
  const end = w + (depth << 4);
  let left = lanes;
  for (; left >= 8; left -= 8) {
    product8(out, outRow, start, w, end, x, xRow);
    out += 32;
    x += 32;
  }
  if (left > 0) product4(out, outRow, start, w, end, x, xRow);
}

// @ts-ignore: decorator
@inline
function product8(out: usize, outRow: usize, start: usize, w: usize, end: usize, x: usize, xRow: usize): void {
  let a0 = v128.load32_splat(start);
  let a1 = v128.load32_splat(start, 4);
  let a2 = v128.load32_splat(start, 8);
  let a3 = v128.load32_splat(start, 12);
  let b0 = a0;
  let b1 = a1;
  let b2 = a2;
  let b3 = a3;
  for (let k = w, row = x; k < end; k += 16) {
    const p = v128.load(row);
    const q = v128.load(row, 16);
    row += xRow;
    const w0 = v128.load32_splat(k);
    a0 = madd(w0, p, a0);
    b0 = madd(w0, q, b0);
    const w1 = v128.load32_splat(k, 4);
    a1 = madd(w1, p, a1);
    b1 = madd(w1, q, b1);
    const w2 = v128.load32_splat(k, 8);
    a2 = madd(w2, p, a2);
    b2 = madd(w2, q, b2);
    const w3 = v128.load32_splat(k, 12);
    a3 = madd(w3, p, a3);
    b3 = madd(w3, q, b3);
  }
  v128.store(out, a0);
  v128.store(out, b0, 16);
  v128.store(out + outRow, a1);
  v128.store(out + outRow, b1, 16);
  v128.store(out + 2 * outRow, a2);
  v128.store(out + 2 * outRow, b2, 16);
  v128.store(out + 3 * outRow, a3);
  v128.store(out + 3 * outRow, b3, 16);
}

// @ts-ignore: decorator
@inline
function product4(out: usize, outRow: usize, start: usize, w: usize, end: usize, x: usize, xRow: usize): void {
  let a0 = v128.load32_splat(start);
  let a1 = v128.load32_splat(start, 4);
  let a2 = v128.load32_splat(start, 8);
  let a3 = v128.load32_splat(start, 12);
  for (let k = w, row = x; k < end; k += 16, row += xRow) {
    const p = v128.load(row);
    a0 = madd(v128.load32_splat(k), p, a0);
    a1 = madd(v128.load32_splat(k, 4), p, a1);
    a2 = madd(v128.load32_splat(k, 8), p, a2);
    a3 = madd(v128.load32_splat(k, 12), p, a3);
  }
  v128.store(out, a0);
  v128.store(out + outRow, a1);
  v128.store(out + 2 * outRow, a2);
  v128.store(out + 3 * outRow, a3);
}

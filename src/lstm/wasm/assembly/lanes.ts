/* Between the caller's rows, [series, column], and the panel's, [column, lane]: a lane is a series. */

/**
 * out [columns, 4] with `outRow` bytes a row = the transpose of four rows of `columns` numbers each.
 */
export function intoLanes(out: usize, outRow: usize, r0: usize, r1: usize, r2: usize, r3: usize, columns: usize): void {
  let at: usize = 0;
  const bytes = columns << 2;
  for (; at + 16 <= bytes; at += 16) {
    transpose(out, outRow, v128.load(r0 + at), v128.load(r1 + at), v128.load(r2 + at), v128.load(r3 + at));
    out += outRow << 2;
  }
  for (; at < bytes; at += 4, out += outRow) {
    store<f32>(out, load<f32>(r0 + at));
    store<f32>(out, load<f32>(r1 + at), 4);
    store<f32>(out, load<f32>(r2 + at), 8);
    store<f32>(out, load<f32>(r3 + at), 12);
  }
}

/** Four rows of `columns` numbers each = the transpose of x [columns, 4] with `xRow` bytes a row. */
export function outOfLanes(r0: usize, r1: usize, r2: usize, r3: usize, x: usize, xRow: usize, columns: usize): void {
  const bytes = columns << 2;
  for (let at: usize = 0; at < bytes; at += 4, x += xRow) {
    store<f32>(r0 + at, load<f32>(x));
    store<f32>(r1 + at, load<f32>(x, 4));
    store<f32>(r2 + at, load<f32>(x, 8));
    store<f32>(r3 + at, load<f32>(x, 12));
  }
}

/** out [4, 4] with `outRow` bytes a row = the transpose of the four vectors. */
// @ts-ignore: decorator
@inline
export function transpose(out: usize, outRow: usize, a: v128, b: v128, c: v128, d: v128): void {
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store(out + outRow, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
  v128.store(out + 2 * outRow, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(out + 3 * outRow, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}

/** [Σa, Σb, Σc, Σd]. */
// @ts-ignore: decorator
@inline
export function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

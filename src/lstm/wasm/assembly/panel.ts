import { intoLanes, outOfLanes } from './lanes';
import {
  cells, channels, depth, features, goals, hidden, inputs, layRows, learnLength, learnTarget, learnWeight, losses, row, seen, shares,
  slot, trash, units, width, zeros,
} from './plan';

/* Between the caller's buffers, where a series is a row, and the panel, where it is a lane. */

/** The caller's first row in the panel, and how many series there are; the lanes after them read zeros. */
export let first: usize = 0;
export let present: usize = 0;

/** Lays the panel out for the caller's rows from `from` on, with its row of ones for the bias. */
export function open(from: usize, rows: usize, steps: usize): void {
  first = from;
  present = rows - from < width ? rows - from : width;
  layRows((present + 3) & ~3, steps);
  const one = f32x4.splat(1);
  for (let at: usize = 0; at < row; at += 16) v128.store(seen + at, one);
  if (features > depth + 1) memory.fill(seen + (depth + 1) * row, 0, row);
}

/** h and c before the first step. */
export function readState(h: usize, c: usize): void {
  const to = seen + (1 + inputs) * row;
  for (let j = hidden; j < units; j++) {
    memory.fill(to + j * row, 0, slot);
    memory.fill(cells + j * row, 0, slot);
  }
  const stride = hidden << 2;
  for (let lane: usize = 0; lane < present; lane += 4) {
    read(to, h, stride, lane, hidden);
    read(cells, c, stride, lane, hidden);
  }
}

/** h and c after so many steps. */
export function writeState(h: usize, c: usize, steps: usize): void {
  const from = steps * slot;
  for (let lane: usize = 0; lane < present; lane += 4) {
    write(h, seen + (1 + inputs) * row + from, lane);
    write(c, cells + from, lane);
  }
}

/** The x of one step: [B, I]. */
export function readStep(x: usize): void {
  for (let lane: usize = 0; lane < present; lane += 4) read(seen + row, x, inputs << 2, lane, inputs);
}

/** The x of the first `last` of `steps` steps: [B, T, I]. 0 after the last row of a series. */
export function readSteps(x: usize, steps: usize, last: usize): void {
  const stride = (steps * inputs) << 2;
  for (let lane: usize = 0; lane < present; lane += 4) {
    for (let t: usize = 0; t < last; t++) {
      read(seen + row + t * slot, x + ((t * inputs) << 2), stride, lane, inputs);
    }
  }
  for (let lane: usize = 0; lane < present; lane++) {
    for (let t = lengthOf(lane); t < last; t++) {
      for (let i: usize = 0; i < inputs; i++) store<f32>(seen + (1 + i) * row + t * slot + (lane << 2), 0);
    }
  }
}

/** Targets, and shares of the gradient, where each series has its losses; NaN and 0 elsewhere. */
export function readTargets(unit: f32): void {
  const none = f32x4.splat(NaN);
  for (let d: usize = 0; d < channels; d++) {
    const goal = goals + d * row;
    for (let at: usize = 0; at < row; at += 16) v128.store(goal + at, none);
    memory.fill(shares + d * row, 0, row);
    for (let lane: usize = 0; lane < present; lane++) {
      const r = first + lane;
      const part = unit * load<f32>(learnWeight + (r << 2));
      let at = (lengthOf(lane) - losses) * slot + (lane << 2);
      for (let k: usize = 0; k < losses; k++, at += slot) {
        store<f32>(goal + at, load<f32>(learnTarget + (((r * losses + k) * channels + d) << 2)));
        store<f32>(shares + d * row + at, part);
      }
    }
  }
}

/** Rows that the series in this lane has. */
export function lengthOf(lane: usize): usize {
  return <usize>load<i32>(learnLength + ((first + lane) << 2));
}

/** Four lanes of `columns` rows of the panel from the caller's rows, `stride` bytes apart. */
function read(out: usize, base: usize, stride: usize, lane: usize, columns: usize): void {
  const r = base + (first + lane) * stride;
  const left = present - lane;
  const r1 = left > 1 ? r + stride : zeros;
  const r2 = left > 2 ? r + 2 * stride : zeros;
  const r3 = left > 3 ? r + 3 * stride : zeros;
  intoLanes(out + (lane << 2), row, r, r1, r2, r3, columns);
}

/** Four lanes of H rows of the panel to the caller's rows. */
function write(base: usize, from: usize, lane: usize): void {
  const stride = hidden << 2;
  const r = base + (first + lane) * stride;
  const left = present - lane;
  const r1 = left > 1 ? r + stride : trash;
  const r2 = left > 2 ? r + 2 * stride : trash;
  const r3 = left > 3 ? r + 3 * stride : trash;
  outOfLanes(r, r1, r2, r3, from + (lane << 2), row, hidden);
}

import type { Column, Columns } from '../series/columns.ts';
import { localScale, noveltyOf } from './local-scale.ts';
import type { ErrorMemory } from './memory.ts';
import { ageOf, stampOf } from './row-stamp.ts';
import { RunningQuantiles } from './running-quantiles.ts';
import { FIRST_INSERT, FIRST_SCORE } from './schedule.ts';

/* Error novelty by a net of at most 128 sorted values with stamps (docs/detection.md#value-and-error-novelty, E).
 *   R = max(q_hi − q_lo, 0.05·span)      l = R·√(1 + (q/R)²)      E = (distance to the nearest visited within M) / l */

const NODES = 128;
/** Errors within this share of the local scale are the same node. */
const SAME_NODE = 0.02;
/** What fits a node's f32. */
const MOST = 1e38;

/** 128 nodes, 789 bytes per series and channel; ~0.2 µs a row. `rows`: M, less than 65 000. */
export class ErrorNet implements ErrorMemory {
  readonly #channels: number;
  readonly #recent: number;
  readonly #row: Column<Uint32Array>;
  readonly #count: Column<Uint8Array>;
  readonly #values: Column<Float32Array>;
  readonly #stamps: Column<Uint16Array>;
  readonly #quantiles: RunningQuantiles;
  #now = 0;

  constructor(columns: Columns, channels: number, rows: number) {
    this.#channels = channels;
    this.#recent = rows;
    this.#row = columns.u32('score.net_row', channels);
    this.#count = columns.u8('score.net_count', channels);
    this.#values = columns.f32('score.net', channels * NODES);
    this.#stamps = columns.u16('score.net_stamp', channels * NODES);
    this.#quantiles = new RunningQuantiles(columns, 'score.net', channels);
  }

  observe(slot: number, channel: number, error: number, minimum: number): number {
    const at = slot * this.#channels + channel;
    const row = this.#row.data[at]++;
    if (row < FIRST_INSERT) return 0;
    const value = Math.fround(Math.min(Math.max(error, -MOST), MOST));
    this.#now = stampOf(row);
    this.#forget(at, row);
    const values = this.#values.data;
    const first = at * NODES;
    const end = first + this.#count.data[at];
    const span = first === end ? 0 : values[end - 1] - values[first];
    const scale = localScale(value, Math.max(this.#quantiles.range(at), 0), span);
    const place = placeOf(values, first, end, value);
    const counts = row >= FIRST_SCORE && Math.abs(error) >= minimum;
    const novelty = counts ? noveltyOf(this.#nearest(first, end, place, value), scale) : 0;
    this.#insert(at, place - first, value, SAME_NODE * scale);
    this.#quantiles.observe(at, row - FIRST_INSERT, value);
    return novelty;
  }

  /** One node a row; a node past M scores no more, and would only crowd the net. */
  #forget(at: number, row: number): void {
    const place = row % NODES;
    if (place >= this.#count.data[at]) return;
    if (ageOf(this.#stamps.data[at * NODES + place], this.#now) > this.#recent) this.#remove(at, place);
  }

  /** Distance to the nearest node visited within M: outward from its place, over what was not yet forgotten. */
  #nearest(first: number, end: number, place: number, value: number): number {
    const values = this.#values.data;
    const stamps = this.#stamps.data;
    let right = place;
    let left = place - 1;
    while (right < end && ageOf(stamps[right], this.#now) > this.#recent) right++;
    while (left >= first && ageOf(stamps[left], this.#now) > this.#recent) left--;
    const above = right < end ? values[right] - value : Number.POSITIVE_INFINITY;
    const below = left >= first ? value - values[left] : Number.POSITIVE_INFINITY;
    return Math.min(above, below);
  }

  /**
   * Renews the nearest node's stamp but never moves its value, for it would follow a slow ramp; too far from all: a new
   * node.
   */
  #insert(at: number, rank: number, value: number, same: number): void {
    const base = at * NODES;
    const count = this.#count.data[at];
    const above = rank < count ? this.#values.data[base + rank] - value : Number.POSITIVE_INFINITY;
    const below = rank > 0 ? value - this.#values.data[base + rank - 1] : Number.POSITIVE_INFINITY;
    if (Math.min(above, below) <= same) {
      this.#stamps.data[base + (above <= below ? rank : rank - 1)] = this.#now;
      return;
    }
    const place = count < NODES ? rank : this.#mergeClosest(at, rank);
    const end = base + this.#count.data[at];
    this.#values.data.copyWithin(base + place + 1, base + place, end);
    this.#stamps.data.copyWithin(base + place + 1, base + place, end);
    this.#values.data[base + place] = value;
    this.#stamps.data[base + place] = this.#now;
    this.#count.data[at]++;
  }

  /** The newer of the closest two stays. Returns the index of the value of `rank` after that. */
  #mergeClosest(at: number, rank: number): number {
    const base = at * NODES;
    let closest = 0;
    let gap = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < NODES; i++) {
      const between = this.#values.data[base + i + 1] - this.#values.data[base + i];
      if (between < gap) {
        gap = between;
        closest = i;
      }
    }
    const first = ageOf(this.#stamps.data[base + closest], this.#now);
    const second = ageOf(this.#stamps.data[base + closest + 1], this.#now);
    const removed = first > second ? closest : closest + 1;
    this.#remove(at, removed);
    return removed < rank ? rank - 1 : rank;
  }

  #remove(at: number, place: number): void {
    const base = at * NODES;
    const end = base + this.#count.data[at];
    this.#values.data.copyWithin(base + place, base + place + 1, end);
    this.#stamps.data.copyWithin(base + place, base + place + 1, end);
    this.#count.data[at]--;
  }
}

/**
 * The first of the sorted cells in [first, end) that is not below `value`: where it would be inserted. O(log cells).
 */
function placeOf(values: Float32Array, first: number, end: number, value: number): number {
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

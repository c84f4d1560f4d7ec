import type { Column, Columns } from '../series/columns.ts';
import { localScale, noveltyOf } from './local-scale.ts';
import type { ErrorMemory } from './memory.ts';
import { ageOf, stampOf } from './row-stamp.ts';
import { RunningQuantiles } from './running-quantiles.ts';
import { FIRST_INSERT, FIRST_SCORE } from './schedule.ts';

/* Error novelty by a net of at most 128 sorted values with stamps (DETECTION F, E).
 *   R = max(q_hi − q_lo, 0.05·span)      l = R·√(1 + (q/R)²)      E = (distance to the nearest visited within M) / l          */

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
    const scale = localScale(value, Math.max(this.#quantiles.range(at), 0), this.#span(at));
    const rank = this.#rankOf(at, value);
    const counts = row >= FIRST_SCORE && Math.abs(error) >= minimum;
    const novelty = counts ? noveltyOf(this.#nearest(at, rank, value), scale) : 0;
    this.#insert(at, rank, value, SAME_NODE * scale);
    this.#quantiles.observe(at, row - FIRST_INSERT, value);
    return novelty;
  }

  /** One node a row; a node past M scores no more, and would only crowd the net. */
  #forget(at: number, row: number): void {
    const place = row % NODES;
    if (place >= this.#count.data[at]) return;
    if (ageOf(this.#stamps.data[at * NODES + place], this.#now) > this.#recent) this.#remove(at, place);
  }

  #span(at: number): number {
    const count = this.#count.data[at];
    return count === 0 ? 0 : this.#values.data[at * NODES + count - 1] - this.#values.data[at * NODES];
  }

  /** Nodes below `value`: where it would stand. O(log nodes). */
  #rankOf(at: number, value: number): number {
    const base = at * NODES;
    let low = 0;
    let high = this.#count.data[at];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#values.data[base + middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Distance to the nearest node visited within M: outward from the rank, over what was not yet forgotten. */
  #nearest(at: number, rank: number, value: number): number {
    const base = at * NODES;
    const count = this.#count.data[at];
    let right = rank;
    let left = rank - 1;
    while (right < count && ageOf(this.#stamps.data[base + right], this.#now) > this.#recent) right++;
    while (left >= 0 && ageOf(this.#stamps.data[base + left], this.#now) > this.#recent) left--;
    const above = right < count ? this.#values.data[base + right] - value : Number.POSITIVE_INFINITY;
    const below = left >= 0 ? value - this.#values.data[base + left] : Number.POSITIVE_INFINITY;
    return Math.min(above, below);
  }

  /** Renews the nearest node's stamp but never moves its value, for it would follow a slow ramp; too far from all: a new node. */
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

  /** The newer of the closest two stays. Returns where the value of `rank` stands then. */
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

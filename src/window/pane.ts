import { z } from 'zod';
import type { AGGREGATES, Channel } from '../event/channel.ts';
import type { Observation } from '../event/observation.ts';
import type { Plain } from '../event/plain.ts';
import type { EpochMs } from '../event/time.ts';
import { plainValues, toBytes } from './snapshot.ts';

type Aggregate = (typeof AGGREGATES)[number];

/** What a pane keeps of a channel: three cells, and all values where the median needs them. */
const CELLS = 3;
const COUNT = 0;
/** The sum, the extreme, or the last value. */
const VALUE = 1;
/** What the sum lost to rounding, or the time of the last value. */
const EXTRA = 2;

const NO_MEDIANS: readonly undefined[] = [];

const isMedian = ({ aggregate }: Channel): boolean => aggregate === 'median';

/** A pane as data; `medians` has one entry for each channel that is a median, in order. */
export const panePlain = z.strictObject({
  start: z.number(),
  empty: z.boolean(),
  cells: plainValues,
  medians: z.array(plainValues),
});

/**
 * One window of one series that is still open. Missing values are skipped; a channel without any is NaN, its count 0.
 * Sums are compensated (Neumaier 1974), so the order of arrival is felt in the last bit at most. Memory O(channels),
 * with medians O(observations).
 */
export class Pane {
  readonly startMs: EpochMs;
  #empty: boolean;
  readonly #channels: readonly Channel[];
  /** [D, 3] */
  readonly #cells: Float64Array;
  /** By channel: all values of those that are medians. */
  readonly #medians: readonly (number[] | undefined)[];

  constructor(startMs: EpochMs, channels: readonly Channel[], plain?: z.infer<typeof panePlain>) {
    this.startMs = startMs;
    this.#empty = plain?.empty ?? true;
    this.#channels = channels;
    this.#cells = plain?.cells ?? new Float64Array(channels.length * CELLS);
    const kept = plain?.medians.values();
    this.#medians = channels.some(isMedian)
      ? channels.map((channel) => (isMedian(channel) ? Array.from(kept?.next().value ?? []) : undefined))
      : NO_MEDIANS;
  }

  /** Whether a snapshot fits these channels. */
  static fits(channels: readonly Channel[], { cells, medians }: z.infer<typeof panePlain>): boolean {
    const expected = channels.filter(isMedian).length;
    return cells.length === channels.length * CELLS && medians.length === expected;
  }

  /** Whether nothing came; an observation whose channels are all missing is something. */
  get empty(): boolean {
    return this.#empty;
  }

  /** O(D). */
  add({ timeMs, values }: Observation): void {
    this.#empty = false;
    for (let channel = 0; channel < values.length; channel++) {
      const value = values[channel];
      if (!Number.isNaN(value)) this.#addTo(channel, value, timeMs);
    }
  }

  /** [D]: the row's values. O(D), with medians O(n log n). */
  values(): Float64Array {
    return Float64Array.from(this.#channels, ({ aggregate }, channel) => this.#value(aggregate, channel));
  }

  snapshot(): Plain {
    const bytes = this.#medians.flatMap((values) => (values ? [toBytes(Float64Array.from(values))] : []));
    return { start: this.startMs, empty: this.#empty, cells: toBytes(this.#cells), medians: bytes };
  }

  #addTo(channel: number, value: number, timeMs: EpochMs): void {
    const cells = this.#cells;
    const at = channel * CELLS;
    const first = cells[at + COUNT]++ === 0;
    const held = cells[at + VALUE];
    switch (this.#channels[channel].aggregate) {
      case 'mean':
      case 'sum':
        this.#sum(at, value);
        return;
      case 'min':
        if (first || value < held) cells[at + VALUE] = value;
        return;
      case 'max':
        if (first || value > held) cells[at + VALUE] = value;
        return;
      case 'last':
        if (!first && timeMs < cells[at + EXTRA]) return;
        cells[at + VALUE] = value;
        cells[at + EXTRA] = timeMs;
        return;
      case 'median':
        this.#medians[channel]?.push(value);
    }
  }

  #sum(at: number, value: number): void {
    const cells = this.#cells;
    const sum = cells[at + VALUE];
    const next = sum + value;
    cells[at + EXTRA] += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    cells[at + VALUE] = next;
  }

  #value(aggregate: Aggregate, channel: number): number {
    const at = channel * CELLS;
    const count = this.#cells[at + COUNT];
    if (aggregate === 'count') return count;
    if (count === 0) return Number.NaN;
    const value = this.#cells[at + VALUE];
    if (aggregate === 'sum') return value + this.#cells[at + EXTRA];
    if (aggregate === 'mean') return (value + this.#cells[at + EXTRA]) / count;
    return aggregate === 'median' ? median(this.#medians[channel] ?? []) : value;
  }
}

/** The middle value, or the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

import { z } from 'zod';
import type { Observation, Row } from '../event/observation.ts';
import type { Plain } from '../event/plain.ts';
import type { EpochMs } from '../event/time.ts';
import { Heap } from './heap.ts';
import type { WindowKind } from './kind.ts';
import type { EventOptions } from './options.ts';
import { foreign, plainValues, toBytes } from './snapshot.ts';
import { type Attributes, sameAttributes, sameValues, type Track } from './track.ts';

/**
 * An observation that waits for the watermark. `sequence` counts arrivals within the task: ties of time leave in that
 * order.
 */
interface Waiting {
  readonly track: Track<Waiting[]>;
  readonly timeMs: EpochMs;
  readonly sequence: number;
  readonly values: Float64Array;
  readonly attributes: Attributes;
}

const openPlain = z.array(
  z.strictObject({
    time: z.number(),
    sequence: z.int(),
    values: plainValues,
    attributes: z.array(z.string()).optional(),
  }),
);
const sharedPlain = z.strictObject({ sequence: z.int() });

const earlier = (a: Waiting, b: Waiting): boolean =>
  a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.sequence < b.sequence);

/**
 * Each observation is a row [time, time). It leaves once the watermark reaches its time + lateness, so rows leave in
 * event-time order, ties in arrival order; one that waits for nothing leaves at once, and then nothing is kept but the
 * last of its series.
 *
 * Order is held per series: late is what is older than the last row of its own series, so one feed of many files, one
 * after another, is not late.
 */
export class EventWindows implements WindowKind<Waiting[]> {
  readonly #latenessMs: number;
  readonly #width: number;
  readonly #dropsRepeats: boolean;
  /** No one can wait: the watermark is the newest time. */
  readonly #immediate: boolean;
  readonly #waiting = new Heap<Waiting>(earlier);
  #sequence = 0;

  /** `width` [D]: how many channels. */
  constructor({ lateness, out_of_orderness, repeats }: EventOptions, width: number) {
    this.#latenessMs = lateness;
    this.#width = width;
    this.#dropsRepeats = repeats === 'drop';
    this.#immediate = lateness === 0 && out_of_orderness === 0;
  }

  /** O(1) where nothing waits; else O(log waiting + its distance from the end of its series). */
  add(track: Track<Waiting[]>, observation: Observation, rows: Row[]): 'accepted' | 'late' | 'duplicate' {
    const { timeMs } = observation;
    if (timeMs < track.previousMs) return 'late';
    if (this.#dropsRepeats && timeMs === track.previousMs && repeatsPrevious(track, observation)) return 'duplicate';
    if (this.#immediate) {
      leave(track, observation, rows);
      return 'accepted';
    }
    return this.#keep(track, observation) ? 'accepted' : 'duplicate';
  }

  close(watermark: EpochMs, rows: Row[], touched: (track: Track<Waiting[]>) => void): void {
    for (let next = this.#waiting.first; next !== undefined; next = this.#waiting.first) {
      if (next.timeMs + this.#latenessMs > watermark) return;
      this.#waiting.pop();
      const { track } = next;
      if (track.open?.[0] !== next) continue;
      track.open.shift();
      if (track.open.length === 0) track.open = undefined;
      leave(track, next, rows);
      touched(track);
    }
  }

  snapshot(open: readonly Waiting[]): Plain {
    return open.map(({ timeMs, sequence, values, attributes }) => ({
      ...{ time: timeMs, sequence, values: toBytes(values) },
      ...(attributes === undefined ? {} : { attributes }),
    }));
  }

  restore(track: Track<Waiting[]>, plain: Plain): void {
    const read = openPlain.safeParse(plain);
    if (!read.success) throw foreign(`series ${track.series}`, read.error);
    if (read.data.some(({ values }) => values.length !== this.#width)) throw foreign(`series ${track.series}`);
    track.open = read.data.map(({ time, sequence, values, attributes }) => {
      return { track, timeMs: time, sequence, values, attributes };
    });
    for (const waiting of track.open) this.#waiting.push(waiting);
  }

  shared(): Plain {
    return { sequence: this.#sequence };
  }

  restoreShared(plain: Plain | undefined): void {
    const read = sharedPlain.safeParse(plain);
    if (!read.success) throw foreign('order', read.error);
    this.#sequence = read.data.sequence;
  }

  /** Puts it in its place among those of its series; false where the same waits already, and repeats are dropped. */
  #keep(track: Track<Waiting[]>, { timeMs, values, attributes }: Observation): boolean {
    const open = track.open ?? [];
    let at = open.length;
    while (at > 0 && open[at - 1].timeMs > timeMs) at--;
    for (let i = at - 1; this.#dropsRepeats && i >= 0 && open[i].timeMs === timeMs; i--) {
      if (sameValues(open[i].values, values) && sameAttributes(open[i].attributes, attributes)) return false;
    }
    const waiting = { track, timeMs, sequence: this.#sequence++, values, attributes };
    open.splice(at, 0, waiting);
    track.open = open;
    this.#waiting.push(waiting);
    return true;
  }
}

function repeatsPrevious(track: Track<Waiting[]>, { values, attributes }: Observation): boolean {
  return sameValues(values, track.previous) && sameAttributes(attributes, track.previousAttributes);
}

function leave(
  track: Track<Waiting[]>,
  { timeMs, values, attributes }: Omit<Observation, 'series'>,
  rows: Row[],
): void {
  const { series } = track;
  track.previousMs = timeMs;
  track.previous = values;
  track.previousAttributes = attributes;
  if (attributes === undefined) rows.push({ series, startMs: timeMs, endMs: timeMs, values });
  else rows.push({ series, startMs: timeMs, endMs: timeMs, values, attributes });
}

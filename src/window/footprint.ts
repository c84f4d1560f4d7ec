import type { Channel } from '../event/channel.ts';
import type { WindowOptions } from './options.ts';

/* Bytes of V8's heap, measured on Node 20, x64 (`test/bench/memory.ts`). */

/** The track of a series, its place by name, and its last values. */
const TRACK = 370;
/** What a series with windows keeps beside them, and one window. */
const OPEN = 310;
const PANE = 280;
/** An observation that waits for the watermark. */
const WAITING = 330;
/** A short array of numbers, apart from its numbers. */
const ARRAY = 180;
const NUMBER = 8;
/** Numbers that are kept of a channel whose silence is watched. */
const SEEN = 4;
/** A text of an attribute that no other observation has, and the reference to it. */
const TEXT = 48;
/** Arrays that grow are half empty at most. */
const GROWTH = 1.5;

/**
 * Bytes that the windows keep of a series that gives `perSecond` observations a second in event time, each with so many
 * attributes.
 */
export function windowBytes(
  options: WindowOptions,
  channels: readonly Channel[],
  perSecond: number,
  attributes = 0,
): number {
  const texts = attributes === 0 ? 0 : ARRAY / 2 + attributes * TEXT;
  const watched = options.gap.silent_after === undefined ? 0 : ARRAY + SEEN * channels.length * NUMBER;
  const last = TRACK + channels.length * NUMBER + (options.kind === 'event' ? texts : 0) + watched;
  const { lateness, out_of_orderness } = options;
  if (options.kind === 'event') {
    const waiting = Math.ceil((perSecond * (lateness + out_of_orderness)) / 1000);
    return last + waiting * (WAITING + channels.length * NUMBER + texts);
  }
  const { size, gap } = options;
  const hop = options.kind === 'hopping' ? options.hop : size;
  const open = Math.ceil((size + lateness + out_of_orderness) / hop);
  const medians = channels.filter(({ aggregate }) => aggregate === 'median').length;
  const kept = medians * (ARRAY / 2 + Math.ceil((perSecond * size) / 1000) * NUMBER * GROWTH);
  const carried = gap.policy === 'carry' ? ARRAY + channels.length * NUMBER : 0;
  return last + OPEN + carried + open * (PANE + 3 * channels.length * NUMBER + kept);
}

import { z } from 'zod';
import type { Channel } from '../event/channel.ts';
import type { Observation, Row } from '../event/observation.ts';
import type { Plain } from '../event/plain.ts';
import type { EpochMs } from '../event/time.ts';
import { Gap, gapPlain } from './gap.ts';
import { Heap } from './heap.ts';
import type { WindowKind } from './kind.ts';
import type { AlignedOptions } from './options.ts';
import { Pane, panePlain } from './pane.ts';
import { foreign } from './snapshot.ts';
import { sameValues, type Track } from './track.ts';

/** What is open of a series: its panes by start, and what a gap would be filled with. */
interface Open {
  readonly panes: Pane[];
  readonly gap: Gap;
}

const openPlain = z.strictObject({ panes: z.array(panePlain), gap: gapPlain });

const bySeries = (a: Track<Open>, b: Track<Open>): number => (a.series < b.series ? -1 : a.series > b.series ? 1 : 0);

/**
 * Windows [k·hop, k·hop + size), tumbling where hop = size. Window k closes once, when the watermark reaches its end +
 * lateness; late is what belongs to closed windows only. Rows leave by end, ties by name of the series. After the
 * window of a series closes, the next one is expected too where gaps are filled, so an empty one closes like any other.
 */
export class AlignedWindows implements WindowKind<Open> {
  readonly #options: AlignedOptions;
  readonly #channels: readonly Channel[];
  readonly #hopMs: number;
  /** Ends that somebody waits for, and who. */
  readonly #ends = new Heap<EpochMs>((a, b) => a < b);
  readonly #due = new Map<EpochMs, Track<Open>[]>();

  constructor(options: AlignedOptions, channels: readonly Channel[]) {
    this.#options = options;
    this.#channels = channels;
    this.#hopMs = options.kind === 'hopping' ? options.hop : options.size;
  }

  /** O(size / hop), and O(log ends) where it opens a window. */
  add(track: Track<Open>, observation: Observation, _: Row[], watermark: EpochMs): 'accepted' | 'late' | 'duplicate' {
    const { timeMs, values } = observation;
    const { size, lateness } = this.#options;
    const last = this.#lastStart(timeMs);
    if (last + size + lateness <= watermark) return 'late';
    if (timeMs === track.previousMs && sameValues(values, track.previous)) return 'duplicate';
    track.previousMs = timeMs;
    track.previous = values;
    for (let start = last; start + size > timeMs && start + size + lateness > watermark; start -= this.#hopMs) {
      this.#pane(track, start).add(observation);
    }
    return 'accepted';
  }

  /** O(rows · log series) where windows close. */
  close(watermark: EpochMs, rows: Row[], touched: (track: Track<Open>) => void): void {
    for (let end = this.#ends.first; end !== undefined; end = this.#ends.first) {
      if (end + this.#options.lateness > watermark) return;
      this.#ends.pop();
      const tracks = this.#due.get(end) ?? [];
      this.#due.delete(end);
      for (const track of tracks.sort(bySeries)) {
        if (this.#closePane(track, end, rows)) touched(track);
      }
    }
  }

  snapshot({ panes, gap }: Open): Plain {
    return { panes: panes.map((pane) => pane.snapshot()), gap: gap.snapshot() };
  }

  restore(track: Track<Open>, plain: Plain): void {
    const read = openPlain.safeParse(plain);
    if (!read.success) throw foreign(`series ${track.series}`, read.error);
    const { panes, gap } = read.data;
    const fit = panes.every((pane) => this.#lastStart(pane.start) === pane.start && Pane.fits(this.#channels, pane));
    if (!fit) throw foreign(`series ${track.series}`);
    track.open = {
      panes: panes.map((pane) => new Pane(pane.start, this.#channels, pane)),
      gap: new Gap(this.#options.gap, this.#channels, gap),
    };
    for (const { start } of panes) this.#expect(track, start + this.#options.size);
  }

  shared(): Plain {
    return null;
  }

  restoreShared(plain: Plain | undefined): void {
    if (plain !== null) throw foreign('order');
  }

  /** Start of the last window that holds this time; safe where the division rounds up to the next whole. */
  #lastStart(timeMs: EpochMs): EpochMs {
    const start = Math.floor(timeMs / this.#hopMs) * this.#hopMs;
    return start > timeMs ? start - this.#hopMs : start;
  }

  #pane(track: Track<Open>, startMs: EpochMs): Pane {
    track.open ??= { panes: [], gap: new Gap(this.#options.gap, this.#channels) };
    const { panes } = track.open;
    let at = panes.length;
    while (at > 0 && panes[at - 1].startMs > startMs) at--;
    const found = panes[at - 1];
    if (found?.startMs === startMs) return found;
    const pane = new Pane(startMs, this.#channels);
    panes.splice(at, 0, pane);
    this.#expect(track, startMs + this.#options.size);
    return pane;
  }

  #expect(track: Track<Open>, endMs: EpochMs): void {
    const tracks = this.#due.get(endMs);
    if (tracks !== undefined) {
      tracks.push(track);
      return;
    }
    this.#due.set(endMs, [track]);
    this.#ends.push(endMs);
  }

  /** False where the series was forgotten since. */
  #closePane(track: Track<Open>, endMs: EpochMs, rows: Row[]): boolean {
    const { open } = track;
    const startMs = endMs - this.#options.size;
    if (open === undefined || open.panes[0]?.startMs !== startMs) return false;
    const [pane] = open.panes.splice(0, 1);
    const filled = open.gap.fill(pane);
    if (filled !== undefined) rows.push({ series: track.series, startMs, endMs, ...filled });
    if (open.gap.expectsMore) this.#pane(track, startMs + this.#hopMs);
    else if (open.panes.length === 0) track.open = undefined;
    return true;
  }
}

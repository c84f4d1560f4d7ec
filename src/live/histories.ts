import type { ScoreOutput } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import type { SeriesListQuery } from './query.ts';
import { type ChannelName, Ring } from './ring.ts';
import type { History, SeriesPage, SeriesRow } from './schema.ts';

const SKETCHED = 40;

/** What a stream's histories are made with. */
export interface HistoriesOptions {
  readonly stream: string;
  readonly channels: readonly ChannelName[];
  readonly points: number;
  /** Most series. */
  readonly max: number;
}

/**
 * The recent rows of a stream's series. The first `max` series have a place; one that raises an alert when all places
 * are taken gets that of the series without an alert whose newest row is the oldest.
 */
export class Histories {
  readonly #options: HistoriesOptions;
  readonly #rings = new Map<string, Ring>();

  constructor(options: HistoriesOptions) {
    this.#options = options;
  }

  /** Series that have a history. */
  get size(): number {
    return this.#rings.size;
  }

  /**
   * Keeps the row if its series has a place, or an alert. O(channels); O(max) for an alert of a series without a place.
   */
  add(row: ScoreOutput): void {
    const ring = this.#rings.get(row.series) ?? this.#place(row);
    ring?.add(row);
  }

  /** Every series that a query is about, unsorted. O(max) */
  *found({ search }: Pick<SeriesListQuery, 'search'>): Generator<Ring> {
    const wanted = search?.toLowerCase() ?? '';
    for (const [name, ring] of this.#rings) if (name.toLowerCase().includes(wanted)) yield ring;
  }

  /** A row of the list. */
  row(ring: Ring, newest: ScoreOutput): SeriesRow {
    const { stream, series: name, timeMs, score, bits, pValue, warming, alert, lead } = newest;
    const { channel, value, expected } = newest.channels[lead];
    const { unit } = this.#options.channels[lead];
    const sketch = ring.sketch(lead, SKETCHED);
    return { stream, name, timeMs, score, bits, pValue, warming, alert, channel, unit, value, expected, sketch };
  }

  /** The rows of a series after that time; undefined where it has no place. */
  history(series: string, afterMs?: EpochMs): History | undefined {
    const { stream, channels } = this.#options;
    const ring = this.#rings.get(series);
    return ring && { stream, series, ...ring.history(channels, afterMs) };
  }

  /** The rows of a series, then those of others, at most so many rows; none where the series has no place. */
  recent(series: string, most: number): readonly History[] {
    const own = this.history(series);
    if (own === undefined) return [];
    const found = [own];
    let rows = own.timeMs.length;
    for (const [name, { size }] of this.#rings) {
      const other = name === series || rows + size > most ? undefined : this.history(name);
      if (other === undefined) continue;
      rows += size;
      found.push(other);
    }
    return found;
  }

  #place(row: ScoreOutput): Ring | undefined {
    const { points, channels, max } = this.#options;
    if (this.#rings.size < max) {
      const ring = new Ring(points, channels.length);
      this.#rings.set(row.series, ring);
      return ring;
    }
    return row.alert === '' ? undefined : this.#displace(row.series);
  }

  #displace(series: string): Ring | undefined {
    let oldest: ScoreOutput | undefined;
    for (const { newest } of this.#rings.values()) {
      if (newest?.alert === '' && newest.timeMs < (oldest?.timeMs ?? Number.POSITIVE_INFINITY)) oldest = newest;
    }
    const ring = oldest && this.#rings.get(oldest.series);
    if (oldest === undefined || ring === undefined) return undefined;
    this.#rings.delete(oldest.series);
    ring.clear();
    this.#rings.set(series, ring);
    return ring;
  }
}

/** The rows that a list shows, sorted, of several streams. O(series · log series), sketches only of what is shown. */
export function seriesPageOf(streams: readonly Histories[], query: SeriesListQuery): SeriesPage {
  const found = streams.flatMap((histories) =>
    [...histories.found(query)].flatMap((ring) => (ring.newest ? [{ histories, ring, newest: ring.newest }] : [])),
  );
  const compare = order(query.sort);
  found.sort((a, b) => compare(key(a.newest), key(b.newest)));
  const shown = found.slice(query.offset, query.offset + query.limit);
  return { total: found.length, series: shown.map(({ histories, ring, newest }) => histories.row(ring, newest)) };
}

type Key = Pick<SeriesRow, 'stream' | 'name' | 'score' | 'bits' | 'alert' | 'warming'>;

function key({ stream, series: name, score, bits, alert, warming }: ScoreOutput): Key {
  return { stream, name, score, bits, alert, warming };
}

/**
 * How rows of the list are sorted: by name, or those with an alert first, then by how surprising they are now, those
 * that cannot raise alerts yet last.
 */
export function order(sort: SeriesListQuery['sort']): (a: Key, b: Key) => number {
  const byName = (a: Key, b: Key) => compareText(a.stream, b.stream) || compareText(a.name, b.name);
  if (sort === 'name') return byName;
  const rank = ({ alert, warming }: Key) => (alert !== '' ? 2 : warming ? 0 : 1);
  return (a, b) => rank(b) - rank(a) || b.score - a.score || b.bits - a.bits || byName(a, b);
}

const collator = new Intl.Collator('en', { numeric: true });

function compareText(a: string, b: string): number {
  return collator.compare(a, b);
}

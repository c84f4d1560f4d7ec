import type { EpochMs } from '../event/time.ts';

/** Most regimes of a series: more than a person tells apart. */
export const MOST_REGIMES = 8;
/**
 * A moment farther than this from every regime is the first of a new one; two nearer than `SAME` become one. In usual
 * deviations of the series, root mean square over the numbers of a moment. `test/bench/regimes.ts` has what that gives.
 */
const NEW = 0.5;
const SAME = 0.3;
/** A regime, and what is usual, follow their rows so far back. */
const REGIME_ROWS = 300;
const USUAL_ROWS = 3_000;
/** Rows of a regime between two looks whether it has come too near to another. */
const FOLD_ROWS = 8;
/** A series has regimes where it stays in one for at least this share of its last rows; noise does not. */
const STAYS = 0.6;
const STAYED_ROWS = 200;
/** Rows before which deviations are not known well enough to tell regimes apart. */
const FIRST_ROWS = 12;
/** A channel that stays within this share of its level does not move. */
const LEAST = 1e-6;
/** From how many deviations off a channel is worth a word in the name of a regime, and another word. */
const NOTABLE = 0.6;
const FAR = 2;
/** Channels that the name of a regime has. */
const NAMED = 2;

/** What a channel shows at a moment: null = missing. */
export interface ChannelMoment {
  readonly value: number | null;
  /** What the network expects, of its hidden state; null = none. */
  readonly expected: number | null;
}

/** Where a moment belongs. */
export interface Placed {
  /** Which regime, below `MOST_REGIMES`; −1 = none, for too little is known. */
  readonly regime: number;
  /** How far it is from the nearest regime that was known before it, in usual deviations; NaN = none was. */
  readonly novelty: number;
  /** Two regimes were found to be one: rows of the first are of the second now. */
  readonly merged?: readonly [from: number, into: number] | undefined;
}

/** A regime for people: what is special about it. */
export interface RegimeView {
  readonly id: number;
  readonly words: string;
  readonly rows: number;
  readonly lastMs: EpochMs;
}

/**
 * The regimes of one series, found as its rows come: what channels show and what the network expects of them, clustered
 * in the deviations that are usual for the series. Deterministic, in memory of a fixed size: 8 · (4 + K) · 2 D bytes.
 */
export class Regimes {
  readonly #numbers: number;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  /** [regime, number] */
  readonly #centres: Float64Array;
  readonly #rows = new Float64Array(MOST_REGIMES);
  readonly #last = new Float64Array(MOST_REGIMES);
  readonly #moment: Float64Array;
  /** 1 / what is usual, of each number; 0 = it does not move, and says nothing. */
  readonly #scale: Float64Array;
  #seen = 0;
  /** Share of rows that were in the regime of the row before, and that regime. */
  #stays = 0;
  #before = -1;

  constructor(channels: number) {
    this.#numbers = 2 * channels;
    this.#mean = new Float64Array(this.#numbers);
    this.#square = new Float64Array(this.#numbers);
    this.#centres = new Float64Array(MOST_REGIMES * this.#numbers);
    this.#moment = new Float64Array(this.#numbers);
    this.#scale = new Float64Array(this.#numbers);
  }

  /** Takes a row in. A row in which a value is missing has no regime. O(K · D), with `merged` O(K² · D) */
  add(channels: readonly ChannelMoment[], timeMs: EpochMs): Placed {
    if (!this.#read(channels)) return { regime: -1, novelty: Number.NaN };
    this.#learnUsual();
    if (this.#seen <= FIRST_ROWS) return { regime: -1, novelty: Number.NaN };
    const placed = this.#placeAt(timeMs);
    const isSame = placed.regime === (this.#before === placed.merged?.[0] ? placed.merged[1] : this.#before);
    this.#stays += (Number(isSame) - this.#stays) / Math.min(this.#seen - FIRST_ROWS, STAYED_ROWS);
    this.#before = placed.regime;
    return placed;
  }

  #placeAt(timeMs: EpochMs): Placed {
    const { regime: nearest, far } = this.#nearest();
    const novelty = nearest < 0 ? Number.NaN : far;
    if (nearest < 0 || far > NEW) {
      const { place, merged } = this.#room(far);
      if (place >= 0) {
        this.#centres.set(this.#moment, place * this.#numbers);
        this.#rows[place] = 1;
        this.#last[place] = timeMs;
        return { regime: place, novelty, merged };
      }
    }
    this.#follow(nearest, timeMs);
    const merged = this.#rows[nearest] % FOLD_ROWS === 0 ? this.#fold(nearest) : undefined;
    return { regime: merged?.[1] ?? nearest, novelty, merged };
  }

  /** The regimes that there are, the most frequent first; none where the series does not stay in them. */
  views(channels: readonly string[]): readonly RegimeView[] {
    if (this.#stays < STAYS) return [];
    const ids = [...this.#rows.keys()].filter((id) => this.#rows[id] > 0);
    return ids
      .map((id) => ({ id, words: this.#words(id, channels), rows: this.#rows[id], lastMs: this.#last[id] }))
      .sort((a, b) => b.rows - a.rows || a.id - b.id);
  }

  /** As before the first row. */
  clear(): void {
    this.#mean.fill(0);
    this.#square.fill(0);
    this.#scale.fill(0);
    this.#rows.fill(0);
    this.#seen = 0;
    this.#stays = 0;
    this.#before = -1;
  }

  /** A moment in usual deviations from what is usual: two moments are as far apart as they are alike. */
  standard(channels: readonly ChannelMoment[]): readonly number[] | undefined {
    if (!this.#read(channels)) return undefined;
    return Array.from(this.#moment, (number, n) => (number - this.#mean[n]) * this.#scale[n]);
  }

  /** False where a value is missing. What is not expected is as it is. */
  #read(channels: readonly ChannelMoment[]): boolean {
    for (let d = 0; d < channels.length; d++) {
      const { value, expected } = channels[d];
      if (value === null) return false;
      this.#moment[2 * d] = value;
      this.#moment[2 * d + 1] = expected ?? value;
    }
    return true;
  }

  #learnUsual(): void {
    const share = 1 / Math.min(++this.#seen, USUAL_ROWS);
    for (let n = 0; n < this.#numbers; n++) {
      const off = this.#moment[n] - this.#mean[n];
      this.#mean[n] += share * off;
      this.#square[n] += share * (off * (this.#moment[n] - this.#mean[n]) - this.#square[n]);
    }
    for (let n = 0; n < this.#numbers; n += 2) {
      // The expectation is in the measure of the value.
      const deviation = Math.sqrt(this.#square[n]);
      const scale = deviation > LEAST * Math.abs(this.#mean[n]) ? 1 / deviation : 0;
      this.#scale[n] = scale;
      this.#scale[n + 1] = scale;
    }
  }

  #apart(one: Float64Array, a: number, other: Float64Array, b: number): number {
    let square = 0;
    for (let n = 0; n < this.#numbers; n++) {
      const off = (one[a + n] - other[b + n]) * this.#scale[n];
      square += off * off;
    }
    return Math.sqrt(square / this.#numbers);
  }

  #nearest(): { readonly regime: number; readonly far: number } {
    let [regime, far] = [-1, Number.POSITIVE_INFINITY];
    for (let id = 0; id < MOST_REGIMES; id++) {
      if (this.#rows[id] === 0) continue;
      const apart = this.#apart(this.#moment, 0, this.#centres, id * this.#numbers);
      if (apart < far) [regime, far] = [id, apart];
    }
    return { regime, far };
  }

  /** A place for a new regime: a free one, or that of one of two that are nearer to each other than it is to any. */
  #room(far: number): { readonly place: number; readonly merged?: readonly [number, number] } {
    const free = this.#rows.indexOf(0);
    if (free >= 0) return { place: free };
    let [first, second, least] = [-1, -1, far];
    for (let a = 1; a < MOST_REGIMES; a++) {
      for (let b = 0; b < a; b++) {
        const apart = this.#between(a, b);
        if (apart < least) [first, second, least] = [a, b, apart];
      }
    }
    return first < 0 ? { place: -1 } : { place: first, merged: this.#merge(first, second) };
  }

  #between(a: number, b: number): number {
    return this.#apart(this.#centres, a * this.#numbers, this.#centres, b * this.#numbers);
  }

  #follow(id: number, timeMs: EpochMs): void {
    const share = 1 / Math.min(++this.#rows[id], REGIME_ROWS);
    const at = id * this.#numbers;
    for (let n = 0; n < this.#numbers; n++) this.#centres[at + n] += share * (this.#moment[n] - this.#centres[at + n]);
    this.#last[id] = timeMs;
  }

  /** Makes one of two regimes where the one that moved has come too near to another. */
  #fold(moved: number): readonly [number, number] | undefined {
    for (let id = 0; id < MOST_REGIMES; id++) {
      if (id === moved || this.#rows[id] === 0 || this.#between(id, moved) >= SAME) continue;
      return this.#rows[id] > this.#rows[moved] ? this.#merge(moved, id) : this.#merge(id, moved);
    }
    return undefined;
  }

  #merge(from: number, into: number): readonly [number, number] {
    const [few, many] = [this.#rows[from], this.#rows[into]];
    const [a, b] = [from * this.#numbers, into * this.#numbers];
    for (let n = 0; n < this.#numbers; n++) {
      this.#centres[b + n] += (few / (few + many)) * (this.#centres[a + n] - this.#centres[b + n]);
    }
    this.#rows[into] += few;
    this.#rows[from] = 0;
    this.#last[into] = Math.max(this.#last[into], this.#last[from]);
    return [from, into];
  }

  #words(id: number, channels: readonly string[]): string {
    const off = channels.map((name, d) => {
      const n = 2 * d;
      return { name, z: (this.#centres[id * this.#numbers + n] - this.#mean[n]) * this.#scale[n] };
    });
    const named = off
      .filter(({ z }) => Math.abs(z) >= NOTABLE)
      .sort((a, b) => Math.abs(b.z) - Math.abs(a.z))
      .slice(0, NAMED);
    return named.length === 0 ? 'as usual' : named.map(({ name, z }) => `${name} ${levelOf(z)}`).join(', ');
  }
}

function levelOf(z: number): string {
  return `${Math.abs(z) >= FAR ? 'very ' : ''}${z > 0 ? 'high' : 'low'}`;
}

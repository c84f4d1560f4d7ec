import type { Observation } from '../event/observation.ts';
import type { EpochMs } from '../event/time.ts';
import type { VerdictStep } from '../similar/verdicts.ts';

/**
 * What a detector took in: an observation, with the time at which its record came where that is known; a tick; or a
 * person's answer to an alert.
 */
export type Taken =
  | { readonly observation: Observation; readonly arrivedMs: EpochMs | undefined }
  | { readonly silentMs: EpochMs }
  | { readonly answer: VerdictStep };

const FIRST_ROOM = 1_024;
/** In place of a series: the entry is a tick, or an answer. */
const TICK = 0xffff_ffff;
const ANSWER = TICK - 1;
/** Numbers of an entry before its values: time, and time of arrival. */
const TIMES = 2;

/** Bytes of a recording with room for so many entries of D channels: the room doubles, from `FIRST_ROOM` on. */
export function recordingBytes(entries: number, channels: number): number {
  const room = FIRST_ROOM * 2 ** Math.ceil(Math.log2(Math.max(1, entries / FIRST_ROOM)));
  return room * (4 + 8 * (TIMES + channels));
}

/**
 * What a detector took in, in order, in flat arrays: 4 + 8 · (2 + D) bytes each, and no object that the garbage
 * collector sees. Beyond `most` entries it keeps nothing and says so.
 */
export class Recording {
  readonly #most: number;
  readonly #stride: number;
  readonly #numbers = new Map<string, number>();
  #names: string[] = [];
  #who = new Uint32Array(0);
  #data = new Float64Array(0);
  #attributes: (readonly string[] | undefined)[] = [];
  /** By entry. */
  #answers = new Map<number, VerdictStep>();
  #size = 0;
  #isFull = false;

  /** `channels`: values of an observation. */
  constructor(channels: number, most: number) {
    this.#stride = TIMES + channels;
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether there were more than it keeps: what it has is then worth nothing. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** O(D) amortised. */
  observed({ series, timeMs, values, attributes }: Observation, arrivedMs: EpochMs | undefined): void {
    let number = this.#numbers.get(series);
    if (number === undefined) {
      number = this.#names.push(series) - 1;
      this.#numbers.set(series, number);
    }
    const at = this.#enter(number, timeMs);
    if (at === undefined) return;
    this.#data[at + 1] = arrivedMs ?? Number.NaN;
    for (let d = 0; d < values.length; d++) this.#data[at + TIMES + d] = values[d];
    if (attributes !== undefined) this.#attributes[this.#size - 1] = attributes;
  }

  ticked(silentMs: EpochMs): void {
    this.#enter(TICK, silentMs);
  }

  answered(answer: VerdictStep): void {
    if (this.#enter(ANSWER, Number.NaN) !== undefined) this.#answers.set(this.#size - 1, answer);
  }

  /** Empty again, with the room that it has. */
  clear(): void {
    this.#numbers.clear();
    this.#names = [];
    this.#attributes = [];
    this.#answers.clear();
    this.#size = 0;
    this.#isFull = false;
  }

  /** A copy of what there is now. O(size) */
  copy(): Iterable<Taken> {
    const [names, size] = [this.#names.slice(), this.#size];
    const [who, data, attributes] = [
      this.#who.slice(0, size),
      this.#data.slice(0, size * this.#stride),
      this.#attributes.slice(),
    ];
    const answers = new Map(this.#answers);
    const stride = this.#stride;
    return {
      *[Symbol.iterator]() {
        for (let n = 0; n < size; n++) {
          const [timeMs, arrived] = data.subarray(n * stride, n * stride + TIMES);
          const answer = answers.get(n);
          if (answer !== undefined) yield { answer };
          else if (who[n] === TICK) yield { silentMs: timeMs };
          else {
            const values = data.slice(n * stride + TIMES, (n + 1) * stride);
            const observation = { series: names[who[n]], timeMs, values, attributes: attributes[n] };
            yield { observation, arrivedMs: Number.isNaN(arrived) ? undefined : arrived };
          }
        }
      },
    };
  }

  /** Where the entry's numbers begin; undefined where there is no more room. */
  #enter(who: number, timeMs: EpochMs): number | undefined {
    if (this.#isFull || this.#size === this.#most) {
      this.#isFull = true;
      return undefined;
    }
    if (this.#size === this.#who.length) this.#grow();
    const at = this.#size * this.#stride;
    this.#who[this.#size++] = who;
    this.#data[at] = timeMs;
    return at;
  }

  #grow(): void {
    const room = Math.min(this.#most, Math.max(FIRST_ROOM, 2 * this.#size));
    const [who, data] = [new Uint32Array(room), new Float64Array(room * this.#stride)];
    who.set(this.#who);
    data.set(this.#data);
    this.#who = who;
    this.#data = data;
  }
}

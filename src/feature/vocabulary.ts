import type { Channel } from '../event/channel.ts';
import type { Row } from '../event/observation.ts';
import { hash64Hex } from '../math/hash.ts';

/** Words of a `category` channel, the unseen included, where the configuration says nothing. */
export const USUAL_WORDS = 64;
/** Code units of a word that are kept; a longer one is kept by its beginning and a hash of the whole. */
const LONGEST = 120;
const PER_NUMBER = 3;
const NUMBERS = LONGEST / PER_NUMBER;
const HASH_DIGITS = 16;

/** How many words a channel's vocabulary has, the unseen included. */
export function wordsOf({ vocabulary = USUAL_WORDS }: Pick<Channel, 'vocabulary'>): number {
  return vocabulary;
}

/** The words of one channel, learned as they come: the first V − 1 of them; word 0 is every other. */
class Words {
  /** [V·41]: of each word its length and its code units, three to a number; so that it is state. */
  readonly packed: Float64Array;
  readonly #size: number;
  readonly #index = new Map<string, number>();
  readonly #words: string[] = [''];

  constructor(size: number) {
    this.#size = size;
    this.packed = new Float64Array(size * (1 + NUMBERS));
  }

  /** The index of a word before this row, 0 where it is new; from then on it has one of its own, if there is room. */
  take(text: string): number {
    this.#restore();
    const word = shortened(text);
    const known = this.#index.get(word);
    if (known !== undefined) return known;
    if (this.#words.length < this.#size) this.#add(word);
    return 0;
  }

  /** The word at an index; '' of the unseen. */
  at(index: number): string {
    this.#restore();
    return this.#words[index] ?? '';
  }

  #add(word: string): void {
    const at = this.#words.length * (1 + NUMBERS);
    this.packed[0]++;
    this.packed[at] = word.length;
    for (let i = 0; i < word.length; i++) {
      this.packed[at + 1 + Math.floor(i / PER_NUMBER)] += word.charCodeAt(i) * 2 ** (16 * (i % PER_NUMBER));
    }
    this.#note(word);
  }

  #note(word: string): void {
    this.#index.set(word, this.#words.length);
    this.#words.push(word);
  }

  /** Reads what a snapshot put back. O(1) where it put nothing back. */
  #restore(): void {
    while (this.#words.length <= this.packed[0]) {
      const at = this.#words.length * (1 + NUMBERS);
      const units = Array.from({ length: this.packed[at] }, (_, i) => {
        const number = this.packed[at + 1 + Math.floor(i / PER_NUMBER)];
        return Math.floor(number / 2 ** (16 * (i % PER_NUMBER))) % 65_536;
      });
      this.#note(String.fromCharCode(...units));
    }
  }
}

/** What the `category` channels of a stream say in words, and the numbers that the network sees for them. */
export class Vocabulary {
  /** Part of the task's snapshot. */
  readonly shared: readonly Float64Array[];
  /** By channel; undefined where it is a number. */
  readonly #words: readonly (Words | undefined)[];
  /** By channel: its place among the attributes of a row. */
  readonly #places: readonly number[];
  readonly #any: boolean;

  /** `attributes`: names of a row's attributes, the `category` channels among them. */
  constructor(channels: readonly Channel[], attributes: readonly string[]) {
    this.#words = channels.map((channel) => (channel.kind === 'category' ? new Words(wordsOf(channel)) : undefined));
    this.#places = channels.map(({ name }) => attributes.indexOf(name));
    this.shared = this.#words.flatMap((words) => (words === undefined ? [] : [words.packed]));
    this.#any = this.shared.length > 0;
  }

  /** The row with an index for each word. Once for each row, in its turn: a new word has an index from the next on. */
  indexed(row: Row): Row {
    if (!this.#any) return row;
    const values = row.values.slice();
    for (let d = 0; d < values.length; d++) {
      const text = this.textOf(row, d);
      if (this.#words[d] !== undefined) values[d] = text === '' ? Number.NaN : (this.#words[d]?.take(text) ?? 0);
    }
    return { ...row, values };
  }

  /** What a row says of a channel in words; '' where that is a number, or missing. */
  textOf({ attributes }: Row, channel: number): string {
    return this.#words[channel] === undefined ? '' : (attributes?.[this.#places[channel]] ?? '');
  }

  /** The word at an index of a channel's vocabulary; '' of the unseen. */
  word(channel: number, index: number): string {
    return this.#words[channel]?.at(index) ?? '';
  }
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : text.slice(0, LONGEST - HASH_DIGITS) + hash64Hex(text);
}

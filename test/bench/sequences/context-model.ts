/**
 * A context model of order 3: counts of letters after the last 3, 2, 1 and 0 letters, mixed from the longest down by
 * escape probabilities (Moffat's PPM, method C). Counts lie in a table of so many bytes, two a count, by hash: contexts
 * that meet in it share their counts.
 */
export class ContextModel {
  readonly #letters: number;
  readonly #counts: Uint16Array;
  #history: number[] = [];

  constructor(letters: number, bytes: number) {
    this.#letters = letters;
    this.#counts = new Uint16Array(Math.floor(bytes / 2));
  }

  /** Bits of the letter, which is then learned. */
  read(letter: number): number {
    let probability = 0;
    let left = 1;
    for (let order = 3; order >= 0; order--) {
      const counts = Array.from({ length: this.#letters }, (_, each) => this.#counts[this.#place(order, each)]);
      const total = counts.reduce((sum, count) => sum + count, 0);
      if (total === 0) continue;
      const distinct = counts.filter((count) => count > 0).length;
      probability += (left * counts[letter]) / (total + distinct);
      left *= distinct / (total + distinct);
    }
    probability += left / this.#letters;
    for (let order = 0; order <= 3; order++) {
      const at = this.#place(order, letter);
      if (this.#counts[at] < 65_535) this.#counts[at]++;
    }
    this.#history = [...this.#history.slice(-2), letter];
    return -Math.log2(probability);
  }

  #place(order: number, letter: number): number {
    let h = order + 1;
    for (const each of order === 0 ? [] : this.#history.slice(-order))
      h = Math.imul(h ^ (each + 1), 0x01000193) + 0x9e3779b9;
    h = Math.imul(h ^ (letter + 101), 0x85ebca6b);
    h ^= h >>> 15;
    return (Math.imul(h, 0xc2b2ae35) >>> 0) % this.#counts.length;
  }
}

/** The bits of each letter of a text of small letters and spaces, by a model of so many bytes that learns as it reads. */
export function contextBits(letters: Iterable<string>, bytes: number): number[] {
  const model = new ContextModel(28, bytes);
  return Array.from(letters, (letter) => model.read(/[a-z]/.test(letter) ? letter.charCodeAt(0) - 96 : 0));
}

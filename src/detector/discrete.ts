import type { WordEvidence } from '../alert/evidence.ts';
import type { Channel } from '../event/channel.ts';
import type { Row } from '../event/observation.ts';
import type { Vocabulary } from '../feature/vocabulary.ts';
import type { Heads } from '../lstm/heads/heads.ts';
import type { JudgedRow } from './judged-row.ts';
import { askedDeviation } from './least-deviation.ts';
import type { Prediction } from './prediction.ts';
import { Rarities } from './rarities.ts';

/**
 * Words and counts, whose surprise is how improbable their own distribution held them, not the distance from recent
 * values. Before anything is learned all words are alike, and none is a surprise.
 */
export class DiscreteChannels {
  readonly #channels: readonly Channel[];
  readonly #heads: Heads;
  readonly #discrete: readonly boolean[];
  /** By channel, of a word: what was most probable, how probable it was, and what came before. */
  readonly #said: Float64Array;
  /** By channel. */
  readonly #rarities: readonly Rarities[];

  constructor(channels: readonly Channel[], heads: Heads) {
    this.#channels = channels;
    this.#heads = heads;
    this.#discrete = channels.map(({ kind }) => kind !== 'real');
    this.#said = new Float64Array(3 * channels.length);
    this.#rarities = channels.map(() => new Rarities());
  }

  /** Part of the task's snapshot: none where all channels are real. */
  get shared(): readonly Float64Array[] {
    return this.#rarities.filter((_, d) => this.#discrete[d]).map(({ counts }) => counts);
  }

  /** Whether there is one. */
  get any(): boolean {
    return this.#discrete.includes(true);
  }

  /** Whether the channel is a word or a count. */
  has(d: number): boolean {
    return this.#discrete[d];
  }

  /**
   * The S of a channel's value, 0 where it is missing or may not be blamed; fills the channel's expected value and
   * target. `newest`: the index of the word before. `found.xs` has the value.
   */
  judge(d: number, newest: number, { distribution, at }: Prediction, found: JudgedRow): number {
    const { heads, offsets } = this.#heads;
    const head = heads[d];
    const x = found.xs[d];
    const numbers = at + offsets[d];
    const expected = head.expected(distribution, numbers);
    found.expected[d] = expected;
    found.targets[d] = head.learnable(x);
    if (Number.isNaN(found.targets[d])) return 0;
    if (head.kind === 'category') this.#said.set([expected, distribution[numbers + expected], newest], 3 * d);
    else if (!this.#counts(d, x, expected)) return 0;
    return this.#rarities[d].surprise(head.rarity(distribution, numbers, found.targets[d]));
  }

  /** What the row judged last says of a channel in words, where it is one of words. */
  words(row: Row, d: number, vocabulary: Vocabulary): WordEvidence | undefined {
    const seen = vocabulary.textOf(row, d);
    if (seen === '') return undefined;
    const [expected, probability, after] = this.#said.subarray(3 * d, 3 * d + 3);
    return { seen, expected: vocabulary.word(d, expected), probability, after: vocabulary.word(d, after) };
  }

  /** Whether a count is as far from what was expected, and on the side, that the configuration asks for. */
  #counts(d: number, x: number, expected: number): boolean {
    const { direction } = this.#channels[d];
    if (Math.abs(x - expected) < askedDeviation(this.#channels[d], expected, Number.NaN)) return false;
    return direction === 'both' || (direction === 'up' ? x > expected : x < expected);
  }
}

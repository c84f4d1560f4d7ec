import type { Row } from '../event/observation.ts';

/** Rows of different series whose predictions are computed together. Its places are used again from wave to wave. */
export class Wave {
  readonly #rows: Row[] = [];
  readonly #slots: number[] = [];
  readonly #populations: number[] = [];
  /** By slot: the wave that a row of it entered last. */
  readonly #waveOf: number[] = [];
  #wave = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether a row of the series in `slot` waits already. */
  has(slot: number): boolean {
    return this.#waveOf[slot] === this.#wave;
  }

  /** Adds the row of a series that has none waiting; `population`: series known when its turn came. */
  add(row: Row, slot: number, population: number): void {
    this.#waveOf[slot] = this.#wave;
    this.#rows[this.#size] = row;
    this.#slots[this.#size] = slot;
    this.#populations[this.#size] = population;
    this.#size++;
  }

  row(b: number): Row {
    return this.#rows[b];
  }

  slot(b: number): number {
    return this.#slots[b];
  }

  population(b: number): number {
    return this.#populations[b];
  }

  /** The next wave begins, with nobody in it. */
  clear(): void {
    this.#wave++;
    this.#size = 0;
  }
}

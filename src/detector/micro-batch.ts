import type { Row } from '../event/observation.ts';

/** What learning needs of a row that was judged; arrays are [D]. */
interface ToLearn {
  readonly xs: Float64Array;
  readonly targets: Float64Array;
  readonly weight: number;
  readonly judged: boolean;
}

/** Rows of different series that are processed together, stage by stage. Its slots are reused from batch to batch. */
export class MicroBatch {
  readonly #rows: Row[] = [];
  readonly #slots: number[] = [];
  readonly #seriesCounts: number[] = [];
  readonly #xs: readonly Float64Array[];
  readonly #targets: readonly Float64Array[];
  readonly #weights: Float64Array;
  readonly #judged: boolean[] = [];
  /** By slot: the batch that a row of it entered last. */
  readonly #batchOf: number[] = [];
  #number = 0;
  #size = 0;

  /** `capacity`: rows at most. */
  constructor(capacity: number, channels: number) {
    this.#xs = Array.from({ length: capacity }, () => new Float64Array(channels));
    this.#targets = Array.from({ length: capacity }, () => new Float64Array(channels));
    this.#weights = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Whether the batch has a row of the series in `slot` already. */
  has(slot: number): boolean {
    return this.#batchOf[slot] === this.#number;
  }

  /** Adds the row of a series that has none in the batch; `seriesCount`: series known when its turn came. */
  add(row: Row, slot: number, seriesCount: number): void {
    this.#batchOf[slot] = this.#number;
    this.#rows[this.#size] = row;
    this.#slots[this.#size] = slot;
    this.#seriesCounts[this.#size] = seriesCount;
    this.#size++;
  }

  row(b: number): Row {
    return this.#rows[b];
  }

  slot(b: number): number {
    return this.#slots[b];
  }

  seriesCount(b: number): number {
    return this.#seriesCounts[b];
  }

  /** Copies what was found of row `b`. */
  keep(b: number, { xs, targets, weight, judged }: ToLearn): void {
    this.#judged[b] = judged;
    for (let d = 0; d < xs.length; d++) {
      this.#xs[b][d] = xs[d];
      this.#targets[b][d] = targets[d];
    }
    this.#weights[b] = weight;
  }

  /** [D], as `keep` had it; and so on. */
  xs(b: number): Float64Array {
    return this.#xs[b];
  }

  targets(b: number): Float64Array {
    return this.#targets[b];
  }

  /** Whether the row had a value to judge. */
  judged(b: number): boolean {
    return this.#judged[b];
  }

  weight(b: number): number {
    return this.#weights[b];
  }

  /** The next batch begins, empty. */
  clear(): void {
    this.#number++;
    this.#size = 0;
  }
}

import { ApiError } from './api.ts';

/** Runs what fetches and shows; of several begun, only the newest may show. */
export class Fetching {
  readonly #failed: (error: ApiError) => void;
  #newest = 0;

  constructor(failed: (error: ApiError) => void) {
    this.#failed = failed;
  }

  /** Resolves once it is shown, overtaken, or failed and reported. */
  async run<T>(fetched: Promise<T>, show: (found: T) => void, otherwise?: (error: ApiError) => void): Promise<void> {
    const turn = ++this.#newest;
    try {
      const found = await fetched;
      if (turn === this.#newest) show(found);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (turn !== this.#newest) return;
      if (error.status === 404 && otherwise !== undefined) otherwise(error);
      else this.#failed(error);
    }
  }

  /** What is still under way shows nothing any more. */
  forget(): void {
    this.#newest++;
  }
}

import { Failure } from '../errors/failure.ts';

/** Runs writes one after another, in the order they were asked for; after one that failed, none. */
export class Turns {
  #last: Promise<void> = Promise.resolve();
  #failed: unknown;
  #ended = false;

  /** @throws what the work throws; what an earlier one threw; Failure state/io after `end` */
  take(work: () => Promise<void>): Promise<void> {
    if (this.#ended) return Promise.reject(new Failure('state/io', 'the store is closed'));
    const turn = this.#last.then(async () => {
      if (this.#failed !== undefined) throw this.#failed;
      try {
        await work();
      } catch (error) {
        this.#failed = error;
        throw error;
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Lets the turns already taken finish, and no other begin. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#last;
  }
}

import { Serial } from '../async/serial.ts';
import { Failure } from '../errors/failure.ts';

/** Runs writes one after another, in the order they were asked for; after one that failed, none. */
export class Turns {
  readonly #queue = new Serial();
  #failed: unknown;
  #ended = false;

  /** @throws what the work throws; what an earlier one threw; Failure state/io after `end` */
  async take(work: () => Promise<void>): Promise<void> {
    if (this.#ended) throw new Failure('state/io', 'the store is closed');
    await this.#queue.run(async () => {
      if (this.#failed !== undefined) throw this.#failed;
      try {
        await work();
      } catch (error) {
        this.#failed = error;
        throw error;
      }
    });
  }

  /** Lets the turns already taken finish, and no other begin. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#queue.idle();
  }
}

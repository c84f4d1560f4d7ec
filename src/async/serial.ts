/** Does one piece of work after another, in the order asked for; one that fails delays nobody. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** @throws what the work throws */
  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Resolves when everything asked for so far has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

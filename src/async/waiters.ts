/** Promises that wait for a condition to come true, looked at again on each `wake`. */
export class Waiters {
  readonly #looks = new Set<() => void>();
  #closed = false;

  /** Resolves when the condition holds, the signal aborts, or these waiters are closed. */
  until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.#closed && !signal.aborted && !condition()) return;
        this.#looks.delete(look);
        signal.removeEventListener('abort', look);
        resolve();
      };
      this.#looks.add(look);
      signal.addEventListener('abort', look);
      look();
    });
  }

  wake(): void {
    for (const look of [...this.#looks]) look();
  }

  close(): void {
    this.#closed = true;
    this.wake();
  }
}

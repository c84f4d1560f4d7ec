import type { Bytes } from './bytes.ts';

/** Standard input, which can be read only once, and looked into before. */
export class Stdin {
  readonly #seen: Buffer[] = [];
  #chunks: AsyncIterator<Buffer> | undefined;

  /** From the beginning, if often; what is seen is kept for `take`. */
  async *peek(): Bytes {
    for (let i = 0; ; i++) {
      const chunk = this.#seen[i] ?? (await this.#next());
      if (chunk === undefined) return;
      if (i === this.#seen.length) this.#seen.push(chunk);
      yield chunk;
    }
  }

  /** All of it, once. Ends when the signal aborts. */
  async *take(signal: AbortSignal): Bytes {
    const end = () => process.stdin.destroy();
    signal.addEventListener('abort', end);
    try {
      yield* this.#seen.splice(0);
      for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) yield chunk;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  close(): void {
    if (this.#chunks !== undefined) process.stdin.destroy();
  }

  async #next(): Promise<Buffer | undefined> {
    this.#chunks ??= process.stdin[Symbol.asyncIterator]();
    const { done, value } = await this.#chunks.next();
    return done === true ? undefined : value;
  }
}

/** Of this process: whoever looks into it leaves it as it was for the one who takes it. */
export const standardInput = new Stdin();

import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { unwritable } from './unwritable.ts';

/** A text file that is written piece by piece. */
export class TextFile {
  readonly #path: string;
  readonly #stream: WriteStream;

  /** Begins the file with this text. */
  constructor(path: string, head: string) {
    this.#path = path;
    this.#stream = createWriteStream(path);
    // What is wrong is thrown by the next write, or by `close`.
    this.#stream.on('error', () => {});
    this.#stream.write(head);
  }

  /** Waits where the disk is slower. @throws Failure cli/unwritable */
  async write(text: string): Promise<void> {
    if (text === '') return;
    await this.#guarded(async () => {
      if (!this.#stream.write(text)) await once(this.#stream, 'drain');
    });
  }

  /** @throws Failure cli/unwritable */
  async close(): Promise<void> {
    await this.#guarded(async () => {
      this.#stream.end();
      await finished(this.#stream);
    });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      if (this.#stream.errored) throw this.#stream.errored;
      await work();
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
  }
}

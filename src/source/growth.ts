import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

/** The file is looked at this often even where the file system reports nothing, as over a network. */
const POLL_MS = 1_000;

/** Waits until something happens in the folder of a file. What happens between two waits is not missed. */
export class Growth {
  #watcher: FSWatcher | undefined;
  #happened = false;
  #wake: () => void = () => {};

  constructor(path: string) {
    try {
      this.#watcher = watch(dirname(path), { persistent: false }, () => this.#note());
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // The system has no more watches: the polling below is enough.
    }
  }

  /** Resolves when something happened since the last wait, after a second, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#happened = false;
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(end, POLL_MS);
      this.#wake = end;
      signal.addEventListener('abort', end);
      if (this.#happened || signal.aborted) end();
    });
  }

  close(): void {
    this.#watcher?.close();
  }

  #note(): void {
    this.#happened = true;
    this.#wake();
  }
}

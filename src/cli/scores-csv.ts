import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { ScoreOutput } from '../event/output.ts';
import { unwritable } from './unwritable.ts';

const HEADER = 'time,series,channel,value,expected,lower,upper,bits,score,alert\n';

/** Writes one line for each row scored, about the channel that leads its score; an absent number is an empty field. */
export class ScoresCsv {
  readonly #path: string;
  readonly #stream: WriteStream;

  constructor(path: string) {
    this.#path = path;
    this.#stream = createWriteStream(path);
    // What is wrong is thrown by the next write, or by `close`.
    this.#stream.on('error', () => {});
    this.#stream.write(HEADER);
  }

  /** Waits where the disk is slower than the rows. @throws Failure cli/unwritable */
  async write(outputs: readonly ScoreOutput[]): Promise<void> {
    if (outputs.length === 0) return;
    await this.#guarded(async () => {
      if (!this.#stream.write(outputs.map(csvLine).join(''))) await once(this.#stream, 'drain');
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

function csvLine({ timeMs, series, channels, lead, score, alert }: ScoreOutput): string {
  const { channel, value, expected, lower, upper, bits } = channels[lead];
  const time = new Date(timeMs).toISOString();
  const numbers = [value, expected, lower, upper, bits, score].map((number) => number ?? '');
  return `${[time, quoted(series), quoted(channel), ...numbers, alert].join(',')}\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

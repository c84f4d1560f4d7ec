import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { ScoreOutput } from '../event/output.ts';

const HEADER = 'time,series,channel,value,expected,lower,upper,bits,score,alert\n';

/** Writes one line for each row scored, about the channel that leads its score; an absent number is an empty field. */
export class ScoresCsv {
  readonly #stream: WriteStream;

  constructor(path: string) {
    this.#stream = createWriteStream(path);
    this.#stream.write(HEADER);
  }

  /** Waits where the disk is slower than the rows. @throws the system's error where the file cannot be written */
  async write(outputs: readonly ScoreOutput[]): Promise<void> {
    if (outputs.length === 0) return;
    if (!this.#stream.write(outputs.map(csvLine).join(''))) await once(this.#stream, 'drain');
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
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

import type { ScoreOutput } from '../event/output.ts';
import { quoted } from './csv-field.ts';
import { TextFile } from './text-file.ts';

const HEADER = 'time,series,channel,value,expected,lower,upper,bits,score,alert\n';

/** Writes one line for each row scored, about the channel that leads its score; an absent number is an empty field. */
export class ScoresCsv {
  readonly #file: TextFile;

  constructor(path: string) {
    this.#file = new TextFile(path, HEADER);
  }

  /** Waits where the disk is slower than the rows. @throws Failure cli/unwritable */
  async write(outputs: readonly ScoreOutput[]): Promise<void> {
    await this.#file.write(outputs.map(csvLine).join(''));
  }

  /** @throws Failure cli/unwritable */
  async close(): Promise<void> {
    await this.#file.close();
  }
}

function csvLine({ timeMs, series, channels, lead, score, alert }: ScoreOutput): string {
  const { channel, value, expected, lower, upper, bits } = channels[lead];
  const time = new Date(timeMs).toISOString();
  const numbers = [value, expected, lower, upper, bits, score].map((number) => number ?? '');
  return `${[time, quoted(series), quoted(channel), ...numbers, alert].join(',')}\n`;
}

import process from 'node:process';
import type { StreamConfig } from '../config/stream.ts';
import type { SourceRecord } from '../event/record.ts';
import { MINUTE_MS } from '../event/time.ts';
import { Random } from '../math/random.ts';
import type { Source } from '../source/source.ts';

/** Series that take turns: enough that their state is not in the nearest cache. */
export const MADE_UP_SERIES = 1000;
/** Of each series before anything is measured: then its memories score. */
const WARM_ROWS = 160;

/**
 * Records made up for a stream, flat JSON, until they have taken so many seconds of the processor once all series are
 * warm.
 */
export class MadeUp implements Source {
  readonly name = 'made-up records';
  readonly #channels: readonly string[];
  readonly #stepMs: number;
  readonly #seconds: number;
  readonly #random = new Random(1);
  readonly #encoder = new TextEncoder();
  #rate = 0;

  constructor({ channels, window }: StreamConfig, seconds: number) {
    this.#channels = Object.keys(channels);
    this.#stepMs = window.kind === 'event' ? MINUTE_MS : window.kind === 'hopping' ? window.hop : window.size;
    this.#seconds = seconds;
  }

  /** Records processed per second of the processor, all threads together; 0 before the end. */
  get rate(): number {
    return this.#rate;
  }

  async *read(): AsyncGenerator<readonly SourceRecord[]> {
    for (let step = 0; step < WARM_ROWS; step++) yield this.#batch(step);
    const began = process.cpuUsage();
    let used = 0;
    let made = 0;
    for (let step = WARM_ROWS; used < this.#seconds; step++) {
      const batch = this.#batch(step);
      yield batch;
      made += batch.length;
      const { user, system } = process.cpuUsage(began);
      used = (user + system) / 1e6;
    }
    this.#rate = made / used;
  }

  async close(): Promise<void> {}

  /** A record of each series. */
  #batch(step: number): readonly SourceRecord[] {
    return Array.from({ length: MADE_UP_SERIES }, (_, series) => {
      const offset = step * MADE_UP_SERIES + series;
      const value = this.#encoder.encode(JSON.stringify(this.#document(step, series)));
      return { value, offset, next: offset + 1, line: 0 };
    });
  }

  #document(step: number, series: number): Readonly<Record<string, string | number>> {
    const document: Record<string, string | number> = {
      '@series': `made-up-${series}`,
      '@time': Date.UTC(2026, 0, 1) + step * this.#stepMs,
    };
    this.#channels.forEach((channel, d) => {
      const value = 20 + 5 * Math.sin(step / 40 + series + d) + this.#random.normal();
      document[channel] = Math.round(100 * value) / 100;
    });
    return document;
  }
}

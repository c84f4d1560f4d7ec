import type { EpochMs } from '../../event/time.ts';
import type { NumberedOutput } from '../sink.ts';

/** Series whose newest output is remembered. */
const REMEMBERED = 100_000;

interface Newest {
  readonly sequence: number;
  readonly timeMs: EpochMs;
  readonly tie: number;
}

/**
 * Counts the scores of one series that have one and the same time, such as two payments of one millisecond: of points
 * with the same tags and time InfluxDB keeps the last. Delivered again, an output is counted as before, unless the
 * program was restarted in between.
 */
export class Ties {
  readonly #newest = new Map<string, Newest>();

  /**
   * How many scores of its series and time were before each of a batch; `commit` once they are written, and not before.
   */
  of(batch: readonly NumberedOutput[]): { readonly ties: readonly number[]; commit(): void } {
    const seen = new Map<string, Newest>();
    const ties = batch.map(({ sequence, output }) => {
      if (output.kind !== 'score') return 0;
      const { stream, series, timeMs } = output;
      const name = JSON.stringify([stream, series]);
      const tie = after(seen.get(name) ?? this.#newest.get(name), sequence, timeMs);
      seen.set(name, { sequence, timeMs, tie });
      return tie;
    });
    return { ties, commit: () => this.#remember(seen) };
  }

  #remember(seen: ReadonlyMap<string, Newest>): void {
    for (const [name, newest] of seen) {
      this.#newest.delete(name);
      this.#newest.set(name, newest);
    }
    for (const name of this.#newest.keys()) {
      if (this.#newest.size <= REMEMBERED) return;
      this.#newest.delete(name);
    }
  }
}

function after(before: Newest | undefined, sequence: number, timeMs: EpochMs): number {
  if (before === undefined || before.timeMs !== timeMs || sequence < before.sequence) return 0;
  return sequence === before.sequence ? before.tie : before.tie + 1;
}

import { backoffMs, usualBackoff } from '../../async/backoff.ts';
import type { Failure } from '../../errors/failure.ts';
import type { Committed } from '../../store/store.ts';
import { type RetryPolicy, type SinkWriter, waitMs } from './sink-writer.ts';

/** What only a person can mend is tried again this often, for the mending may happen on the other side. */
const MENDED_MS = 60_000;

/** Tries a batch until it is taken, and does not look at the next before. */
export class InOrder implements RetryPolicy {
  readonly waiting = 0;
  readonly #writer: SinkWriter;

  constructor(writer: SinkWriter) {
    this.#writer = writer;
  }

  async deliver(batch: readonly Committed[], stop: AbortSignal): Promise<boolean> {
    const { pace } = this.#writer;
    for (let attempt = 0; !stop.aborted; attempt++) {
      const failure = await this.#writer.try(batch, stop);
      if (failure === undefined) return true;
      // Cut short by us: no fault of the sink's.
      if (stop.aborted) return false;
      if (failure.remedy === 'skip-record') return await this.#narrow(batch, failure, stop);
      if (failure.remedy === 'stop') {
        this.#writer.turnedOff(failure);
        return false;
      }
      const mended =
        failure.remedy === 'retry' ? backoffMs(attempt, { ...usualBackoff, jitter: pace.jitter }) : MENDED_MS;
      const wait = waitMs(mended, failure);
      this.#writer.failed(failure, wait);
      await pace.pause(wait, stop);
    }
    return false;
  }

  async resume(): Promise<boolean> {
    return true;
  }

  dueIn(): undefined {}

  /** Cuts a refused batch in halves until the culprit is alone. */
  async #narrow(batch: readonly Committed[], failure: Failure, stop: AbortSignal): Promise<boolean> {
    if (batch.length > 1) {
      const half = batch.length >> 1;
      return (await this.deliver(batch.slice(0, half), stop)) && (await this.deliver(batch.slice(half), stop));
    }
    await this.#writer.deadLetter(batch[0], failure);
    return true;
  }
}

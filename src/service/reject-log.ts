import type { Logger } from 'pino';
import type { RejectOutput } from '../event/output.ts';
import { rejectHint } from '../pipeline/task/reject-hint.ts';

const MINUTE_MS = 60_000;

/**
 * Logs the first record of each stream that is rejected for a reason: where it is, what is wrong, what to change; and
 * of those that follow one count a minute, as long as there are any. Records themselves are in the outputs of kind
 * `reject`.
 */
export class RejectLog {
  readonly #log: Pick<Logger, 'warn'>;
  readonly #everyMs: number;
  readonly #known = new Set<string>();
  /** By stream and reason: those since the last line. */
  readonly #more = new Map<string, Map<string, number>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Pick<Logger, 'warn'>, everyMs = MINUTE_MS) {
    this.#log = log;
    this.#everyMs = everyMs;
  }

  /** O(1). */
  saw(reject: RejectOutput): void {
    const { stream, reason, message, series } = reject;
    const name = `${stream} ${reason}`;
    if (!this.#known.has(name)) {
      this.#known.add(name);
      const what = `record of ${stream} rejected: ${message} [${reason}] ${rejectHint(reject)}`;
      this.#log.warn({ stream, reason, ...(series === undefined ? {} : { series }) }, what.trimEnd());
      return;
    }
    const counts = this.#more.get(stream) ?? new Map<string, number>();
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    this.#more.set(stream, counts);
    this.#timer ??= setTimeout(() => this.flush(), this.#everyMs).unref();
  }

  /** Logs what has been counted since the last line, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [stream, counts] of this.#more) {
      const rejected = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const which = [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
      const records = rejected === 1 ? 'record' : 'records';
      this.#log.warn({ stream, rejected }, `${rejected} more ${records} of ${stream} rejected: ${which}`);
    }
    this.#more.clear();
  }
}

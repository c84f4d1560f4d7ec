import { fingerprint, seal } from '../store/seal.ts';
import type { Entry } from '../store/store.ts';
import { keys } from './keys.ts';
import type { Ledger, Version } from './ledger.ts';
import type { Operation } from './level.ts';

/** What a checkpoint makes of a task's entries, once it counts. */
export interface Staged {
  /** How many there are then, and the sum of their fingerprints. */
  readonly entries: number;
  readonly sum: number;
  readonly generation: number;
  /** Takes away, with the head, what is gone. */
  readonly removals: readonly Operation[];
  /** Takes away what is replaced: with the head, or after it. */
  readonly superseded: readonly Operation[];
}

/**
 * A checkpoint that is being written: its entries lie beside those that count, under the number of a generation that no
 * head names yet. It counts from the moment the head names it, so its entries may be written in as many batches as one
 * likes; cut short, they are leftovers.
 */
export class Staging {
  readonly #task: string;
  readonly #ledger: Ledger;
  readonly #generation: number;
  /** null = gone. ~130 bytes an entry that changed. */
  readonly #versions = new Map<string, Version | null>();

  constructor(task: string, ledger: Ledger) {
    this.#task = task;
    this.#ledger = ledger;
    this.#generation = (ledger.head.generation ?? 0) + 1;
  }

  /** What puts an entry beside the one that counts. */
  put([entry, bytes]: Entry): Operation {
    const key = keys.entry(this.#task, entry, this.#generation);
    if (bytes === null) {
      this.#versions.set(entry, null);
      return { type: 'del', key };
    }
    const value = seal(key, bytes);
    this.#versions.set(entry, { generation: this.#generation, fingerprint: fingerprint(value) });
    return { type: 'put', key, value };
  }

  /** O(entries that changed). */
  staged(): Staged {
    const { head, versions } = this.#ledger;
    let { entries, sum } = head;
    const removals: Operation[] = [];
    const superseded: Operation[] = [];
    for (const [entry, fresh] of this.#versions) {
      const stale = versions.get(entry);
      entries += Number(fresh !== null) - Number(stale !== undefined);
      sum = (sum + (fresh?.fingerprint ?? 0) - (stale?.fingerprint ?? 0)) >>> 0;
      if (stale === undefined) continue;
      const removal = { type: 'del', key: keys.entry(this.#task, entry, stale.generation) } as const;
      (fresh === null ? removals : superseded).push(removal);
    }
    return { entries, sum, generation: this.#generation, removals, superseded };
  }

  /** Called once the head that names it is written. */
  remember(): void {
    const { versions } = this.#ledger;
    for (const [entry, fresh] of this.#versions) {
      if (fresh === null) versions.delete(entry);
      else versions.set(entry, fresh);
    }
  }
}

import type { Plain } from '../../event/plain.ts';

/** What a delivery keeps beside its cursor: found at the start, and written with the cursor's next step. */
export class DeliveryState {
  readonly #found: ReadonlyMap<string, Plain>;
  readonly #changes = new Map<string, Plain | null>();

  constructor(found: ReadonlyMap<string, Plain>) {
    this.#found = found;
  }

  /** Those whose name begins so, as they were at the start, in the order of their names. */
  found(prefix: string): readonly Plain[] {
    return [...this.#found].filter(([name]) => name.startsWith(prefix)).map(([, entry]) => entry);
  }

  /** null = gone. */
  set(name: string, entry: Plain | null): void {
    this.#changes.set(name, entry);
  }

  get changed(): boolean {
    return this.#changes.size > 0;
  }

  /** What changed since it was taken last. */
  take(): ReadonlyMap<string, Plain | null> {
    const changes = new Map(this.#changes);
    this.#changes.clear();
    return changes;
  }
}

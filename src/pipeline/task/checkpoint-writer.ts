import type { DetectorState, StateEntry } from '../../detector/snapshot.ts';
import { Failure } from '../../errors/failure.ts';
import { decode, encode } from '../../store/codec.ts';
import type { Commit, Entry } from '../../store/store.ts';

/** Series whose entries are made at one stroke: about a megabyte, in a few milliseconds. */
const FEW = 256;

/**
 * A checkpoint while the task continues. The entries of what has changed are made one by one, as the store asks for
 * them; what rows change meanwhile is given again, in another round; and once only a few are left, those, the task's
 * own entry, the outputs and the place in the source are taken in one moment. So the state that counts, each series'
 * last entry, is that of this moment. It comes, for the task may work ahead only so far: `Progress`.
 */
export class CheckpointWriter {
  readonly #state: DetectorState;
  readonly #commit: () => Commit;
  #last: { readonly entries: readonly Entry[]; readonly commit: Commit } | undefined;
  #bytes = 0;

  /** `commit` is called once, at the moment that the checkpoint is of: at once where only a few series have changed. */
  constructor(state: DetectorState, commit: () => Commit) {
    this.#state = state;
    this.#commit = commit;
    if (state.unsaved <= FEW) this.#conclude();
  }

  /** Of all entries given so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Asked for between slices of work, never within one. */
  *entries(): Generator<Entry> {
    while (this.#last === undefined) {
      if (this.#state.unsaved <= FEW) this.#conclude();
      else for (const entry of this.#state.changes()) yield this.#sealed(entry);
    }
    yield* this.#last.entries;
  }

  /** Once all entries are taken. */
  commit(): Commit {
    if (this.#last === undefined) throw new Error('not all entries are taken');
    return this.#last.commit;
  }

  #conclude(): void {
    const entries = Array.from(this.#state.snapshot(), (entry) => this.#sealed(entry));
    this.#last = { entries, commit: this.#commit() };
  }

  #sealed([name, plain]: StateEntry): Entry {
    if (plain === null) return [name, null];
    const bytes = encode(name, plain);
    this.#bytes += bytes.byteLength;
    return [name, bytes];
  }
}

/**
 * Puts stored entries back as they are read, so that they are never all in memory beside the state; how many bytes they
 * had. What is wrong with an entry is reported only once no later one has taken its place. @throws Failure
 * state/corrupt, state/foreign, lstm/*
 */
export async function restoreState(state: DetectorState, stored: AsyncIterable<readonly Entry[]>): Promise<number> {
  const faults = new Map<string, Failure>();
  let bytes = 0;
  for await (const entries of stored) {
    for (const [name, sealed] of entries) {
      bytes += sealed?.byteLength ?? 0;
      faults.delete(name);
      try {
        state.restore(name, sealed === null ? null : decode(name, sealed));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        faults.set(name, error);
      }
    }
  }
  for (const fault of faults.values()) throw fault;
  state.restored();
  return bytes;
}

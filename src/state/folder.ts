import type { Output } from '../event/output.ts';
import type { Plain } from '../event/plain.ts';
import { decode, encode } from './codec.ts';
import { keys, noteName, notesOf, parseKey, under } from './keys.ts';
import { type Ledger, newLedger } from './ledger.ts';
import { guarded, type Level, type Operation } from './level.ts';
import { fingerprint, seal, unseal } from './seal.ts';
import type { Commit, Committed, Restored, Store } from './store.ts';
import { Turns } from './turns.ts';
import { Waiters } from './waiters.ts';

/** What a store tells whoever made it: when something was committed, and how far back a restore could go. */
export interface FolderHooks {
  /** Called after each commit, within its turn. */
  committed(): void;
  /** The earliest offset the task could be restored to, besides its last commit. */
  earliest(task: string): number | undefined;
  /** Called once, before the database closes. */
  closing(): Promise<void>;
}

/** The embedded store: one LevelDB, each commit one batch of it, on the disk before the commit resolves. */
export class Folder implements Store {
  readonly #level: Level;
  readonly #ledgers: Map<string, Ledger>;
  readonly #hooks: FolderHooks;
  readonly #turns = new Turns();
  readonly #waiters = new Waiters();

  constructor(level: Level, ledgers: ReadonlyMap<string, Ledger>, hooks: FolderHooks) {
    this.#level = level;
    this.#ledgers = new Map(ledgers);
    this.#hooks = hooks;
  }

  async restore(task: string): Promise<Restored> {
    const entries = new Map<string, Uint8Array>();
    await guarded(this.#level.location, async () => {
      for await (const [key, value] of this.#level.iterator(under('t', task))) {
        entries.set(parseKey(key).rest, unseal(key, value));
      }
    });
    const { offset, checkpoint = offset } = this.#ledger(task).head;
    return { entries, checkpoint, offset };
  }

  async commit(task: string, commit: Commit): Promise<void> {
    await this.#turns.take(async () => {
      const ledger = this.#ledger(task);
      const operations: Operation[] = [];
      let { entries, sum, next, checkpoint } = ledger.head;
      if (commit.changes !== undefined) checkpoint = commit.offset;
      for (const [entry, bytes] of commit.changes ?? []) {
        const operation = change(keys.entry(task, entry), bytes);
        const stale = ledger.fingerprints.get(entry);
        const fresh = operation.type === 'put' ? fingerprint(operation.value) : undefined;
        entries += Number(fresh !== undefined) - Number(stale !== undefined);
        sum = (sum + (fresh ?? 0) - (stale ?? 0)) >>> 0;
        operations.push(operation);
      }
      for (const output of commit.outputs) operations.push(put(keys.output(task, next++), asPlain(output)));
      const head = { offset: commit.offset, checkpoint: checkpoint ?? 0, next, entries, sum };
      operations.push(put(keys.head(task), head));
      await this.#write(operations, true);
      remember(ledger.fingerprints, commit.changes ?? new Map(), operations);
      ledger.head = head;
      this.#hooks.committed();
    });
    this.#waiters.wake();
  }

  async read(task: string, from: number, limit: number): Promise<readonly Committed[]> {
    const { lt } = under('o', task);
    const range = { gte: keys.output(task, from), lt, limit };
    const found = await guarded(this.#level.location, () => this.#level.iterator(range).all());
    return found.map(([key, value]) => ({
      sequence: Number(parseKey(key).rest),
      // The seal fits: `commit` wrote it.
      output: decode(key, value) as unknown as Output,
    }));
  }

  async waitFor(task: string, from: number, signal: AbortSignal): Promise<void> {
    await this.#waiters.until(() => this.#ledger(task).head.next > from, signal);
  }

  async cursor(task: string, sink: string): Promise<number> {
    const key = keys.cursor(task, sink);
    const value = await guarded(key, () => this.#level.get(key));
    return value === undefined ? 0 : (decode(key, value) as number);
  }

  async notes(task: string, sink: string): Promise<ReadonlyMap<string, Plain>> {
    const range = notesOf(task, sink);
    const found = await guarded(range.gte, () => this.#level.iterator(range).all());
    return new Map(found.map(([key, value]) => [noteName(key), decode(key, value)]));
  }

  /** Not forced to the disk: after a power cut the sink is given its last outputs again, under the same names. */
  async advance(task: string, sink: string, next: number, notes?: ReadonlyMap<string, Plain | null>): Promise<void> {
    const operations = [put(keys.cursor(task, sink), next)];
    for (const [name, note] of notes ?? []) {
      const key = keys.note(task, sink, name);
      operations.push(note === null ? { type: 'del', key } : put(key, note));
    }
    await this.#turns.take(() => this.#write(operations, false));
  }

  async setAside(task: string, sink: string, refused: Committed & { readonly reason: string }): Promise<void> {
    const { sequence, output, reason } = refused;
    const operation = put(keys.aside(task, sink, sequence), { reason, output: asPlain(output) });
    await this.#turns.take(() => this.#write([operation], true));
  }

  next(task: string): number {
    return this.#ledger(task).head.next;
  }

  async trim(task: string, sequence: number): Promise<void> {
    await this.#turns.take(async () => {
      const ledger = this.#ledger(task);
      const end = Math.min(sequence, ledger.head.next);
      if (end <= ledger.trimmed) return;
      const operations: Operation[] = [put(keys.trimmed(task), end)];
      for (let each = ledger.trimmed; each < end; each++) {
        operations.push({ type: 'del', key: keys.output(task, each) });
      }
      await this.#write(operations, false);
      ledger.trimmed = end;
    });
  }

  replayFrom(task: string): number {
    const { offset, checkpoint = offset } = this.#ledger(task).head;
    return Math.min(checkpoint, this.#hooks.earliest(task) ?? checkpoint);
  }

  async close(): Promise<void> {
    this.#waiters.close();
    await this.#turns.end();
    await this.#hooks.closing();
    await guarded(this.#level.location, () => this.#level.close());
  }

  #ledger(task: string): Ledger {
    let ledger = this.#ledgers.get(task);
    if (ledger === undefined) {
      ledger = newLedger();
      this.#ledgers.set(task, ledger);
    }
    return ledger;
  }

  async #write(operations: readonly Operation[], sync: boolean): Promise<void> {
    await guarded(this.#level.location, () => this.#level.batch([...operations], { sync }));
  }
}

function put(key: string, data: Plain): Operation {
  return { type: 'put', key, value: encode(key, data) };
}

function change(key: string, bytes: Uint8Array | null): Operation {
  return bytes === null ? { type: 'del', key } : { type: 'put', key, value: seal(key, bytes) };
}

/** An output is data without behaviour; its interface only lacks the index signature that `Plain` asks for. */
function asPlain(output: Output): Plain {
  return output as unknown as Plain;
}

/** `operations` begin with those of the changes, in the same order. */
function remember(
  into: Map<string, number>,
  changes: NonNullable<Commit['changes']>,
  operations: readonly Operation[],
): void {
  let i = 0;
  for (const entry of changes.keys()) {
    const operation = operations[i++];
    if (operation?.type === 'put') into.set(entry, fingerprint(operation.value));
    else into.delete(entry);
  }
}

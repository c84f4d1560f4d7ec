import { Waiters } from '../async/waiters.ts';
import type { Output } from '../event/output.ts';
import type { Plain } from '../event/plain.ts';
import { decode, encode } from '../store/codec.ts';
import type { Commit, Committed, Entry, FrozenState, Restored, Store } from '../store/store.ts';
import { type Tick, tickedAfter, withTicks } from '../store/tick.ts';
import { entriesOf } from './entries.ts';
import { deliveryStateOf, keys, parseKey, stateName, under } from './keys.ts';
import { type Head, type Ledger, newLedger } from './ledger.ts';
import { guarded, type Level, type Operation } from './level.ts';
import { Staging } from './staging.ts';
import { Turns } from './turns.ts';

/** What of a checkpoint is put on the disk at once. */
const STAGED_BYTES = 1 << 20;
const REMOVED_AT_ONCE = 1_000;

/** What a store reports to its owner: when something was committed, and how far back a restore could go. */
export interface FolderHooks {
  /** Called after each commit, within its turn. */
  committed(): void;
  /** The earliest offset the task could be restored to, besides its last commit. */
  earliest(task: string): number | undefined;
  /** Called once, before the database closes. */
  closing(): Promise<void>;
}

/** `passed`: so many outputs come before these that nobody is given; nothing else is in the outbox then. */
type Passing = Commit & { readonly passed?: number };

/** The embedded store: one LevelDB. A commit counts by one batch of it, on the disk before the commit resolves. */
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
    const { head, ticks } = this.#ledger(task);
    const { offset, checkpoint = offset, ticked = 0, checkpointTicked = 0, heardMs: lastSeenMs, bookmark } = head;
    const unknown = ticks.filter(({ number }) => number >= checkpointTicked);
    return { entries: this.#entries(task), checkpoint, offset, ticks: unknown, ticked, lastSeenMs, bookmark };
  }

  async commit(task: string, commit: Commit): Promise<void> {
    await this.#turns.take(async () => {
      const { head } = this.#ledger(task);
      await this.#conclude(task, commit, [], { ...head, checkpoint: head.checkpoint ?? head.offset });
    });
    this.#waiters.wake();
  }

  async checkpoint(task: string, changes: Iterable<Entry>, last: () => Commit): Promise<void> {
    await this.#turns.take(() => this.#checkpoint(task, changes, last));
    this.#waiters.wake();
  }

  isNew(task: string): boolean {
    const { head, versions } = this.#ledger(task);
    return head.next === 0 && head.offset === 0 && versions.size === 0;
  }

  async preload(task: string, entries: Iterable<Entry>, passed: number): Promise<void> {
    await this.#turns.take(async () => {
      const { head, trimmed, versions } = this.#ledger(task);
      const replaced = Array.from(versions.keys(), (name): Entry => [name, null]);
      await this.#checkpoint(task, both(replaced, entries), () => {
        // The sequences of an outbox have no gap.
        return { outputs: [], offset: head.offset, passed: trimmed === head.next ? passed : 0 };
      });
    });
    this.#waiters.wake();
  }

  freeze(task: string): FrozenState {
    const { generation = 0 } = this.#ledger(task).head;
    const snapshot = this.#level.snapshot();
    return {
      entries: () => entriesOf(this.#level, task, (version) => version <= generation, snapshot),
      release: () => snapshot.close(),
    };
  }

  async read(task: string, _: string, from: number, limit: number): Promise<readonly Committed[]> {
    const { lt } = under('o', task);
    const range = { gte: keys.output(task, from), lt, limit };
    const found = await guarded(this.#level.location, () => this.#level.iterator(range).all());
    return found.map(([key, value]) => ({
      sequence: Number(parseKey(key).rest),
      // The seal fits: `commit` wrote it.
      output: decode(key, value) as unknown as Output,
    }));
  }

  async waitFor(task: string, _: string, from: number, signal: AbortSignal): Promise<void> {
    await this.#waiters.until(() => this.#ledger(task).head.next > from, signal);
  }

  async cursor(task: string, sink: string): Promise<number> {
    const key = keys.cursor(task, sink);
    const value = await guarded(key, () => this.#level.get(key));
    const stored = value === undefined ? 0 : (decode(key, value) as number);
    // What is trimmed, a sink that is new can never be given.
    return Math.max(stored, this.#ledger(task).trimmed);
  }

  async deliveryState(task: string, sink: string): Promise<ReadonlyMap<string, Plain>> {
    const range = deliveryStateOf(task, sink);
    const found = await guarded(range.gte, () => this.#level.iterator(range).all());
    return new Map(found.map(([key, value]) => [stateName(key), decode(key, value)]));
  }

  /** Not forced to the disk: after a power cut the sink is given its last outputs again, under the same names. */
  async advance(task: string, sink: string, next: number, changes?: ReadonlyMap<string, Plain | null>): Promise<void> {
    const operations = [put(keys.cursor(task, sink), next)];
    for (const [name, entry] of changes ?? []) {
      const key = keys.deliveryState(task, sink, name);
      operations.push(entry === null ? { type: 'del', key } : put(key, entry));
    }
    await this.#turns.take(() => this.#write(operations, false));
  }

  async deadLetter(task: string, sink: string, refused: Committed & { readonly reason: string }): Promise<void> {
    const { sequence, output, reason } = refused;
    const operation = put(keys.deadLetter(task, sink, sequence), { reason, output: asPlain(output) });
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

  #entries(task: string): AsyncGenerator<readonly Entry[]> {
    const { versions } = this.#ledger(task);
    return entriesOf(this.#level, task, (generation, entry) => versions.get(entry)?.generation === generation);
  }

  /** Within its turn. */
  async #checkpoint(task: string, changes: Iterable<Entry>, last: () => Passing): Promise<void> {
    const ledger = this.#ledger(task);
    const staging = new Staging(task, ledger);
    const rest = await this.#stage(staging, changes);
    const commit = last();
    const { removals, superseded, ...counts } = staging.staged();
    const few = superseded.slice(0, REMOVED_AT_ONCE);
    const checkpointTicked = tickedAfter(ledger.head.ticked, commit.ticks);
    const counting = { checkpoint: commit.offset, checkpointTicked, ...counts };
    await this.#conclude(task, commit, [...rest, ...removals, ...few], counting);
    staging.remember();
    for (let from = few.length; from < superseded.length; from += REMOVED_AT_ONCE) {
      await this.#write(superseded.slice(from, from + REMOVED_AT_ONCE), false);
    }
  }

  /**
   * Writes entries as they come, each batch on the disk before the next is asked for; what is left may go with the
   * head.
   */
  async #stage(staging: Staging, changes: Iterable<Entry>): Promise<readonly Operation[]> {
    let operations: Operation[] = [];
    let bytes = 0;
    for (const entry of changes) {
      if (bytes >= STAGED_BYTES) {
        await this.#write(operations, true);
        operations = [];
        bytes = 0;
      }
      operations.push(staging.put(entry));
      bytes += entry[1]?.length ?? 0;
    }
    return operations;
  }

  /** The one write by which all of a commit counts. */
  async #conclude(
    task: string,
    { outputs, offset, ticks: fresh, lastSeenMs, bookmark, passed = 0 }: Passing,
    before: readonly Operation[],
    counts: Omit<Head, 'offset' | 'next' | 'ticked' | 'heardMs' | 'bookmark'>,
  ): Promise<void> {
    const ledger = this.#ledger(task);
    const operations = [...before];
    let { next, ticked } = ledger.head;
    next += passed;
    if (passed > 0) operations.push(put(keys.trimmed(task), next));
    for (const output of outputs) operations.push(put(keys.output(task, next++), asPlain(output)));
    ticked = tickedAfter(ticked, fresh);
    const place = {
      ...(lastSeenMs === undefined ? {} : { heardMs: lastSeenMs }),
      ...mark(bookmark ?? ledger.head.bookmark),
    };
    const head = { ...counts, offset, next, ticked, ...place };
    operations.push(put(keys.head(task), head));
    const ticks = this.#neededTicks(task, withTicks(ledger.ticks, fresh), head.checkpoint);
    operations.push(...tickChanges(task, ledger.ticks, ticks));
    await this.#write(operations, true);
    ledger.head = head;
    ledger.ticks = ticks;
    if (passed > 0) ledger.trimmed = next - outputs.length;
    this.#hooks.committed();
  }

  /** Those that a restore could need: of this database, or of its earliest copy. */
  #neededTicks(task: string, ticks: readonly Tick[], checkpoint = 0): readonly Tick[] {
    if (ticks.length === 0) return ticks;
    const from = Math.min(checkpoint, this.#hooks.earliest(task) ?? checkpoint);
    return ticks.filter(({ offset }) => offset >= from);
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

function* both<T>(first: Iterable<T>, second: Iterable<T>): Generator<T> {
  yield* first;
  yield* second;
}

function mark(bookmark: Plain | undefined): Pick<Head, 'bookmark'> {
  return bookmark === undefined ? {} : { bookmark };
}

function put(key: string, data: Plain): Operation {
  return { type: 'put', key, value: encode(key, data) };
}

function tickChanges(task: string, before: readonly Tick[], after: readonly Tick[]): readonly Operation[] {
  const kept = new Set(after);
  const known = new Set(before);
  const gone = before.filter((tick) => !kept.has(tick));
  const fresh = after.filter((tick) => !known.has(tick));
  return [
    ...gone.map(({ number }) => ({ type: 'del', key: keys.tick(task, number) }) as const),
    ...fresh.map((tick) => put(keys.tick(task, tick.number), { ...tick })),
  ];
}

/** An output is data without behaviour; its interface only lacks the index signature that `Plain` asks for. */
function asPlain(output: Output): Plain {
  return output as unknown as Plain;
}

import { Failure } from '../errors/failure.ts';
import { decode } from '../store/codec.ts';
import type { Entry } from '../store/store.ts';
import { BARRIER, type ChangelogLog, STATE } from './changelog-log.ts';
import { META_KEY, type Meta, metaEntry } from './meta.ts';

/**
 * The entries of a state as the checkpoint behind `before` left it, each once. The changelog is read twice: for the
 * offset of each entry's version then, then for their bytes, so that memory grows with the number of entries alone.
 * @throws Failure kafka/*, state/lost where compaction has taken away what that checkpoint wrote
 */
export async function* frozenEntries(log: ChangelogLog, before: Meta): AsyncGenerator<readonly Entry[]> {
  const { versions, end } = await versionsAt(log, before);
  for await (const { messages } of log.read({ first: versions.first, end })) {
    yield messages.flatMap(({ key, value, offset }): Entry[] => {
      const name = String(key);
      return value !== null && versions.of.get(name) === offset ? [[name.slice(STATE.length), value]] : [];
    });
  }
}

interface Versions {
  readonly first: number;
  /** Of each key, the offset of its newest version; of those that are gone too. */
  readonly of: ReadonlyMap<string, number>;
}

/** A checkpoint's entries come before its `meta`, so those behind the last `meta` that counts are a later one's. */
async function versionsAt(
  log: ChangelogLog,
  before: Meta,
): Promise<{ readonly versions: Versions; readonly end: number }> {
  const extent = await log.shown();
  const of = new Map<string, number>();
  let later: (readonly [string, number])[] = [];
  let end: number | undefined;
  reading: for await (const { messages } of log.read(extent)) {
    for (const { key, value, offset } of messages) {
      const name = String(key);
      if (name === BARRIER) continue;
      if (name !== META_KEY) later.push([name, offset]);
      else if (value !== null) {
        const order = compared(metaEntry.parse(decode(META_KEY, value)), before);
        if (order > 0) break reading;
        for (const [entry, at] of later) of.set(entry, at);
        later = [];
        end = order === 0 ? offset : undefined;
      }
    }
  }
  if (end !== undefined) return { versions: { first: extent.first, of }, end };
  throw new Failure('state/lost', 'compaction has taken away the checkpoint before the alert', { where: log.name });
}

/** Below 0 where the checkpoint behind the one is older than that behind the other. Ticks make one without a record. */
function compared(one: Meta, other: Meta): number {
  return one.checkpoint - other.checkpoint || tickedBefore(one) - tickedBefore(other);
}

/** Ticks that the checkpoint knows of. */
function tickedBefore({ ticked, ticks }: Meta): number {
  return ticked - ticks.length;
}

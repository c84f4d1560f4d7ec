import type { Fetched, Wire } from './wire.ts';

/** Beside the state; larger answers leave more behind than they save. */
const FETCH_BYTES = 2 << 20;
const FETCH_WAIT_MS = 500;

/** Offsets of a changelog: the first that is there, and the last stable one. */
export interface Log {
  readonly first: number;
  readonly end: number;
}

/** One partition of a changelog. */
export interface LogPlace {
  readonly topic: string;
  readonly partition: number;
}

/** What is there now. @throws Failure kafka/* */
export async function logOf(wire: Wire, { topic, partition }: LogPlace): Promise<Log> {
  const first = await wire.offset(topic, partition, 'earliest');
  return { first, end: await wire.offset(topic, partition, 'latest') };
}

/**
 * What is committed there, an answer at a time. The log ends in a marker, so it is the position that must reach its end,
 * not a record. @throws Failure kafka/*; the signal's reason
 */
export async function* readLog(
  wire: Wire,
  place: LogPlace,
  { first, end, signal }: Log & { readonly signal?: AbortSignal },
): AsyncGenerator<Fetched> {
  for (let from = first; from < end; ) {
    signal?.throwIfAborted();
    const fetched = await wire.fetch({ ...place, from, maxBytes: FETCH_BYTES, maxWaitMs: FETCH_WAIT_MS });
    from = fetched.next;
    yield fetched;
  }
}

import type { StoredBatch, StoredRecord } from './stored-batch.ts';

/** A transaction that was aborted, as the answer to a fetch lists it. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  /** Of its first record. */
  readonly firstOffset: number;
}

/**
 * What is committed of the batches of one answer. A transaction that was aborted begins at the offset that the answer
 * says, however far before the first batch that is, and ends with the abort marker of its producer; nothing else ends
 * it, whatever bytes a key has. The list of an answer covers all that the answer holds, so nothing is remembered
 * between two of them. Source: KIP-98, "Consumer"; the Java client's `CompletedFetch.nextFetchedRecord`. O(records +
 * aborted log aborted).
 */
export function committedRecords(
  batches: readonly StoredBatch[],
  aborted: readonly AbortedTransaction[],
): readonly StoredRecord[] {
  const upcoming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const inside = new Set<bigint>();
  const committed: StoredRecord[] = [];
  let begun = 0;
  for (const { lastOffset, producerId, isTransactional, marker, records } of batches) {
    for (; begun < upcoming.length && upcoming[begun].firstOffset <= lastOffset; begun++) {
      inside.add(upcoming[begun].producerId);
    }
    if (marker === 'abort') inside.delete(producerId);
    else if (!isTransactional || !inside.has(producerId)) for (const record of records) committed.push(record);
  }
  return committed;
}

import type { SourceRecord } from '../../event/record.ts';

/** What a source answered, and when, by a steady clock, it was asked and did. */
export interface Answer {
  /** Absent where the source has ended. */
  readonly batch?: readonly SourceRecord[];
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** Asks for the next batch. */
export async function answerOf(records: AsyncIterator<readonly SourceRecord[]>): Promise<Answer> {
  const askedAt = performance.now();
  const { done, value } = await records.next();
  return { ...(done ? {} : { batch: value }), askedAt, answeredAt: performance.now() };
}

/**
 * The answer; undefined once `patienceMs` are over without one. Where they are undefined it waits for as long as it
 * takes.
 */
export async function within(answer: Promise<Answer>, patienceMs: number | undefined): Promise<Answer | undefined> {
  if (patienceMs === undefined) return await answer;
  const patience = new AbortController();
  const timeUp = new Promise<undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), patienceMs);
    patience.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  try {
    return await Promise.race([answer, timeUp]);
  } finally {
    patience.abort();
  }
}

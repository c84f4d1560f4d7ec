import { describe, expect, test } from 'vitest';
import type { SourceRecord } from '../../src/event/record.ts';
import type { Source, SourceKind } from '../../src/source/source.ts';

/** Records of a trial. */
export const COUNT = 40;

/** How a source of a kind is tried: a configuration under which it has `COUNT` records, and one under which it waits for more. */
export interface SourceTrial {
  readonly full: () => unknown;
  readonly waiting: () => unknown;
  readonly fill?: (source: Source) => Promise<void>;
}

/** What every source promises. */
export function sourceContract<C extends { readonly kind: string }>(kind: SourceKind<C>, trial: SourceTrial): void {
  const full = async () => {
    const filled = await opened(kind, trial.full());
    await trial.fill?.(filled);
    return filled;
  };
  describe(`the source ${kind.kind}`, () => {
    test('yields its records in order, each beginning where the one before it ended or after', async () => {
      const records = await read(await full(), 0);
      expect(records).toHaveLength(COUNT);
      for (const [i, { offset, next, value }] of records.entries()) {
        expect(next).toBeGreaterThan(offset);
        expect(offset).toBeGreaterThanOrEqual(records[i - 1]?.next ?? 0);
        expect(value.length).toBeGreaterThan(0);
      }
    });

    test('going on from any record’s `next` yields exactly what follows it', async () => {
      const reader = await full();
      const records = await read(reader, 0);
      for (const [i, { next }] of records.entries()) {
        expect(await read(reader, next, COUNT - 1 - i)).toEqual(records.slice(i + 1));
      }
      await reader.close();
    });

    test('ends soon after the signal aborts, even where it waits for more', async () => {
      const reader = await opened(kind, trial.waiting());
      const abort = new AbortController();
      const reading = (async () => {
        for await (const _ of reader.read(0, abort.signal));
      })();
      setImmediate(() => abort.abort());
      await reading;
      await reader.close();
    });

    test('yields nothing where the signal has aborted before', async () => {
      const reader = await full();
      const batches = reader.read(0, AbortSignal.abort())[Symbol.asyncIterator]();
      expect((await batches.next()).done).toBe(true);
      await reader.close();
    });

    test('may be closed twice, and without having been read', async () => {
      const reader = await opened(kind, trial.full());
      await reader.close();
      await reader.close();
    });

    test('has a name and a summary, and refuses a key it does not know', async () => {
      const config = trial.full();
      expect((await opened(kind, config)).name).not.toBe('');
      expect(kind.summary).toMatch(/\.$/);
      expect(kind.config.safeParse({ ...Object(config), surprise: 1 }).success).toBe(false);
    });
  });
}

async function opened<C extends { readonly kind: string }>(kind: SourceKind<C>, config: unknown): Promise<Source> {
  return await kind.open(kind.config.parse(config));
}

/** Reads on from here until all `COUNT` are there, or there are no more. */
async function read(source: Source, from: number, wanted = COUNT): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  if (wanted === 0) return records;
  for await (const batch of source.read(from, new AbortController().signal)) {
    records.push(...batch);
    if (records.length >= wanted) break;
  }
  return records;
}

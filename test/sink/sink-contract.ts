import { describe, expect, test } from 'vitest';
import type { Sink, SinkKind } from '../../src/sink/sink.ts';
import { alert, going, numbered } from './outputs.ts';
import { type Guarded, secretContract } from './secret-contract.ts';

/** How a sink of a kind is tried: its configuration, and what has been written to it since, in its order, summaries and all. */
export interface SinkTrial {
  readonly config: unknown;
  readonly written: () => string | Promise<string>;
}

/** What every sink promises. `make` gives each test a place of its own; `guarded` is for a kind that has secrets. */
export function sinkContract<C extends { readonly kind: string }>(
  kind: SinkKind<C>,
  make: () => SinkTrial | Promise<SinkTrial>,
  guarded?: (url: string) => readonly Guarded[],
): void {
  describe(`the sink ${kind.kind}`, () => {
    test('writes a batch in order, all of it before the write resolves, and batches one after another', async () => {
      const trial = await make();
      const written = await opened(kind, trial);
      await Promise.all([
        written.write(numbered(0, 40, 'a'), going),
        written.write(numbered(0, 40, 'b'), going),
        written.write(numbered(40, 60, 'a'), going),
      ]);
      const text = await trial.written();
      for (const [stream, count] of [
        ['a', 60],
        ['b', 40],
      ] as const) {
        const found = [...text.matchAll(new RegExp(`number (\\d+) of ${stream}`, 'g'))].map(([, n]) => Number(n));
        expect(found).toEqual([...Array(count).keys()]);
      }
      await written.close();
    });

    test('writes the reason of an alert', async () => {
      const trial = await make();
      const written = await opened(kind, trial);
      await written.write([{ sequence: 0, output: alert({ summary: 'the reason' }) }], going);
      expect(await trial.written()).toContain('the reason');
      await written.close();
    });

    test('writes nothing once the signal has aborted, and says so with a failure to be tried again', async () => {
      const trial = await make();
      const written = await opened(kind, trial);
      await expect(written.write(numbered(0, 1), AbortSignal.abort())).rejects.toMatchObject({ remedy: 'retry' });
      expect(await trial.written()).toBe('');
      await written.close();
    });

    test('may be closed twice, and takes nothing after it', async () => {
      const trial = await make();
      const written = await opened(kind, trial);
      await written.close();
      await written.close();
      await expect(written.write(numbered(0, 1), going)).rejects.toMatchObject({ name: 'Failure' });
      expect(await trial.written()).toBe('');
    });

    test('has a summary, and refuses a key it does not know', async () => {
      expect(kind.summary).toMatch(/\.$/);
      const config = { ...Object((await make()).config), surprise: 1 };
      expect(kind.config.safeParse(config).success).toBe(false);
    });

    secretContract(kind, guarded);
  });
}

async function opened<C extends { readonly kind: string }>(kind: SinkKind<C>, trial: SinkTrial): Promise<Sink> {
  return await kind.open(kind.config.parse(trial.config));
}

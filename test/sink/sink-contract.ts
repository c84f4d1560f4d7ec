import { describe, expect, test } from 'vitest';
import type { Sink, SinkKind } from '../../src/sink/sink.ts';
import { alert, deliveries, going } from './outputs.ts';

/** How a sink of a kind is tried: its configuration, and what it has written since. */
export interface SinkTrial {
  readonly config: unknown;
  readonly written: () => string;
}

/** What every sink promises. `make` gives each test a place of its own. */
export function sinkContract<C extends { readonly kind: string }>(kind: SinkKind<C>, make: () => SinkTrial): void {
  describe(`the sink ${kind.kind}`, () => {
    test('writes a batch in order, all of it before the write resolves, and batches one after another', async () => {
      const trial = make();
      const written = await opened(kind, trial);
      await Promise.all([
        written.write(deliveries(0, 40, 'a'), going),
        written.write(deliveries(0, 40, 'b'), going),
        written.write(deliveries(40, 60, 'a'), going),
      ]);
      for (const [stream, count] of [
        ['a', 60],
        ['b', 40],
      ] as const) {
        const found = [...trial.written().matchAll(new RegExp(`number (\\d+) of ${stream}`, 'g'))].map(([, n]) =>
          Number(n),
        );
        expect(found).toEqual([...Array(count).keys()]);
      }
      await written.close();
    });

    test('writes the reason of an alert', async () => {
      const trial = make();
      const written = await opened(kind, trial);
      await written.write([{ sequence: 0, output: alert({ summary: 'the reason' }) }], going);
      expect(trial.written()).toContain('the reason');
      await written.close();
    });

    test('writes nothing once the signal has aborted, and says so with a failure to be tried again', async () => {
      const trial = make();
      const written = await opened(kind, trial);
      await expect(written.write(deliveries(0, 1), AbortSignal.abort())).rejects.toMatchObject({ remedy: 'retry' });
      expect(trial.written()).toBe('');
      await written.close();
    });

    test('may be closed twice, and takes nothing after it', async () => {
      const trial = make();
      const written = await opened(kind, trial);
      await written.close();
      await written.close();
      await expect(written.write(deliveries(0, 1), going)).rejects.toMatchObject({ name: 'Failure' });
      expect(trial.written()).toBe('');
    });

    test('has a summary, and refuses a key it does not know', () => {
      expect(kind.summary).toMatch(/\.$/);
      const config = { ...Object(make().config), surprise: 1 };
      expect(kind.config.safeParse(config).success).toBe(false);
    });
  });
}

async function opened<C extends { readonly kind: string }>(kind: SinkKind<C>, trial: SinkTrial): Promise<Sink> {
  return await kind.open(kind.config.parse(trial.config));
}

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Sink, SinkKind } from '../../src/sink/sink.ts';
import { sinks } from '../../src/sink/sinks.ts';
import { alert, deliveries, going } from './outputs.ts';

/** How a sink of a kind is tried: its configuration, and what it has written. */
interface Trial {
  readonly config: unknown;
  readonly written: () => string;
}

let printed = '';
const folder = mkdtempSync(join(tmpdir(), 'surprisal-sinks-'));
let files = 0;

function fileTrial(): Trial {
  const path = join(folder, `${files++}.jsonl`);
  return { config: { kind: 'jsonl', path }, written: () => readFileSync(path, 'utf8') };
}

/** One for every entry of the registry: a kind without one fails. */
const trials: Readonly<Record<string, () => Trial>> = {
  console: () => ({ config: { kind: 'console', colour: 'never' }, written: () => printed }),
  jsonl: fileTrial,
};

beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    printed += String(text);
    for (const each of rest) if (typeof each === 'function') each();
    return true;
  });
});
afterEach(() => void vi.restoreAllMocks());

/** Parses and opens, without knowing the kind: what `config` yields is what `open` takes. */
async function opened<C extends { readonly kind: string }>(kind: SinkKind<C>, trial: Trial): Promise<Sink> {
  return await kind.open(kind.config.parse(trial.config));
}

function trialOf(kind: string): Trial {
  const make = trials[kind];
  if (make === undefined) throw new Error(`the contract suite does not know how to try the sink ${kind}`);
  return make();
}

describe.each(sinks.map((sink) => ({ kind: sink.kind, sink })))('the sink $kind', ({ kind, sink }) => {
  const open = (trial: Trial) => opened<{ readonly kind: string }>(sink as SinkKind<{ readonly kind: string }>, trial);

  test('writes a batch in order, all of it before the write resolves, and batches one after another', async () => {
    const trial = trialOf(kind);
    const written = await open(trial);
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
    const trial = trialOf(kind);
    const written = await open(trial);
    await written.write([{ sequence: 0, output: alert({ summary: 'the reason' }) }], going);
    expect(trial.written()).toContain('the reason');
    await written.close();
  });

  test('writes nothing once the signal has aborted, and says so with a failure to be tried again', async () => {
    const trial = trialOf(kind);
    const written = await open(trial);
    await expect(written.write(deliveries(0, 1), AbortSignal.abort())).rejects.toMatchObject({ remedy: 'retry' });
    expect(trial.written()).toBe('');
    await written.close();
  });

  test('may be closed twice, and takes nothing after it', async () => {
    const trial = trialOf(kind);
    const written = await open(trial);
    await written.close();
    await written.close();
    await expect(written.write(deliveries(0, 1), going)).rejects.toMatchObject({ name: 'Failure' });
    expect(trial.written()).toBe('');
  });

  test('has a summary, and refuses a key it does not know', () => {
    expect(sink.summary).toMatch(/\.$/);
    const config = { ...Object(trialOf(kind).config), surprise: 1 };
    expect(sink.config.safeParse(config).success).toBe(false);
  });
});

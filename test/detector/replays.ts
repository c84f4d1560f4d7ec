import type { Detector } from '../../src/detector/detector.ts';
import type { Output } from '../../src/event/output.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import type { EpochMs } from '../../src/event/time.ts';
import { Processor } from '../../src/pipeline/task/processor.ts';
import type { VerdictStep } from '../../src/similar/verdicts.ts';
import { decode, encode } from '../../src/store/codec.ts';
import { fixtureDecoder } from './fixture-streams.ts';
import { restoredFrom } from './kept.ts';

function textOf(outputs: readonly Output[]): string {
  return outputs.map((output) => `${JSON.stringify(output)}\n`).join('');
}

/** A record, a tick, or a person's answer. */
export type Step = SourceRecord | { readonly silentMs: EpochMs } | { readonly answer: VerdictStep };

/** What a detector makes of a fixture stream's steps, processed in batches. */
export function replay(detector: Detector, name: string, steps: readonly Step[], batch: number): string {
  const processor = new Processor(name, name, { decoder: fixtureDecoder(name), detector });
  let text = '';
  for (let from = 0; from < steps.length; from += batch) {
    for (const step of steps.slice(from, from + batch)) {
      if ('answer' in step) detector.answer(step.answer);
      else if ('silentMs' in step) detector.fallSilent(step.silentMs);
      else processor.take([step]);
    }
    text += textOf(processor.drain());
  }
  return text;
}

/** The same with a new detector after each `every` steps: nothing survives but the bytes of the snapshot. */
export function replayWithRestores(make: () => Detector, name: string, steps: readonly Step[], every = 1): string {
  const state = new Map<string, Uint8Array>();
  let text = '';
  for (let from = 0; from < steps.length; from += every) {
    const detector = make();
    restoredFrom(new Map([...state].map(([entry, bytes]) => [entry, decode(entry, bytes)])), detector);
    text += replay(detector, name, steps.slice(from, from + every), every);
    for (const [entry, plain] of detector.state.snapshot()) {
      if (plain === null) state.delete(entry);
      else state.set(entry, encode(entry, plain));
    }
  }
  return text;
}

import { detectorOptions, streamOptions } from '../../src/config/stream.ts';
import { decoder } from '../../src/decode/decoder.ts';
import { Detector } from '../../src/detector/detector.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { Random } from '../../src/math/random.ts';
import { Processor } from '../../src/pipeline/task/processor.ts';

/** Rows of each series before anything is timed: then the memories score, and nothing grows any more. */
export const WARM_ROWS = 200;
const BATCH = 1000;

/** Bytes that a source reads at once: a record is a part of them. */
const CHUNK_BYTES = 256 * 1024;

/** JSON records of `series` series in turn, each five minutes, a noisy sine apiece, in memory as a source leaves them there. */
export function records(series: number, rows: number): SourceRecord[] {
  const random = new Random(1);
  const encoder = new TextEncoder();
  let free = new Uint8Array(0);
  return Array.from({ length: rows }, (_, i) => {
    const step = Math.floor(i / series);
    const time = new Date(Date.UTC(2026, 0, 1) + step * 300_000).toISOString();
    const value = 20 + 5 * Math.sin(step / 40 + (i % series)) + random.normal();
    const text = JSON.stringify({ id: `series-${i % series}`, time, value: Math.round(value * 100) / 100 });
    if (free.length < text.length) free = new Uint8Array(CHUNK_BYTES);
    encoder.encodeInto(text, free);
    const record = { value: free.subarray(0, text.length), offset: i, next: i + 1, line: i + 1 };
    free = free.subarray(text.length);
    return record;
  });
}

/** The pipeline of an embedded run but for source, store and sinks: decode → window → feature → LSTM → score → alert → learn, at defaults. */
export class Embedded {
  readonly detector: Detector;
  readonly #processor: Processor;

  constructor(scores: 'all' | 'alerts' = 'all') {
    const config = streamOptions.parse({
      source: { kind: 'file', path: '-' },
      decode: { key: 'id' },
      channels: { value: {} },
      emit: { scores },
    });
    const options = detectorOptions('bench', config);
    this.detector = new Detector(options);
    this.#processor = new Processor('bench', 'memory', {
      decoder: decoder(config.decode, options.channels),
      detector: this.detector,
    });
  }

  /** Works records off in batches; how many outputs they gave. */
  take(input: readonly SourceRecord[]): number {
    let outputs = 0;
    for (let from = 0; from < input.length; from += BATCH) {
      this.#processor.take(input.slice(from, from + BATCH));
      outputs += this.#processor.drain().length;
    }
    return outputs;
  }
}

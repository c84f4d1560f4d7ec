import { detectorOptions, streamOptions } from '../../src/config/stream.ts';
import { decoder } from '../../src/decode/decoder.ts';
import { Detector } from '../../src/detector/detector.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { Random } from '../../src/math/random.ts';
import { Intake } from '../../src/pipeline/intake.ts';

/** Rows of each series before anything is timed: then the memories score, and nothing grows any more. */
export const WARM_ROWS = 200;
const BATCH = 1000;

/** JSON records of `series` series in turn, each five minutes, a noisy sine apiece, in memory. */
export function records(series: number, rows: number): SourceRecord[] {
  const random = new Random(1);
  const encoder = new TextEncoder();
  return Array.from({ length: rows }, (_, i) => {
    const step = Math.floor(i / series);
    const time = new Date(Date.UTC(2026, 0, 1) + step * 300_000).toISOString();
    const value = 20 + 5 * Math.sin(step / 40 + (i % series)) + random.normal();
    const text = JSON.stringify({ id: `series-${i % series}`, time, value: Math.round(value * 100) / 100 });
    return { value: encoder.encode(text), offset: i, next: i + 1, line: i + 1 };
  });
}

/** The pipeline of an embedded run but for source, store and sinks: decode → window → feature → LSTM → score → alert → learn, at defaults. */
export class Embedded {
  readonly detector: Detector;
  readonly #intake: Intake;

  constructor(scores: 'all' | 'alerts' = 'all') {
    const config = streamOptions.parse({
      source: { kind: 'file', path: '-' },
      decode: { key: 'id' },
      channels: { value: {} },
      emit: { scores },
    });
    const options = detectorOptions('bench', config);
    this.detector = new Detector(options);
    this.#intake = new Intake('bench', 'memory', {
      decoder: decoder(config.decode, options.channels),
      detector: this.detector,
    });
  }

  /** Works records off in batches; how many outputs they gave. */
  take(input: readonly SourceRecord[]): number {
    let outputs = 0;
    for (let from = 0; from < input.length; from += BATCH) {
      this.#intake.take(input.slice(from, from + BATCH));
      outputs += this.#intake.drain().length;
    }
    return outputs;
  }
}

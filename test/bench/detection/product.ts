import { detectorOptions, streamOptions } from '../../../src/config/stream.ts';
import { Detector } from '../../../src/detector/detector.ts';
import type { DetectorOptions } from '../../../src/detector/options.ts';
import type { AlertOutput, Output, ScoreOutput } from '../../../src/event/output.ts';
import type { Contestant } from './contestant.ts';
import { inOrder } from './in-order.ts';
import type { Incident, Recording, StreamCase, Watched } from './recording.ts';
import { overridden, type Variant } from './variants.ts';

/** Observations between two looks at the outputs: what is emitted does not depend on it. */
const BATCH = 256;

/** The product: the whole detector in this process, as `replay` and `run` drive it, everything that is not said at its default. */
export function product(variant?: Variant): Contestant {
  const change = (options: DetectorOptions) => (variant === undefined ? options : overridden(options, variant));
  return {
    name: variant === undefined ? 'surprisal' : variant.name,
    kind: 'product',
    settings: variant?.options ?? {},
    change,
    watch: (stream, seed) => watch(stream, seed, change),
  };
}

/** A stream's options as `replay` has them: each event a row, repeats kept, any leap of time allowed. */
export function optionsOf({ config }: StreamCase, seed: number): DetectorOptions {
  const stream = streamOptions.parse({
    source: { kind: 'file', path: '-' },
    window: { kind: 'event', max_leap: '100000d', repeats: 'keep' },
    ...config,
    network: { seed, ...Object(config.network) },
  });
  return detectorOptions('bench', stream);
}

function watch(stream: StreamCase, seed: number, change: Contestant['change']): readonly Watched[] {
  const options = change(optionsOf(stream, seed));
  const detector = new Detector(options);
  const tracks = new Map(stream.recordings.map((recording) => [recording.name, new Track(recording, options)]));
  let taken = 0;
  for (const observation of inOrder(stream.recordings)) {
    detector.observe(observation);
    if (++taken % BATCH === 0) take(detector.drain(), tracks);
  }
  take(detector.drain(), tracks);
  return [...tracks.values()].map((track) => track.watched());
}

function take(outputs: readonly Output[], tracks: ReadonlyMap<string, Track>): void {
  for (const output of outputs) {
    if (output.kind === 'score') tracks.get(output.series)?.score(output);
    else if (output.kind === 'alert' && output.reason !== 'silent') tracks.get(output.series)?.alert(output);
  }
}

/** Puts the outputs of one series back on its rows. Rows that gave none (out of order) keep a score of 0. */
class Track {
  readonly #recording: Recording;
  readonly #channels: readonly string[];
  readonly #scores: Float64Array;
  readonly #band: { readonly lower: Float64Array; readonly upper: Float64Array };
  readonly #incidents = new Map<string, Incident>();
  #row = -1;

  constructor(recording: Recording, options: DetectorOptions) {
    const rows = recording.times.length;
    this.#recording = recording;
    this.#channels = options.channels.map(({ name }) => name);
    this.#scores = new Float64Array(rows);
    this.#band = { lower: new Float64Array(rows).fill(Number.NaN), upper: new Float64Array(rows).fill(Number.NaN) };
  }

  /** Scores come in the order of the rows. */
  score({ timeMs, score, channels }: ScoreOutput): void {
    const row = this.#recording.times.indexOf(timeMs, this.#row + 1);
    if (row < 0) return;
    this.#row = row;
    this.#scores[row] = score;
    this.#band.lower[row] = channels[0].lower ?? Number.NaN;
    this.#band.upper[row] = channels[0].upper ?? Number.NaN;
  }

  /** A step of an alert comes behind the score of its row. */
  alert({ id, state, channel }: AlertOutput): void {
    const incident = this.#incidents.get(id);
    if (state === 'resolved') {
      if (incident !== undefined) this.#incidents.set(id, { ...incident, resolved: this.#row });
    } else if (incident === undefined) {
      this.#incidents.set(id, { raised: this.#row, channel: this.#channels.indexOf(channel) });
    }
  }

  watched(): Watched {
    const incidents = [...this.#incidents.values()];
    return { recording: this.#recording, scores: this.#scores, incidents, band: this.#band };
  }
}

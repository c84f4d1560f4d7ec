import type { Engine } from '../lstm/engine.ts';
import { type EngineKind, engineName, engineOf } from '../lstm/engines.ts';
import { windowBytes } from '../window/footprint.ts';
import { Detector } from './detector.ts';
import { type DetectorOptions, shapeOf } from './options.ts';

/**
 * Name of a series, its slot, its place in the order of sight, its marks: bytes of V8's heap (`test/bench/memory.ts`).
 */
const NAMED = 180;

/** Bytes that a task takes, the process it runs in apart. */
export interface Footprint {
  /** State of a series, in columns: exact. It is as much in a snapshot. */
  readonly state: number;
  /** Objects of a series: name, last values, open windows. */
  readonly objects: number;
  /** Weights and moments, once a task. They are as much in a snapshot. */
  readonly weights: number;
  /** What the engine computes in, once a task. */
  readonly buffers: number;
}

/**
 * What a task will take, series by series; `perSecond`: observations of a series a second in event time. Makes an
 * engine, and runs nothing.
 */
export function footprintOf(options: DetectorOptions, perSecond: number, engines?: readonly EngineKind[]): Footprint {
  const { network, window, channels, attributes = [] } = options;
  const { bytesPerSeries } = new Detector(options, engines ? { engines } : {});
  const made = engineOf(engineName(network), engines).make({
    shape: shapeOf(options),
    capacity: network.batch,
    seed: network.seed,
  });
  return {
    state: bytesPerSeries,
    objects: NAMED + Math.round(windowBytes(window, channels, perSecond, attributes.length)),
    weights: made.weights().data.byteLength,
    buffers: bufferBytes(made),
  };
}

/** An engine's arrays may be views of one memory. */
function bufferBytes({ forwardBatch, learnBatch }: Engine): number {
  const arrays = [...Object.values(forwardBatch), ...Object.values(learnBatch)];
  const memories = new Set(arrays.map(({ buffer }) => buffer));
  return [...memories].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

import { expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import type { DetectorOptions } from '../../src/detector/options.ts';
import { MINUTE_MS } from '../../src/event/time.ts';
import { type EngineKind, enginesOn } from '../../src/lstm/engines.ts';
import { hasFusedMultiplyAdd } from '../../src/lstm/wasm/instance.ts';
import { kept, restoredFrom } from './kept.ts';
import { smallDetector } from './options.ts';

const [wasm, reference] = enginesOn({ simd: true, fma: false });
const optionsFor = (engine: string): DetectorOptions => smallDetector([{}], { network: { engine } });

function detectorWith(engine: string, engines: readonly EngineKind[]): Detector {
  return new Detector(optionsFor(engine), { engines });
}

/** Rows `from` to `to` of a slow wave; what was expected of each, NaN where nothing was. */
function expectationsOf(detector: Detector, from: number, to: number): number[] {
  for (let minute = from; minute < to; minute++) {
    const values = Float64Array.of(Math.sin(minute / 5) + 0.1 * Math.sin(7 * minute));
    detector.observe({ series: 's', timeMs: 1e12 + minute * MINUTE_MS, values });
  }
  return detector
    .drain()
    .flatMap((output) => (output.kind === 'score' ? [output.channels[0].expected ?? Number.NaN] : []));
}

test('auto takes the first of the engines it is given', () => {
  expect(detectorWith('auto', [wasm, reference]).engine).toBe('wasm');
  expect(detectorWith('auto', [reference, wasm]).engine).toBe('reference');
});

test('with auto the engine that learned a state continues with it, whichever is the best today', () => {
  const first = detectorWith('auto', [reference, wasm]);
  expectationsOf(first, 0, 200);
  const restored = restoredFrom(kept(first), detectorWith('auto', [wasm, reference]));
  expect(restored.engine).toBe('reference');
  expect(expectationsOf(restored, 200, 300)).toEqual(expectationsOf(first, 200, 300));
});

test('an engine that is named continues with what another has learned', () => {
  const first = detectorWith('auto', [reference, wasm]);
  expectationsOf(first, 0, 200);
  const moved = restoredFrom(kept(first), detectorWith('wasm', [wasm]));
  expect(moved.engine).toBe('wasm');
  const [straight, continued] = [expectationsOf(first, 200, 300), expectationsOf(moved, 200, 300)];
  expect(Math.max(...straight.map((value, i) => Math.abs(value - continued[i])))).toBeLessThan(1e-4);
  expect(straight.length).toBe(100);
});

test('with auto, where the engine that learned is not on this machine, another continues with its weights, and says so', () => {
  const first = detectorWith('auto', [reference]);
  expectationsOf(first, 0, 200);
  const moved = restoredFrom(kept(first), detectorWith('auto', [wasm]));
  expect([moved.engine, moved.convertedFrom]).toEqual(['wasm', 'reference']);
  const [straight, continued] = [expectationsOf(first, 200, 300), expectationsOf(moved, 200, 300)];
  expect(Math.max(...straight.map((value, i) => Math.abs(value - continued[i])))).toBeLessThan(1e-4);
  const back = restoredFrom(kept(moved), detectorWith('auto', [reference, wasm]));
  expect([back.engine, back.convertedFrom]).toEqual(['wasm', undefined]);
});

test.skipIf(!hasFusedMultiplyAdd())('a state learned with fused multiply-adds continues without them', () => {
  const [fused] = enginesOn({ simd: true, fma: true });
  const first = detectorWith('auto', [fused]);
  expectationsOf(first, 0, 200);
  const moved = restoredFrom(kept(first), detectorWith('auto', [wasm, reference]));
  expect([first.engine, moved.engine, moved.convertedFrom]).toEqual(['wasm-fma', 'wasm', 'wasm-fma']);
  const [straight, continued] = [expectationsOf(first, 200, 300), expectationsOf(moved, 200, 300)];
  expect(Math.max(...straight.map((value, i) => Math.abs(value - continued[i])))).toBeLessThan(1e-4);
});

import type { Detector } from '../../src/detector/detector.ts';
import type { Plain } from '../../src/event/plain.ts';

/** What is kept of a detector: all that has changed since the last time, without what is gone. */
export function kept(detector: Detector): Map<string, Plain> {
  return new Map([...detector.state.snapshot()].flatMap(([name, plain]) => (plain === null ? [] : [[name, plain]])));
}

/** Puts it back into a new one, which is returned. */
export function restoredFrom(entries: ReadonlyMap<string, Plain>, detector: Detector): Detector {
  for (const [name, plain] of entries) detector.state.restore(name, plain);
  detector.state.restored();
  return detector;
}

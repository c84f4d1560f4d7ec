import type { Observation } from '../../../src/event/observation.ts';
import type { Recording } from './recording.ts';

/** Every row of the recordings in event time; rows of one time in the order of the recordings. O(rows·log rows) for several of them. */
export function* inOrder(recordings: readonly Recording[]): Generator<Observation> {
  if (recordings.length === 1) {
    const [recording] = recordings;
    for (let row = 0; row < recording.times.length; row++) yield observationOf(recording, row);
    return;
  }
  const places = recordings.flatMap((recording) =>
    Array.from(recording.times, (timeMs, row) => ({ recording, timeMs, row })),
  );
  places.sort((a, b) => a.timeMs - b.timeMs);
  for (const { recording, row } of places) yield observationOf(recording, row);
}

function observationOf({ name, times, values }: Recording, row: number): Observation {
  return { series: name, timeMs: times[row], values: Float64Array.from(values, (channel) => channel[row]) };
}

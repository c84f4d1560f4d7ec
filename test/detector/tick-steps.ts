import { Detector } from '../../src/detector/detector.ts';
import { HOUR_MS } from '../../src/event/time.ts';
import { windowOptions } from '../../src/window/options.ts';
import { fixtureDetector, fixtureRecords, fixtureStreams } from './fixture-streams.ts';
import type { Step } from './replays.ts';

const ROWS = 600;
/** Before so many records nothing comes, by the wall clock, for longer and longer. */
export const TICKS_AT: readonly number[] = [90, 91, 200, 333, 334, 520];

/** A fixture stream's records, the same with ticks among them, and a new detector that watches for silence. */
export function withTicks(name: string) {
  const records = fixtureRecords(name, ROWS);
  const window = { kind: 'event', ...fixtureStreams[name].window };
  const gap = { ...Object(fixtureStreams[name].window).gap, silent_after: '6h' };
  const fresh = () => new Detector({ ...fixtureDetector(name), window: windowOptions.parse({ ...window, gap }) });
  const timeOf = (at: number) => Date.parse(JSON.parse(String(records[at].value)).time);
  const steps = records.flatMap((record, at): Step[] => {
    const nth = TICKS_AT.indexOf(at);
    return nth < 0 ? [record] : [{ silentMs: timeOf(at - 1) + (7 + nth) * HOUR_MS }, record];
  });
  return { records, steps, fresh };
}

import { DAY_MS, MINUTE_MS, WEEK_MS } from '../../../../src/event/time.ts';
import { Random } from '../../../../src/math/random.ts';
import { sumOf } from '../metrics/sum.ts';
import type { Part, PartOptions, PartResult, Row } from '../part.ts';
import type { Recording } from '../recording.ts';

const SERIES = 6;
const MINUTES = [1, 5, 15];
const LEVEL = 20;
const AMPLITUDE = 5;
const NOISE = 0.5;
/** A Monday. */
const START_MS = Date.UTC(2026, 0, 5);

/** Healthy data, from the first row on. */
export const firstWeek: Part = {
  name: 'first-week',
  summary: `The first week of a daily sine with noise, ${SERIES} series of one stream (level ${LEVEL}, amplitude ${AMPLITUDE}, noise of sd ${NOISE}, phases of their own), a row each ${MINUTES.join(', ')} minutes, no budget given: incidents raised on the first day and in the week. The data's seed is the network's.`,
  contestants: 'all',
  run,
};

function run({ contestant, seed }: PartOptions): PartResult {
  const counts = MINUTES.map((minutes) => {
    const watched = contestant.watch({ config: { channels: { value: {} } }, recordings: sines(minutes, seed) }, seed);
    const raised = watched.flatMap(({ recording: { times }, incidents }) =>
      incidents.map((incident) => times[incident.raised]),
    );
    return { minutes, day: raised.filter((time) => time < START_MS + DAY_MS).length, week: raised.length };
  });
  const rows = counts.map(
    ({ minutes, day, week }): Row => ({ name: `each ${minutes} min`, cells: { 'first day': day, 'first week': week } }),
  );
  const total = { 'first day': sumOf(counts, ({ day }) => day), 'first week': sumOf(counts, ({ week }) => week) };
  return { rows: [...rows, { name: 'all', cells: total }], headline: { 'sine alerts, week': total['first week'] } };
}

function sines(minutes: number, seed: number): Recording[] {
  const rows = WEEK_MS / (minutes * MINUTE_MS);
  const times = Float64Array.from({ length: rows }, (_, i) => START_MS + i * minutes * MINUTE_MS);
  return Array.from({ length: SERIES }, (_, i) => {
    const random = new Random(seed).fork(`sine/${minutes}/${i}`);
    const phase = 2 * Math.PI * random.next();
    const value = (time: number) =>
      LEVEL + AMPLITUDE * Math.sin((2 * Math.PI * time) / DAY_MS + phase) + NOISE * random.normal();
    return { name: `sine-${i}`, times, values: [times.map(value)] };
  });
}

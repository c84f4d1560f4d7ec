import { WEEK_MS } from '../../../../src/event/time.ts';
import { healthyKinds, healthySeries } from '../data/healthy.ts';
import { sumOf } from '../metrics/sum.ts';
import type { Part, PartOptions, PartResult, Row } from '../part.ts';

const SERIES = 4;
const WEEKS = 4;
const MINUTES = 5;

/** Healthy data of kinds that no simulator has. */
export const healthy: Part = {
  name: 'healthy',
  summary: `${healthyKinds.length} kinds of healthy series, each a stream of ${SERIES} series, a row each ${MINUTES} minutes for ${WEEKS} weeks, no budget given: incidents a series and week, and a series in the first week. The default budget allows one. The data's seed is the network's.`,
  contestants: 'all',
  run,
};

function run({ contestant, seed }: PartOptions): PartResult {
  const counts = healthyKinds.map((kind) => {
    const recordings = healthySeries(kind, { series: SERIES, weeks: WEEKS, minutes: MINUTES, seed });
    const watched = contestant.watch({ config: { channels: { value: {} } }, recordings }, seed);
    const raised = watched.flatMap(({ recording: { times }, incidents }) =>
      incidents.map((incident) => times[incident.raised] - times[0]),
    );
    return { kind, all: raised.length, early: raised.filter((after) => after < WEEK_MS).length };
  });
  const rate = (count: number) => Number((count / (SERIES * WEEKS)).toFixed(2));
  const rows = counts.map(
    ({ kind, all, early }): Row => ({
      name: kind,
      cells: { 'a series and week': rate(all), 'in the first week': early / SERIES },
    }),
  );
  const most = Math.max(...counts.map(({ all }) => rate(all)));
  const mean = rate(sumOf(counts, ({ all }) => all) / counts.length);
  const early = sumOf(counts, (count) => count.early) / (SERIES * counts.length);
  const total: Row = {
    name: 'mean',
    cells: { 'a series and week': mean, 'in the first week': Number(early.toFixed(2)) },
  };
  return { rows: [...rows, total], headline: { 'healthy, mean': mean, 'healthy, most': most } };
}

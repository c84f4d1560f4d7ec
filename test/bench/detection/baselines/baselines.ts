import { baselines as ofNab } from '../../nab/baselines.ts';
import { onlineArima } from './arima.ts';
import type { Baseline, Scorer } from './baseline.ts';
import { halfSpaceTrees } from './half-space-trees.ts';
import { randomCutForest } from './random-cut-forest.ts';
import { rollingMad, runningZ } from './rolling.ts';

/** What everybody must beat: flag everything, or nothing. */
export const sanity: readonly Baseline[] = [
  {
    name: 'flag everything',
    sees: 'row',
    score: ([values]) => new Float64Array(values.length).fill(1),
    alarm: 0.5,
    calmRows: 0,
  },
  { name: 'flag nothing', sees: 'row', score: ([values]) => new Float64Array(values.length), alarm: 0.5 },
];

/** Detectors to compare with; alarms by their own customs: 3 sd, 3.5 of the modified z, the 99 % band, three times the novelty's unit. */
export const baselines: readonly Baseline[] = [
  { name: 'last value', sees: 'channel', score: nabScorer('last value'), alarm: 4 },
  { name: 'running z', sees: 'channel', score: runningZ, alarm: 3 },
  { name: 'rolling MAD', sees: 'channel', score: rollingMad, alarm: 3.5 },
  { name: 'online ARIMA', sees: 'channel', score: onlineArima, alarm: 2.576 },
  { name: 'value novelty', sees: 'channel', score: nabScorer('value novelty'), alarm: 3 },
  { name: 'half-space trees', sees: 'row', score: halfSpaceTrees, alarm: 'usual' },
  { name: 'random cut forest', sees: 'row', score: randomCutForest, alarm: 'usual' },
];

/** A baseline of NAB's bench, which looks at values alone. */
function nabScorer(name: string): Scorer {
  return ([values]) => ofNab[name]({ name, times: new Float64Array(0), values, windows: [] });
}

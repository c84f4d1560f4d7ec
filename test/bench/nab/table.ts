import type { ScoredSeries } from './labelled.ts';
import { nabScore, profiles } from './nab-score.ts';
import { averagePrecision, vusPr } from './precision.ts';
import { windowsCaught } from './windows-caught.ts';

/** One line of the table for one detector: NAB's three profiles, windows caught at three budgets, delay, and areas. */
export function tableRow(name: string, corpus: readonly ScoredSeries[]): string {
  const points = Object.values(profiles).map((profile) => nabScore(corpus, profile).score.toFixed(1));
  const caught = [0.25, 0.5, 1].map((budget) => windowsCaught(corpus, budget));
  const shares = caught.map((c) => c.caught.toFixed(2));
  const areas = [averagePrecision(corpus), vusPr(corpus)].map((area) => area.toFixed(3));
  return `| ${[name, ...points, ...shares, caught[2].delay.toFixed(2), ...areas].join(' | ')} |`;
}

/** The table's head. */
export const tableHead = [
  '| detector | standard | low FP | low FN | caught at .25 | .5 | 1 per series-week | delay at 1 | AP | VUS-PR |',
  '|---|---|---|---|---|---|---|---|---|---|',
].join('\n');

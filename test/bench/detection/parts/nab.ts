import { Random } from '../../../../src/math/random.ts';
import { Refractory } from '../../../../src/score/refractory.ts';
import { Columns } from '../../../../src/series/columns.ts';
import { judgedWeeks, type ScoredSeries } from '../../nab/labelled.ts';
import {
  nabScore,
  nabScoreAt,
  type Points,
  type Profile,
  pointsAt,
  pooledScore,
  profiles,
} from '../../nab/nab-score.ts';
import { averagePrecision, vusPr } from '../../nab/precision.ts';
import { caughtAt, windowsCaught } from '../../nab/windows-caught.ts';
import { nabFiles, nabStream } from '../data/nab.ts';
import { bootstrapped, mean } from '../metrics/bootstrap.ts';
import { sumOf } from '../metrics/sum.ts';
import type { Cell, Estimate, Part, PartOptions, PartResult } from '../part.ts';

const BUDGETS = [0.25, 0.5, 1, 2];
/** The product's alarm. */
const FIXED = 0.5;
const SPLITS = 5;
const SPLIT_SEED = 7;

const PROFILES = {
  std: profiles.standard,
  lowFP: profiles.lowFalsePositives,
  lowFN: profiles.lowFalseNegatives,
} as const;

interface Scored extends ScoredSeries {
  readonly incidents: number;
}

/** NAB: each file a stream of its own, no budget given. */
export const nab: Part = {
  name: 'nab',
  summary: `NAB's own score in three profiles: with the threshold tuned on the corpus (interval: bootstrap over files at that threshold), tuned on half the files and scored on the other half (mean over ${SPLITS} random splits, seed ${SPLIT_SEED}, both ways), and at the fixed threshold ${FIXED}. Windows caught at ${BUDGETS.join(', ')} false alarms per series-week: one threshold, each 6-hour bucket with a flagged row outside all windows is a false alarm. Average precision and VUS-PR of the rows; incidents per series-week of judged rows. Refractory: the same scores of a baseline, each only where it tops those of the 80 to 160 rows before it, as the product's do.`,
  contestants: 'all',
  run,
};

function run({ contestant, seed }: PartOptions): PartResult {
  const corpus = nabFiles().map((file): Scored => {
    const [{ scores, incidents }] = contestant.watch(nabStream(file.recording), seed);
    return { ...file, scores, incidents: incidents.length };
  });
  const cells = cellsOf(corpus, contestant.kind === 'product');
  const rows = [{ name: `${corpus.length} files`, cells }];
  if (contestant.kind === 'baseline') rows.push({ name: 'refractory', cells: cellsOf(corpus.map(refractory), false) });
  const headline = Object.fromEntries(
    ['std', 'lowFP', 'lowFN', `std at ${FIXED}`, 'caught at 0.25', 'caught at 0.5', 'caught at 1']
      .filter((name) => name in cells)
      .map((name) => [`NAB ${name}`, withoutInterval(cells[name])]),
  );
  return { rows, headline };
}

/** `fixed`: whether 0.5 is the alarm of these scores. */
function cellsOf(corpus: readonly Scored[], fixed: boolean): Readonly<Record<string, Cell>> {
  const halves = halvesOf(corpus);
  const cells: Record<string, Cell> = {};
  for (const [name, profile] of Object.entries(PROFILES)) cells[name] = tunedScore(corpus, profile);
  for (const [name, profile] of Object.entries(PROFILES)) cells[`${name} half-on-half`] = halfOnHalf(halves, profile);
  for (const [name, profile] of Object.entries(PROFILES)) {
    cells[`${name} at ${FIXED}`] = fixed ? nabScoreAt(corpus, profile, FIXED) : Number.NaN;
  }
  for (const budget of BUDGETS) cells[`caught at ${budget}`] = caught(corpus, budget);
  cells.AP = averagePrecision(corpus);
  cells['VUS-PR'] = vusPr(corpus);
  cells['incidents/week'] = sumOf(corpus, ({ incidents }) => incidents) / judgedWeeks(corpus);
  return cells;
}

/** NAB counts every flagged row: a baseline whose score stays high for a while is given the product's refractory period. */
function refractory(series: Scored): Scored {
  const columns = new Columns();
  const period = new Refractory(columns);
  const slot = columns.allocate();
  return { ...series, scores: series.scores.map((score) => period.emit(slot, score)) };
}

function withoutInterval(cell: Cell): Cell {
  return typeof cell === 'object' && 'value' in cell ? cell.value : cell;
}

/** With the best threshold of the corpus; resamples keep that threshold. */
function tunedScore(corpus: readonly Scored[], profile: Profile): Estimate {
  const { threshold, score } = nabScore(corpus, profile);
  const points = corpus.map((series): Points => pointsAt([series], profile, threshold));
  return { ...bootstrapped(points, (sample) => pooledScore(sample, profile)), value: score };
}

type Halves = readonly [readonly Scored[], readonly Scored[]];

function halvesOf(corpus: readonly Scored[]): readonly Halves[] {
  const random = new Random(SPLIT_SEED);
  return Array.from({ length: SPLITS }, (): Halves => {
    const order = corpus.map((series) => ({ series, at: random.next() })).sort((a, b) => a.at - b.at);
    const middle = order.length >> 1;
    const half = (from: number, to?: number) => order.slice(from, to).map(({ series }) => series);
    return [half(0, middle), half(middle)];
  });
}

function halfOnHalf(halves: readonly Halves[], profile: Profile): number {
  const onto = ([here, there]: Halves) => nabScoreAt(there, profile, nabScore(here, profile).threshold);
  return mean(halves.flatMap((pair) => [onto(pair), onto([pair[1], pair[0]])]));
}

function caught(corpus: readonly Scored[], budget: number): Estimate {
  const { threshold } = windowsCaught(corpus, budget);
  const files = corpus.map((series) => caughtAt(series, threshold));
  return bootstrapped(files, (sample) => {
    const windows = sample.flat();
    return windows.length === 0 ? Number.NaN : windows.filter((hit) => hit).length / windows.length;
  });
}

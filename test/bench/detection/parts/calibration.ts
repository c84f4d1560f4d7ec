import { WEEK_MS } from '../../../../src/event/time.ts';
import { nabFiles, nabStream } from '../data/nab.ts';
import { SKAB_CHANNELS, skabFaultFree } from '../data/skab.ts';
import { clocklessStream, smapChannels } from '../data/smap.ts';
import { vixDaily } from '../data/vix.ts';
import { sumOf } from '../metrics/sum.ts';
import type { Part, PartOptions, PartResult, Row } from '../part.ts';
import { evenTimes, type Recording, type StreamCase } from '../recording.ts';

const BUDGETS = [0.25, 1, 3, 10];
/** Rows without a clock, or of seconds, are taken to be this far apart: so a run of hours has weeks to count in. */
const STEP_MS = 300_000;

/** Real data that are fault-free, but for stretches. */
interface CalmSet {
  readonly name: string;
  readonly stream: (budget: string) => readonly StreamCase[];
  /** Rows that count. */
  readonly counts: (recording: Recording, row: number) => boolean;
}

/** Whether the budget holds on real data without faults. */
export const calibration: Part = {
  name: 'calibration',
  summary: `Real data without faults: SKAB's fault-free run, the train parts of SMAP/MSL, and VIX by the day, whose shocks are left in, their rows taken to be five minutes apart; NAB outside its windows. Incidents raised per series-week over the budget (${BUDGETS.join(', ')} a week and series), from the first row on.`,
  contestants: 'product',
  run,
};

function run(options: PartOptions): PartResult {
  const sets = calmSets().map((set) => ({ set, realised: BUDGETS.map((perWeek) => countIn(set, perWeek, options)) }));
  const rows = sets.flatMap(({ set, realised }) => realised.map((count, i) => rowOf(set.name, BUDGETS[i], count)));
  const over = ({ incidents, weeks }: Count, perWeek: number) => incidents / (weeks * perWeek);
  return {
    rows,
    headline: Object.fromEntries(
      sets.map(({ set, realised }) => [`${set.name.split(' ')[0]} realised/budget`, over(realised[1], BUDGETS[1])]),
    ),
    plots: [
      {
        title: 'Realised over budget, by budget (a week and series)',
        x: BUDGETS,
        curves: sets.map(({ set, realised }) => ({
          name: set.name,
          y: realised.map((count, i) => over(count, BUDGETS[i])),
        })),
      },
    ],
  };
}

interface Count {
  readonly incidents: number;
  /** Series-weeks of the rows that count. */
  readonly weeks: number;
}

function countIn(set: CalmSet, perWeek: number, { contestant, seed }: PartOptions): Count {
  const watched = set.stream(`${perWeek}/week/series`).flatMap((stream) => contestant.watch(stream, seed));
  return {
    incidents: sumOf(
      watched,
      ({ recording, incidents }) => incidents.filter(({ raised }) => set.counts(recording, raised)).length,
    ),
    weeks: sumOf(watched, ({ recording }) => weeksOf(recording, set.counts)),
  };
}

/** Time from each row that counts to the next. */
function weeksOf(recording: Recording, counts: CalmSet['counts']): number {
  const { times } = recording;
  let ms = 0;
  for (let row = 0; row + 1 < times.length; row++) if (counts(recording, row)) ms += times[row + 1] - times[row];
  return ms / WEEK_MS;
}

function rowOf(name: string, perWeek: number, { incidents, weeks }: Count): Row {
  const cells = { 'realised/budget': incidents / (weeks * perWeek), incidents, 'series-weeks': weeks };
  return { name: `${name} at ${perWeek}`, cells };
}

function calmSets(): readonly CalmSet[] {
  const skab = { ...skabFaultFree(), times: evenTimes(skabFaultFree().times.length, STEP_MS) };
  const vix = { ...vixDaily(), times: evenTimes(vixDaily().times.length, STEP_MS) };
  const everyRow = () => true;
  const clockless = { calendar: [], season: null };
  const channels = Object.fromEntries(SKAB_CHANNELS.map((_, i) => [`c${i}`, {}]));
  return [
    {
      name: 'SKAB',
      stream: (budget) => [{ config: { channels, features: clockless, alert: { budget } }, recordings: [skab] }],
      counts: everyRow,
    },
    { name: 'SMAP/MSL', stream: (budget) => [clocklessStream(trainParts(), { alert: { budget } })], counts: everyRow },
    nabSet(),
    {
      name: 'VIX daily',
      stream: (budget) => [
        {
          config: { channels: { open: {}, high: {}, low: {}, close: {} }, features: clockless, alert: { budget } },
          recordings: [vix],
        },
      ],
      counts: everyRow,
    },
  ];
}

function trainParts(): Recording[] {
  return smapChannels().map(({ recording, trainRows }) => ({
    name: recording.name,
    times: evenTimes(trainRows, STEP_MS),
    values: recording.values.map((channel) => channel.slice(0, trainRows)),
  }));
}

/** Each file a stream of its own, for each has a clock of its own. */
function nabSet(): CalmSet {
  const files = nabFiles();
  const windowsOf = new Map(files.map(({ name, windows }) => [name, windows]));
  return {
    name: 'NAB outside windows',
    stream: (budget) =>
      files.map(({ recording }) => {
        const { config, recordings } = nabStream(recording);
        return { config: { ...config, alert: { budget } }, recordings };
      }),
    counts: ({ name }, row) => !(windowsOf.get(name) ?? []).some(({ first, last }) => row >= first && row <= last),
  };
}

import { WEEK_MS } from '../../../../src/event/time.ts';
import { sumOf } from '../metrics/sum.ts';
import type { Cell, Part, PartOptions, PartResult, Row } from '../part.ts';
import { type SimulatedRun, simulated } from '../simulated.ts';

const BUDGETS = [0.25, 1, 3, 10];

/** Options of each world's simulator: as many series and days as give alarms to count, without a fault. */
const WORLDS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  thermostat: { homes: 6, days: 60 },
  machine: { machines: 4, days: 14 },
  wearable: { people: 6, days: 60 },
  market: { symbols: 4, days: 60 },
  accounts: { accounts: 50, days: 180 },
};

/** Whether the budget holds in the simulated worlds without a fault. */
export const calibrationWorlds: Part = {
  name: 'calibration-worlds',
  summary: `The five simulated worlds without a fault, by their ready configurations but for the budget (${BUDGETS.join(', ')} a week and series): incidents raised per series-week over the budget, from the first row on; those of the first week, in numbers; the most that one series had. A budget above the records a series has cannot be used up. The simulators' seed is the network's.`,
  contestants: 'product',
  run,
};

function run(options: PartOptions): PartResult {
  const worlds = Object.keys(WORLDS).map((world) => ({
    world,
    runs: BUDGETS.map((perWeek) => ({ perWeek, run: play(world, perWeek, options) })),
  }));
  const rows = worlds.flatMap(({ world, runs }) =>
    runs.map(({ perWeek, run: played }): Row => ({ name: `${world} at ${perWeek}`, cells: cellsOf(played, perWeek) })),
  );
  const headline = Object.fromEntries(
    worlds.map(({ world, runs }) => {
      const middle = runs.find(({ perWeek }) => perWeek === 1) ?? runs[0];
      return [`${world} realised/budget`, realised(middle.run, middle.perWeek)];
    }),
  );
  const plots = [
    {
      title: 'Realised over budget, by budget (a week and series)',
      x: BUDGETS,
      curves: worlds.map(({ world, runs }) => ({
        name: world,
        y: runs.map(({ run: r, perWeek }) => realised(r, perWeek)),
      })),
    },
  ];
  return { rows, headline, plots };
}

function play(world: string, perWeek: number, { contestant, seed }: PartOptions): SimulatedRun {
  return simulated({
    world,
    options: { ...WORLDS[world], seed, fault_rate: 0 },
    change: (given) =>
      contestant.change({
        ...given,
        network: { ...given.network, seed },
        alert: { ...given.alert, budget: { perWeek, per: 'series' } },
      }),
  });
}

function realised({ raised, weeks, series }: SimulatedRun, perWeek: number): number {
  return raised.length / (weeks * series * perWeek);
}

function cellsOf(run_: SimulatedRun, perWeek: number): Readonly<Record<string, Cell>> {
  const { raised, weeks, series, firstMs, records } = run_;
  const bySeries = new Map<string, number>();
  for (const alert of raised) bySeries.set(alert.series, (bySeries.get(alert.series) ?? 0) + 1);
  return {
    'realised/budget': realised(run_, perWeek),
    incidents: raised.length,
    'series-weeks': weeks * series,
    'records a series-week': Math.round(records / (weeks * series)),
    'in the first week': sumOf(raised, ({ timeMs }) => (timeMs < firstMs + WEEK_MS ? 1 : 0)),
    'most of a series': Math.max(0, ...bySeries.values()),
    'allowed for a series': weeks * perWeek,
  };
}

import type { AlertOutput } from '../../../../src/event/output.ts';
import { DAY_MS, MINUTE_MS } from '../../../../src/event/time.ts';
import type { Truth } from '../../../../src/simulate/truth.ts';
import type { Part, PartOptions, PartResult, Row } from '../part.ts';
import { type SimulatedRun, simulated } from '../simulated.ts';
import { SHOWS_IN, WORLD_SETTINGS } from '../world-settings.ts';

/** The five simulated worlds by the ready configurations, judged by the simulators' truth. */
export const simulatedWorlds: Part = {
  name: 'worlds',
  summary:
    'The five simulated worlds by the ready configurations, with faults at half the rate of the budget and at the simulators’ default rate. Caught: an incident is raised during the fault, or one row after it. False: incidents outside faults and their aftermath, over the budget; in the first week and in all. Delay: median, minutes, and as a share of the fault. Resolved: while the fault lasted. Again: further alerts during one fault.',
  contestants: 'product',
  run,
};

function run({ contestant, seed }: PartOptions): PartResult {
  const { change } = contestant;
  const results = Object.keys(WORLD_SETTINGS).flatMap((world) =>
    (['half', 'usual'] as const).map((rate) => {
      const { count, series, ...setting } = WORLD_SETTINGS[world];
      const [fault_rate, days] = setting[rate];
      const result = simulated({
        world,
        options: { [count]: series, days, seed, fault_rate },
        change: (options) => {
          const changed = change === undefined ? options : change(options);
          return { ...changed, network: { ...changed.network, seed } };
        },
      });
      return { world, rate, result };
    }),
  );
  const rows = results.flatMap(({ world, rate, result }) => rowsOf(world, rate, result));
  const totals = rows.filter(({ name }) => name.endsWith('all'));
  const headline = Object.fromEntries(totals.map(({ name, cells }) => [name.replace(' all', ' caught'), cells.caught]));
  return { rows, headline };
}

/** A fault, and what became of it. */
interface Outcome {
  readonly truth: Truth;
  readonly hits: readonly AlertOutput[];
  readonly right: boolean;
  readonly resolved: boolean;
}

function rowsOf(world: string, rate: string, run: SimulatedRun): Row[] {
  const { aftermathMs, rowMs, budget } = WORLD_SETTINGS[world];
  const explained = new Set<string>();
  const outcomes = run.truth.map((truth) => {
    const mine = run.raised.filter(({ series, timeMs }) => series === truth.series && timeMs >= truth.startMs);
    for (const { id, timeMs } of mine) if (timeMs <= truth.endMs + rowMs + aftermathMs) explained.add(id);
    return outcomeOf(
      truth,
      mine.filter(({ timeMs }) => timeMs <= truth.endMs + rowMs),
      run,
    );
  });
  const falses = run.raised.filter(({ id }) => !explained.has(id));
  const early = falses.filter(({ timeMs }) => timeMs < run.firstMs + 7 * DAY_MS).length;
  const perBudget = falses.length / (run.series * run.weeks) / budget;
  const kinds = [...new Set(run.truth.map(({ fault }) => fault))].sort();
  return [
    {
      name: `${world} ${rate} all`,
      cells: { ...cellsOf(outcomes), 'false / budget': perBudget, 'in week one': early },
    },
    ...kinds.map((kind) => ({
      name: `${world} ${rate} ${kind}`,
      cells: cellsOf(outcomes.filter(({ truth }) => truth.fault === kind)),
    })),
  ];
}

function outcomeOf(truth: Truth, hits: readonly AlertOutput[], { alerts }: SimulatedRun): Outcome {
  const places = truth.channel === undefined ? SHOWS_IN[truth.fault] : [truth.channel];
  const over = ({ id }: AlertOutput) =>
    alerts.some((alert) => alert.id === id && alert.state === 'resolved' && alert.timeMs < truth.endMs);
  return {
    truth,
    hits,
    right: hits.length > 0 && (places === undefined || places.includes(hits[0].channel)),
    resolved: hits.length > 0 && hits.every(over),
  };
}

function cellsOf(outcomes: readonly Outcome[]): Row['cells'] {
  const caught = outcomes.filter(({ hits }) => hits.length > 0);
  const share = (items: readonly Outcome[]) => ({ hits: items.length, of: caught.length });
  const delays = caught.map(({ hits, truth }) => hits[0].timeMs - truth.startMs);
  const passed = caught.map(({ truth }, i) => delays[i] / Math.max(1, truth.endMs - truth.startMs));
  return {
    caught: { hits: caught.length, of: outcomes.length },
    'before its end': share(caught.filter(({ hits, truth }) => hits[0].timeMs <= truth.endMs)),
    'delay, min': middle(delays) / MINUTE_MS,
    passed: middle(passed),
    'right channel': share(caught.filter(({ right }) => right)),
    resolved: share(caught.filter(({ resolved }) => resolved)),
    again: caught.reduce((sum, { hits }) => sum + hits.length - 1, 0),
  };
}

function middle(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : [...values].sort((a, b) => a - b)[values.length >> 1];
}

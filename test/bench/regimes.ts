/*
 * Whether the nearest earlier moment is of the same regime: people who are asleep, rest, walk and run, by what a regime
 * is made of (values and what the network expects of them, in usual deviations), by the network's hidden state, and by
 * raw windows. And which regimes are found online, beside what the person really does. Earlier = at least 12 h before,
 * of the same person. Seed 1 chose the settings.
 *
 *   node test/bench/run.mjs test/bench/regimes.ts [SEED …]
 */
import process from 'node:process';
import {
  ACTIVITIES,
  byRaw,
  confusion,
  LEARNED_MS,
  type Moment,
  momentsOf,
  share,
  type Table,
  type Vector,
  WINDOWS,
} from './similar/moments.ts';

const PEOPLE = 4;
const DAYS = 14;
const seeds = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [11, 12];
const runs = seeds.map((seed) => momentsOf({ seed, people: PEOPLE, days: DAYS }));

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function percent(table: Table): string {
  return `${(100 * share(table)).toFixed(0)} %`;
}

function tableOf(name: string, columns: readonly string[], table: Table): void {
  write(`\n| ${name} | ${columns.join(' | ')} |\n|---|${columns.map(() => '---|').join('')}`);
  for (const [activity, row] of table)
    write(`| ${activity} | ${columns.map((column) => row.get(column) ?? 0).join(' | ')} |`);
}

function report(): void {
  const counts = ACTIVITIES.map((each) => `${runs.flat().filter(({ activity }) => activity === each).length} ${each}`);
  write(`seeds ${seeds.join(', ')}: ${counts.join(', ')}\n`);
  write('| nearest earlier moment by | same, of asleep, walking, running | of all four |\n|---|---|---|');
  const three = ACTIVITIES.filter((each) => each !== 'resting');
  const ways: readonly (readonly [string, Vector])[] = [
    ['the moment of a regime', ({ moment }) => moment],
    ['hidden state', ({ hidden }) => hidden],
    ...WINDOWS.map((rows) => [`raw window, ${rows} rows`, byRaw(rows)] as const),
  ];
  for (const [name, vector] of ways)
    write(`| ${name} | ${percent(confusion(runs, vector, three))} | ${percent(confusion(runs, vector, ACTIVITIES))} |`);
  tableOf(
    'does',
    ACTIVITIES,
    confusion(runs, ({ moment }) => moment, ACTIVITIES),
  );
  regimesFound();
}

/** What people do in the regime that each moment was given; of each regime, what they do most is its activity. */
function regimesFound(): void {
  const table = new Map<string, Map<string, number>>();
  const counts: number[] = [];
  for (const [run, moments] of runs.entries()) {
    const late = moments.filter(({ regime, timeMs }) => regime >= 0 && timeMs > moments[0].timeMs + LEARNED_MS);
    const members = new Map<string, Moment[]>();
    for (const moment of late) {
      const name = `${run}/${moment.series}/${moment.regime}`;
      members.set(name, [...(members.get(name) ?? []), moment]);
    }
    counts.push(members.size / PEOPLE);
    for (const group of members.values()) {
      const named = ACTIVITIES.map((each) => [each, weight(group, late, each)] as const);
      const [most] = [...named].sort((a, b) => b[1] - a[1])[0];
      for (const { activity } of group) {
        const row = table.get(activity) ?? new Map<string, number>();
        table.set(activity, row.set(most, (row.get(most) ?? 0) + 1));
      }
    }
  }
  tableOf('does, by the regime found online', ACTIVITIES, table);
  const each = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  write(`\nright: ${percent(table)}; ${each.toFixed(1)} regimes a person`);
}

/** How much of an activity a group has, the rare ones as much as the frequent. */
function weight(group: readonly Moment[], all: readonly Moment[], activity: string): number {
  const of = (moments: readonly Moment[]) => moments.filter((moment) => moment.activity === activity).length;
  return of(group) / Math.max(1, of(all));
}

report();

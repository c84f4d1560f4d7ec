import path from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { detectorOptions } from '../../../src/config/stream.ts';
import { Detector } from '../../../src/detector/detector.ts';
import type { ScoreOutput } from '../../../src/event/output.ts';
import { DAY_MS, HOUR_MS } from '../../../src/event/time.ts';
import { Regimes } from '../../../src/similar/regimes.ts';
import { worlds } from '../../../src/simulate/worlds.ts';
import { hiddenStates } from './hidden.ts';

/** What the simulated people do. */
export const ACTIVITIES = ['asleep', 'resting', 'walking', 'running'];
/** Rows of the raw windows that are compared. */
export const WINDOWS = [6, 12, 24];
const KEPT = Math.max(...WINDOWS);
/** From the start on, in which nothing is asked about. */
export const LEARNED_MS = 5 * DAY_MS;
const EARLIER_MS = 12 * HOUR_MS;
/** Moments of each activity and seed that are asked about. */
const ASKED = 160;
/** Share of a window's minutes that has to be of one activity. */
const MOSTLY = 0.7;

/** A row of a person, with all that it may be compared by. */
export interface Moment {
  readonly series: string;
  readonly timeMs: number;
  readonly activity: string;
  readonly regime: number;
  readonly hidden: readonly number[];
  readonly values: readonly number[];
  readonly moment: readonly number[];
  /** [row][channel], the newest last. */
  readonly rows: readonly (readonly number[])[];
}

/** What two moments are compared by: Euclid's distance. Undefined = not to be compared. */
export type Vector = (moment: Moment) => readonly number[] | undefined;
/** By activity of the moments asked about: how often each was found. */
export type Table = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What each person does, minute by minute; told of the windows that end there. */
class Diary {
  readonly #minutes = new Map<string, string[]>();
  readonly #rows: number;

  constructor(rows: number) {
    this.#rows = rows;
  }

  note(series: string, activity: string): void {
    const all = this.#minutes.get(series) ?? [];
    this.#minutes.set(series, all);
    all.push(activity);
  }

  /** Of the window with this number; undefined = of several. */
  activity(series: string, window: number): string | undefined {
    const minutes = (this.#minutes.get(series) ?? []).slice(window * this.#rows, (window + 1) * this.#rows);
    return ACTIVITIES.find((each) => minutes.filter((one) => one === each).length >= MOSTLY * this.#rows);
  }
}

/** How many people, for how long. */
export interface Lives {
  readonly seed: number;
  readonly people: number;
  readonly days: number;
}

/** The moments of people, in order of time. */
export function momentsOf(lives: Lives): readonly Moment[] {
  const stream = loadConfig(path.resolve('config/wearable.yaml'), {}).streams.wearable;
  const settings = detectorOptions('wearable', stream);
  if (settings.window.kind !== 'tumbling') throw new Error('the rows of wearable are no windows');
  const sizeMs = settings.window.size;
  const detector = new Detector(settings);
  const world = worlds.find(({ name }) => name === 'wearable');
  if (world === undefined) throw new Error('there is no world wearable');
  const options = world.options.parse({ ...lives, faults: [] });
  const diary = new Diary(sizeMs / 60_000);
  const gathered = new Gathered(detector);
  let startMs: number | undefined;
  for (const { series, timeMs, fields, activity } of world.generate(options)) {
    startMs ??= timeMs;
    diary.note(series, activity ?? '');
    const values = settings.channels.map(({ name }) => (fields[name] === null ? Number.NaN : Number(fields[name])));
    detector.observe({ series, timeMs, values: Float64Array.from(values) });
    for (const output of detector.drain()) if (output.kind === 'score') gathered.take(output);
  }
  return gathered.moments((row) => diary.activity(row.series, (row.timeMs - sizeMs - (startMs ?? 0)) / sizeMs));
}

/** Rows with all that is compared, and the regimes as they are found. */
class Gathered {
  readonly #hiddenOf: ReturnType<typeof hiddenStates>;
  readonly #found = new Map<string, Regimes>();
  readonly #rows = new Map<string, number[][]>();
  #all: (Omit<Moment, 'activity' | 'moment'> & { readonly row: ScoreOutput })[] = [];

  constructor(detector: Detector) {
    this.#hiddenOf = hiddenStates(detector);
  }

  take(row: ScoreOutput): void {
    const { series, timeMs, channels } = row;
    const regimes = this.#found.get(series) ?? new Regimes(channels.length);
    this.#found.set(series, regimes);
    const rows = this.#rows.get(series) ?? [];
    this.#rows.set(series, rows);
    const values = channels.map(({ value }) => value ?? Number.NaN);
    rows.push(values);
    if (rows.length > KEPT) rows.shift();
    const { regime, merged } = regimes.add(channels, timeMs);
    if (merged !== undefined) {
      const [from, into] = merged;
      this.#all = this.#all.map((one) =>
        one.series === series && one.regime === from ? { ...one, regime: into } : one,
      );
    }
    if (values.some(Number.isNaN)) return;
    this.#all.push({ series, timeMs, regime, values, row, rows: [...rows], hidden: this.#hiddenOf(series).hidden });
  }

  moments(activityOf: (row: ScoreOutput) => string | undefined): readonly Moment[] {
    return this.#all.flatMap(({ row, ...one }) => {
      const activity = activityOf(row);
      const moment = this.#found.get(one.series)?.standard(row.channels);
      return activity === undefined || moment === undefined ? [] : [{ ...one, activity, moment }];
    });
  }
}

/** By activity of the moment asked about: how often each was that of the nearest earlier one. */
export function confusion(runs: readonly (readonly Moment[])[], vector: Vector, activities: readonly string[]): Table {
  const table = new Map<string, Map<string, number>>();
  for (const moments of runs) {
    const known = moments
      .filter(({ activity }) => activities.includes(activity))
      .flatMap((moment) => {
        const numbers = vector(moment);
        return numbers === undefined ? [] : [{ moment, numbers }];
      });
    for (const activity of activities) {
      for (const query of askedOf(known, activity)) {
        const found = nearest(query, known);
        const row = table.get(activity) ?? new Map<string, number>();
        if (found !== undefined) table.set(activity, row.set(found, (row.get(found) ?? 0) + 1));
      }
    }
  }
  return table;
}

interface Known {
  readonly moment: Moment;
  readonly numbers: readonly number[];
}

/** Some moments of this activity, evenly spread, once there is a past. */
function askedOf(known: readonly Known[], activity: string): readonly Known[] {
  const fromMs = (known[0]?.moment.timeMs ?? 0) + LEARNED_MS;
  const all = known.filter(({ moment }) => moment.activity === activity && moment.timeMs > fromMs);
  const step = Math.max(1, Math.floor(all.length / ASKED));
  return all.filter((_, n) => n % step === 0);
}

function nearest({ moment, numbers }: Known, known: readonly Known[]): string | undefined {
  let [least, found] = [Number.POSITIVE_INFINITY, undefined as string | undefined];
  for (const other of known) {
    if (other.moment.timeMs > moment.timeMs - EARLIER_MS) break;
    if (other.moment.series !== moment.series) continue;
    const far = numbers.reduce((sum, number, n) => sum + (number - other.numbers[n]) ** 2, 0);
    if (far < least) [least, found] = [far, other.moment.activity];
  }
  return found;
}

/** Each channel by its own mean and deviation in the window: the baseline. */
export function byRaw(count: number): Vector {
  return ({ rows }) => {
    const last = rows.slice(-count);
    if (last.length < count || last.flat().some(Number.isNaN)) return undefined;
    return last[0].flatMap((_, d) => standard(last.map((row) => row[d])));
  };
}

function standard(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / (deviation + 1e-6));
}

/** Mean over the activities of the share that was right: the rare ones count as much. */
export function share(table: Table): number {
  const rights = [...table].map(([activity, row]) => (row.get(activity) ?? 0) / total(row));
  return rights.reduce((sum, right) => sum + right, 0) / rights.length;
}

function total(row: ReadonlyMap<string, number>): number {
  return [...row.values()].reduce((sum, count) => sum + count, 0);
}

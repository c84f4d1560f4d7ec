import { z } from 'zod';
import type { Tally } from '../alert/tally.ts';
import { Failure } from '../errors/failure.ts';
import type { Plain } from '../event/plain.ts';
import type { Engine, Weights } from '../lstm/engine.ts';
import type { Columns } from '../series/columns.ts';
import type { Windows } from '../window/windows.ts';
import type { Population } from './population.ts';
import type { Schedule } from './schedule.ts';

/** What a detector's state lies in. */
export interface DetectorParts {
  readonly columns: Columns;
  readonly windows: Windows;
  readonly population: Population;
  readonly schedule: Schedule;
  readonly engine: Engine;
  readonly raised: Tally;
}

const TASK = 'task';
const SERIES = 's/';

const bytes = z.instanceof(Uint8Array);
const taskEntry = z.strictObject({
  layout: z.string(),
  engine: z.string(),
  precision: z.union([z.literal(32), z.literal(64)]),
  updates: z.int().nonnegative(),
  weights: bytes,
  due: z.array(z.string()),
  waited: z.int().nonnegative(),
  raised: z.array(z.tuple([z.int(), z.int()])),
  clock: z.custom<Plain>(() => true),
});
const seriesEntry = z.strictObject({ columns: bytes.nullable(), window: z.custom<Plain>(() => true) });

/** The task's own entry, and one for each changed series: its columns and its open windows, or null where nothing is left of it. */
export function snapshotEntries(parts: DetectorParts, changed: Iterable<string>): Map<string, Plain | null> {
  const entries = new Map<string, Plain | null>([[TASK, taskSnapshot(parts)]]);
  for (const series of changed) {
    const slot = parts.population.slotOf(series);
    const window = parts.windows.snapshot(series);
    const gone = slot === undefined && window === undefined;
    const columns = slot === undefined ? null : parts.columns.read(slot);
    entries.set(SERIES + series, gone ? null : { columns, window: window ?? null });
  }
  return entries;
}

/** The engine that learned the weights among a task's entries; undefined where it has none. @throws Failure state/foreign */
export function engineIn(entries: ReadonlyMap<string, Plain>): string | undefined {
  const plain = entries.get(TASK);
  return plain === undefined ? undefined : parse(taskEntry, plain, TASK).engine;
}

/** @throws Failure state/foreign where another configuration made the entries, lstm/shape where the weights do not fit. */
export function restoreEntries(parts: DetectorParts, entries: ReadonlyMap<string, Plain>): void {
  const plain = entries.get(TASK);
  if (plain === undefined) return;
  const task = parse(taskEntry, plain, TASK);
  if (task.layout !== parts.columns.layout) {
    throw new Failure('state/foreign', 'the state was made with other channels, features or network than configured');
  }
  const columns: [string, Uint8Array][] = [];
  for (const [name, value] of entries) {
    if (!name.startsWith(SERIES)) continue;
    const series = name.slice(SERIES.length);
    const entry = parse(seriesEntry, value, name);
    if (entry.columns !== null) columns.push([series, entry.columns]);
    if (entry.window !== null) parts.windows.restore(series, entry.window);
  }
  parts.population.restore(columns);
  parts.windows.restoreClock(task.clock);
  parts.schedule.restore(
    task.due.flatMap((series) => parts.population.slotOf(series) ?? []),
    task.waited,
  );
  parts.raised.restore(task.raised);
  parts.engine.load(weightsOf(task));
}

function taskSnapshot({ columns, windows, population, schedule, engine, raised }: DetectorParts): Plain {
  const { updates, data } = engine.weights();
  return {
    layout: columns.layout,
    engine: engine.kind,
    precision: data.BYTES_PER_ELEMENT === 4 ? 32 : 64,
    updates,
    weights: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice(),
    due: schedule.due.map((slot) => population.nameOf(slot)),
    waited: schedule.waited,
    raised: raised.snapshot(),
    clock: windows.clock(),
  };
}

function weightsOf({ updates, weights, precision }: z.infer<typeof taskEntry>): Weights {
  const copy = weights.slice().buffer;
  return { updates, data: precision === 32 ? new Float32Array(copy) : new Float64Array(copy) };
}

function parse<T>(schema: z.ZodType<T>, plain: Plain, name: string): T {
  const { data, error } = schema.safeParse(plain);
  if (error) throw new Failure('state/foreign', `entry ${name} is not what this version writes`, { cause: error });
  return data;
}

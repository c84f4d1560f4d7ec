import { z } from 'zod';
import type { Tally } from '../alert/tally.ts';
import { Failure } from '../errors/failure.ts';
import type { Plain } from '../event/plain.ts';
import type { EpochMs } from '../event/time.ts';
import type { Engine, Weights } from '../lstm/engine.ts';
import type { Columns } from '../series/columns.ts';
import { givenVerdict } from '../similar/verdicts.ts';
import type { Windows } from '../window/contract.ts';
import type { LearningSchedule } from './schedule.ts';
import type { SeriesRegistry } from './series-registry.ts';
import type { Suppression } from './suppression.ts';

/** What a detector's state lies in. */
export interface DetectorParts {
  readonly columns: Columns;
  readonly windows: Windows;
  readonly registry: SeriesRegistry;
  readonly schedule: LearningSchedule;
  readonly raised: Tally;
  readonly suppression: Suppression;
  /** What the series share beside the weights: the tails of the statistics, the budget. */
  readonly shared: readonly Float64Array[];
  readonly engine: () => Engine;
  /** The engine that continues with weights that this one learned, in so many updates. */
  readonly continueWith: (learner: string, updates: number) => Engine;
}

/** The state of one series as it is now, and the engine that continues it: to be copied, not to be changed. */
export interface SeriesView {
  readonly columns: Columns;
  readonly slot: number;
  readonly engine: Engine;
}

/** An entry of a task's state, by its name; null = gone. */
export type StateEntry = readonly [name: string, plain: Plain | null];

const TASK = 'task';
const SERIES = 's/';
const OTHERWISE = 'the state was made with other channels, rules, features or network than configured';
const NOTHING = { columns: null, window: null };

const bytes = z.instanceof(Uint8Array);
/** Of 64-bit floats. */
const doubles = bytes.refine(({ length }) => length % Float64Array.BYTES_PER_ELEMENT === 0);
/** Absent where there are none; a version that knows no verdicts refuses a state that has some. */
const verdicts = z.strictObject({
  given: z.array(givenVerdict),
  quiet: z.array(z.tuple([z.string(), z.strictObject({ by: z.string(), untilMs: z.number() })])),
});
const taskEntry = z
  .strictObject({
    layout: z.string(),
    engine: z.string(),
    precision: z.union([z.literal(32), z.literal(64)]),
    updates: z.int().nonnegative(),
    weights: bytes,
    due: z.array(z.string()),
    waited: z.int().nonnegative(),
    raised: z.array(z.tuple([z.int(), z.int()])),
    clock: z.custom<Plain>(() => true),
    shared: doubles,
    verdicts: verdicts.optional(),
  })
  .refine(({ precision, weights }) => (weights.length * 8) % precision === 0);
const seriesEntry = z.strictObject({ columns: bytes.nullable(), window: z.custom<Plain>(() => true) });

/** The way out of a detector's state and into it, entry by entry: one of the task, and one for each series. */
export class DetectorState {
  readonly #parts: DetectorParts;
  #changed = new Set<string>();
  #task: z.infer<typeof taskEntry> | undefined;

  constructor(parts: DetectorParts) {
    this.#parts = parts;
  }

  /** Newest event time of a series; undefined where it is not known. O(1). */
  latestMs(series: string): EpochMs | undefined {
    return this.#parts.windows.latestMs(series);
  }

  /** The series changes; what changes in its windows they say themselves. O(1). */
  touch(series: string): void {
    this.#changed.add(series);
  }

  /** Series that changed since their entry was last taken. Drained. O(of them). */
  get unsaved(): number {
    const { windows } = this.#parts;
    for (const series of windows.changed()) this.#changed.add(series);
    windows.settle();
    return this.#changed.size;
  }

  /**
   * The entries of the series that are unsaved now, each as it is when it is taken, and no longer unsaved then. Rows
   * may be processed between, and drained: what they change is unsaved again. All must be taken.
   */
  *changes(): Generator<StateEntry> {
    if (this.unsaved === 0) return;
    const round = this.#changed;
    this.#changed = new Set();
    for (const series of round) {
      this.#changed.delete(series);
      yield [SERIES + series, this.#seriesPlain(series)];
    }
  }

  /**
   * All that is unsaved, and the entry of the task: the state of one moment, where nothing happens before all are
   * taken.
   */
  *snapshot(): Generator<StateEntry> {
    yield* this.changes();
    yield [TASK, this.#taskPlain()];
  }

  /**
   * Puts an entry back, into a detector that has seen nothing; in any order, and in the place of an earlier one of its
   * name. `restored` must follow.
   * @throws Failure state/foreign where another configuration made it
   */
  restore(name: string, plain: Plain | null): void {
    if (name === TASK) this.#putTask(plain);
    else if (name.startsWith(SERIES)) this.#putSeries(name, plain);
  }

  /**
   * All entries are there. O(series · log series). @throws Failure state/foreign; lstm/shape where the weights do not
   * fit
   */
  restored(): void {
    const { registry, windows, schedule, raised, suppression, continueWith } = this.#parts;
    registry.settle();
    windows.settle();
    const task = this.#task;
    if (task === undefined) return;
    this.#task = undefined;
    windows.restoreClock(task.clock);
    schedule.restore(
      task.due.flatMap((series) => registry.slotOf(series) ?? []),
      task.waited,
    );
    raised.restore(task.raised);
    if (task.verdicts !== undefined) suppression.restore(task.verdicts);
    take(task.shared, this.#parts.shared);
    continueWith(task.engine, task.updates).load(weightsOf(task));
  }

  /** Where the series is, for whoever continues it without changing it; undefined where it has no row. O(1). */
  look(series: string): SeriesView | undefined {
    const { registry, columns, engine } = this.#parts;
    const slot = registry.slotOf(series);
    return slot === undefined ? undefined : { columns, slot, engine: engine() };
  }

  /** Of every series that has a row. O(series). */
  get series(): readonly string[] {
    const { registry } = this.#parts;
    return Array.from(registry.slots, (slot) => registry.nameOf(slot));
  }

  #seriesPlain(series: string): Plain | null {
    const { registry, columns, windows } = this.#parts;
    const slot = registry.slotOf(series);
    const window = windows.snapshot(series);
    if (slot === undefined && window === undefined) return null;
    return { columns: slot === undefined ? null : columns.read(slot), window: window ?? null };
  }

  #taskPlain(): Plain {
    const { columns, windows, registry, schedule, raised, suppression } = this.#parts;
    const verdicts = suppression.snapshot();
    const engine = this.#parts.engine();
    const { updates, data } = engine.weights();
    return {
      layout: columns.layout,
      engine: engine.kind,
      precision: data.BYTES_PER_ELEMENT === 4 ? 32 : 64,
      updates,
      weights: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice(),
      due: schedule.due.map((slot) => registry.nameOf(slot)),
      waited: schedule.waited,
      raised: raised.snapshot(),
      clock: windows.clock(),
      shared: joined(this.#parts.shared),
      ...(verdicts === undefined ? {} : { verdicts }),
    };
  }

  #putTask(plain: Plain | null): void {
    const task = plain === null ? undefined : parse(taskEntry, plain, TASK);
    if (task !== undefined && task.layout !== this.#parts.columns.layout) throw new Failure('state/foreign', OTHERWISE);
    this.#task = task;
  }

  #putSeries(name: string, plain: Plain | null): void {
    const { columns, windows, registry } = this.#parts;
    const series = name.slice(SERIES.length);
    const entry = plain === null ? NOTHING : parse(seriesEntry, plain, name);
    if (entry.columns !== null && entry.columns.length !== columns.bytesPerSlot) {
      throw new Failure('state/foreign', OTHERWISE, { where: name });
    }
    registry.put(series, entry.columns);
    if (entry.window === null) windows.forget(series);
    else windows.restore(series, entry.window);
  }
}

/** The numbers of all arrays, one after another, little-endian as the columns are. */
function joined(arrays: readonly Float64Array[]): Uint8Array {
  const all = Float64Array.from(arrays.flatMap((array) => [...array]));
  return new Uint8Array(all.buffer);
}

/** Puts them back. @throws Failure state/foreign where there are not as many */
function take(bytes: Uint8Array, arrays: readonly Float64Array[]): void {
  const all = new Float64Array(bytes.slice().buffer);
  const wanted = arrays.reduce((sum, { length }) => sum + length, 0);
  if (all.length !== wanted) throw new Failure('state/foreign', OTHERWISE);
  let at = 0;
  for (const array of arrays) {
    array.set(all.subarray(at, at + array.length));
    at += array.length;
  }
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

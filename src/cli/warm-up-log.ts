import type { Logger } from 'pino';
import type { Task } from '../pipeline/task.ts';
import { together } from './warm-ups.ts';

/** Between two looks at all series of a stream, checkpoints apart. */
const EVERY_MS = 5_000;

/** A task, as far as its warm-up goes. */
export type Warming = Pick<Task, 'name' | 'stream'> & {
  readonly detector: Pick<Task['detector'], 'warmUp' | 'population'>;
};

interface Seen {
  readonly tasks: Map<string, ReturnType<typeof together>>;
  isFirstLogged: boolean;
  /** How many series there were when all of them were ready; 0 before. */
  allLogged: number;
  lookedAt: number;
}

/**
 * Logs when the first series of a stream is ready to raise alerts, and when all are: again only once there are twice as many, for new
 * series may come at any time. What was ready at the start is no news.
 */
export class WarmUpLog {
  readonly #log: Pick<Logger, 'info'>;
  readonly #streams = new Map<string, Seen>();

  constructor(log: Pick<Logger, 'info'>) {
    this.#log = log;
  }

  /** A task has its state. O(series). */
  restored(task: Warming): void {
    const seen = this.#look(task);
    const { series, warming } = together([...seen.tasks.values()]);
    if (warming < series) seen.isFirstLogged = true;
    if (series > 0 && warming === 0) seen.allLogged = series;
  }

  /** O(series) now and then, as long as not all are ready; else O(1). */
  committed(task: Warming, isCheckpoint: boolean): void {
    const before = this.#streams.get(task.stream);
    const known = before?.tasks.get(task.name);
    if (known?.warming === 0 && known.series > 0 && known.series === task.detector.population) return;
    if (!isCheckpoint && performance.now() - (before?.lookedAt ?? 0) < EVERY_MS) return;
    const seen = this.#look(task);
    const { series, warming } = together([...seen.tasks.values()]);
    if (!seen.isFirstLogged && warming < series) this.#logFirst(task, seen);
    if (warming > 0 || series === 0 || series < 2 * seen.allLogged) return;
    seen.allLogged = series;
    this.#log.info({ stream: task.stream, series }, `warm-up: all ${series} series of ${task.stream} are ready`);
  }

  /** Forgets all tasks but these: others live elsewhere now. */
  keep(names: ReadonlySet<string>): void {
    for (const { tasks } of this.#streams.values()) {
      for (const name of tasks.keys()) if (!names.has(name)) tasks.delete(name);
    }
  }

  #look({ name, stream, detector }: Warming): Seen {
    const seen = this.#streams.get(stream) ?? { tasks: new Map(), isFirstLogged: false, allLogged: 0, lookedAt: 0 };
    seen.tasks.set(name, detector.warmUp.totals());
    seen.lookedAt = performance.now();
    this.#streams.set(stream, seen);
    return seen;
  }

  #logFirst({ stream, detector }: Warming, seen: Seen): void {
    for (const { series, state, rows } of detector.warmUp.all()) {
      if (state !== 'ready') continue;
      seen.isFirstLogged = true;
      this.#log.info({ stream, series, rows }, `warm-up: the first series of ${stream} is ready: ${series}`);
      return;
    }
  }
}

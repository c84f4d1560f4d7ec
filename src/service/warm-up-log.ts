import type { Logger } from 'pino';
import type { LiveTask } from '../pipeline/task/task-events.ts';
import { readinessLine } from './readiness.ts';
import { together } from './warm-ups.ts';

/** Between two looks at all series of a stream, checkpoints apart. */
const EVERY_MS = 5_000;

/** A task, as far as its warm-up goes. */
export type Warming = Pick<LiveTask, 'name' | 'stream'> & {
  readonly detector: Pick<LiveTask['detector'], 'warmUp' | 'seriesCount'>;
};

interface Seen {
  readonly tasks: Map<string, ReturnType<typeof together>>;
  isBeginLogged: boolean;
  isFirstLogged: boolean;
  /** How many series there were when all of them were ready; 0 before. */
  allLogged: number;
  lookedAt: number;
}

/**
 * Logs which series of a stream are not ready to raise alerts, at the first look and at the end; when the first series
 * of a stream is, and when all are: again only once there are twice as many, for new series may come at any time. What
 * was ready at the start is no news.
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
    if (known?.warming === 0 && known.series > 0 && known.series === task.detector.seriesCount) return;
    if (!isCheckpoint && performance.now() - (before?.lookedAt ?? 0) < EVERY_MS) return;
    const seen = this.#look(task);
    const { series, warming } = together([...seen.tasks.values()]);
    if (!seen.isBeginLogged && warming > 0) this.#logBegin(task, seen);
    if (!seen.isFirstLogged && warming < series) this.#logFirst(task, seen);
    if (warming > 0 || series === 0 || series < 2 * seen.allLogged) return;
    seen.allLogged = series;
    this.#log.info({ stream: task.stream, series }, `warm-up: all ${series} series of ${task.stream} are ready`);
  }

  /** The run ends: which series are not ready, if any. O(series). */
  ended(tasks: readonly Warming[]): void {
    for (const { name, stream, detector } of tasks) {
      const { series, warming } = detector.warmUp.totals();
      if (warming > 0) this.#log.info({ stream, series, warming }, `warm-up: ${name}: ${readinessLine(detector)}`);
    }
  }

  /** Forgets all tasks but these: others live elsewhere now. */
  keep(names: ReadonlySet<string>): void {
    for (const { tasks } of this.#streams.values()) {
      for (const name of tasks.keys()) if (!names.has(name)) tasks.delete(name);
    }
  }

  #look({ name, stream, detector }: Warming): Seen {
    const seen = this.#streams.get(stream) ?? {
      tasks: new Map(),
      isBeginLogged: false,
      isFirstLogged: false,
      allLogged: 0,
      lookedAt: 0,
    };
    seen.tasks.set(name, detector.warmUp.totals());
    seen.lookedAt = performance.now();
    this.#streams.set(stream, seen);
    return seen;
  }

  #logBegin({ name, stream, detector }: Warming, seen: Seen): void {
    seen.isBeginLogged = true;
    this.#log.info({ stream }, `warm-up: ${name}: ${readinessLine(detector)}`);
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

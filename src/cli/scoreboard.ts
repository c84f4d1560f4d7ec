import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import type { SourceConfig } from '../config/source.ts';
import type { Output } from '../event/output.ts';
import { DAY_MS, type EpochMs } from '../event/time.ts';
import type { SinkPlan } from '../pipeline/plan.ts';
import { type Alarm, faultsFound, type Margins, margins } from '../simulate/found.ts';
import { TruthLedger } from '../simulate/truth.ts';
import type { SimulatedEvent } from '../simulate/world.ts';
import { worlds } from '../simulate/worlds.ts';
import { jsonl } from '../sink/jsonl/jsonl.ts';
import type { NumberedOutput, Sink } from '../sink/sink.ts';

/** Others get their turn after so many events. */
const BREATH = 5_000;
const NAME = 'scoreboard';

/** What is kept of an output: enough to continue the counts after a restart. */
const kept = z.object({
  kind: z.enum(['alert', 'score']),
  stream: z.string(),
  series: z.string(),
  timeMs: z.number(),
  state: z.string().optional(),
  reason: z.string().optional(),
  revision: z.number().optional(),
  id: z.string().optional(),
});

type Kept = z.infer<typeof kept>;

const simulated = z.looseObject({
  kind: z.literal('simulate'),
  world: z.string(),
  start: z.iso.datetime({ offset: true }),
});

/**
 * A sink that says once a simulated day how many faults of a stream were found. The truth comes from a second run of
 * the same world, here behind the outbox: the detector can see nothing of it. What was raised is kept beside the state,
 * so that the counts continue after a restart.
 */
export function scoreboard({ state, streams }: Config, print: (line: string) => void): SinkPlan {
  const boards = () => {
    const found = Object.entries(streams).flatMap(([name, { source }]) => boardOf(name, source, print) ?? []);
    return new Map(found.map((board) => [board.stream, board]));
  };
  const path = join(state.folder, `${NAME}.jsonl`);
  return { name: NAME, outputs: ['alert', 'score'], open: () => ScoreboardSink.open(path, boards()) };
}

class ScoreboardSink implements Sink {
  readonly #file: Sink;
  readonly #boards: ReadonlyMap<string, Board>;

  private constructor(file: Sink, boards: ReadonlyMap<string, Board>) {
    this.#file = file;
    this.#boards = boards;
  }

  static async open(path: string, boards: ReadonlyMap<string, Board>): Promise<Sink> {
    const file = await jsonl.open({ kind: 'jsonl', path });
    const text = await readFile(path, 'utf8');
    // The last line may have been torn by a crash; it is delivered again then.
    for (const line of text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)) {
      const output = kept.parse(JSON.parse(line));
      boards.get(output.stream)?.recall(output);
    }
    return new ScoreboardSink(file, boards);
  }

  async write(batch: readonly NumberedOutput[], signal: AbortSignal): Promise<void> {
    const begun = new Set<string>();
    const lasting = batch.filter(({ output }) => {
      const board = this.#boards.get(output.stream);
      if (board === undefined || output.kind === 'reject') return false;
      const isFirst = !board.hasBegun && !begun.has(output.stream);
      begun.add(output.stream);
      return isFirst || isAlarm(output);
    });
    if (lasting.length > 0) await this.#file.write(lasting, signal);
    for (const { output } of batch) {
      if (output.kind !== 'reject') await this.#boards.get(output.stream)?.see(output);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function boardOf(stream: string, source: SourceConfig, print: (line: string) => void): Board | undefined {
  const { data } = simulated.safeParse(source);
  const world = worlds.find(({ name }) => name === data?.world);
  if (data === undefined || world === undefined || margins[world.name] === undefined) return undefined;
  return new Board({
    stream,
    events: world.generate(source),
    startMs: Date.parse(data.start),
    judged: margins[world.name],
    print,
  });
}

interface BoardParts {
  readonly stream: string;
  readonly events: Iterable<SimulatedEvent>;
  readonly startMs: EpochMs;
  readonly judged: Margins;
  readonly print: (line: string) => void;
}

/** Counts for one stream, from the first output that it ever saw. Memory: an entry for each fault and each alarm. */
class Board {
  readonly #parts: BoardParts;
  readonly #truth: Truths;
  readonly #alarms = new Map<string, Alarm>();
  #sinceMs = Number.POSITIVE_INFINITY;
  #day: number | undefined;

  constructor(parts: BoardParts) {
    this.#parts = parts;
    this.#truth = new Truths(parts.events);
  }

  get stream(): string {
    return this.#parts.stream;
  }

  get hasBegun(): boolean {
    return this.#sinceMs < Number.POSITIVE_INFINITY;
  }

  /** An output of an earlier life. */
  recall(output: Kept): void {
    this.#sinceMs = Math.min(this.#sinceMs, output.timeMs);
    if (isAlarm(output)) this.#alarms.set(output.id ?? '', { series: output.series, timeMs: output.timeMs });
  }

  /** Outputs in their order; the first of another day closes the one before. */
  async see(output: Kept): Promise<void> {
    const day = this.#dayOf(output.timeMs);
    this.#day ??= day;
    if (day > this.#day) {
      await this.#close(this.#day, this.#parts.startMs + day * DAY_MS);
      this.#day = day;
    }
    this.recall(output);
  }

  async #close(day: number, untilMs: EpochMs): Promise<void> {
    await this.#truth.advance(untilMs);
    const faults = this.#truth.faults.filter(({ startMs }) => startMs >= this.#sinceMs);
    const count = faultsFound(faults, [...this.#alarms.values()], this.#parts.judged, untilMs);
    const first = this.#dayOf(this.#sinceMs);
    const since = first === 0 ? '' : `, counted from day ${first + 1} on`;
    const underWay = count.underWay === 0 ? '' : `, ${count.underWay} under way`;
    this.#parts.print(
      `${this.stream} day ${day + 1}: ${counted(count.faults, 'fault')} so far: ${count.found} found, ${counted(count.falseAlarms, 'false alarm')}${underWay}${since}`,
    );
  }

  /** From 0; the last moment of a day, at which its last row ends, belongs to it. */
  #dayOf(timeMs: EpochMs): number {
    return Math.max(0, Math.ceil((timeMs - this.#parts.startMs) / DAY_MS) - 1);
  }
}

/** The ground truth of a world, as far as its time has come. */
class Truths {
  readonly #events: Iterator<SimulatedEvent>;
  readonly #ledger = new TruthLedger();
  #next: SimulatedEvent | undefined;
  #passed = 0;

  constructor(events: Iterable<SimulatedEvent>) {
    this.#events = events[Symbol.iterator]();
  }

  get faults(): ReturnType<TruthLedger['records']> {
    return this.#ledger.records();
  }

  /**
   * To this event time, exclusive. After a restart that is all of the past once more: about a second for a million
   * events.
   */
  async advance(untilMs: EpochMs): Promise<void> {
    for (;;) {
      this.#next ??= this.#events.next().value ?? undefined;
      if (this.#next === undefined || this.#next.timeMs >= untilMs) return;
      this.#ledger.see(this.#next);
      this.#next = undefined;
      if (++this.#passed % BREATH === 0) await setImmediate();
    }
  }
}

/** Whether an incident was raised: a series that is silent is no fault of a simulator. */
function isAlarm(output: Output | Kept): boolean {
  return output.kind === 'alert' && output.state === 'firing' && output.revision === 0 && output.reason !== 'silent';
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

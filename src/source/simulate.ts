import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import type { SimulatedEvent, World } from '../simulate/world.ts';
import { worlds } from '../simulate/worlds.ts';
import { type Source, sourceKind } from './source.ts';

const BATCH = 1_000;
/** Others get their turn after so many events, skipped ones included: some milliseconds. */
const BREATH = 5_000;
/** Longest single wait: timers overflow past 2³¹ ms. */
const LONGEST_WAIT_MS = 60_000;

const pace = {
  kind: z.literal('simulate'),
  speed: z
    .union([z.literal('max'), z.number().positive()])
    .default('max')
    .describe('Seconds of event time in a second of the clock on the wall; `max` = as fast as it is read.'),
  live: z
    .boolean()
    .default(false)
    .describe('Never ahead of the clock on the wall: at `speed` up to now, and from there as time goes.'),
  max_records: z.int().positive().optional().describe('Ends after so many records in all.'),
};

/** The options of one world, and its pace. */
export interface SimulateConfig {
  readonly kind: 'simulate';
  readonly world: string;
  readonly speed: 'max' | number;
  readonly live?: boolean | undefined;
  readonly max_records?: number | undefined;
}

/** One branch for every world: its own options, and only those. The cast holds as long as there is a world. */
const config: z.ZodType<SimulateConfig> = z.discriminatedUnion(
  'world',
  worlds.map(({ name, options }) => options.extend({ ...pace, world: z.literal(name) })) as [BranchOf, ...BranchOf[]],
);
type BranchOf = z.ZodObject<typeof pace & { readonly world: z.ZodLiteral<string> }>;

/**
 * When an event is due: at once, or so long after the first one read as the speed says; and where it is live, not
 * before its time.
 */
class Pacer {
  readonly #speed: 'max' | number;
  readonly #live: boolean;
  #origin: { readonly eventMs: number; readonly wallMs: number } | undefined;

  constructor({ speed, live = false }: SimulateConfig) {
    this.#speed = speed;
    this.#live = live;
  }

  /** Wall time to wait for the event, ms; 0 = it is due. */
  wait(eventMs: number): number {
    const early = this.#live ? Math.max(0, eventMs - Date.now()) : 0;
    if (this.#speed === 'max') return early;
    const now = performance.now();
    this.#origin ??= { eventMs, wallMs: now };
    return Math.max(early, this.#origin.wallMs + (eventMs - this.#origin.eventMs) / this.#speed - now);
  }
}

function record({ fields }: SimulatedEvent, offset: number): SourceRecord {
  return { value: Buffer.from(JSON.stringify(fields)), offset, next: offset + 1, line: 0 };
}

/** True once the time is over, false as soon as the signal aborts. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(Math.min(ms, LONGEST_WAIT_MS), undefined, { signal });
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
  return !signal.aborted;
}

async function* paced(
  world: World,
  options: SimulateConfig,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<readonly SourceRecord[]> {
  const pacer = new Pacer(options);
  const last = options.max_records ?? Infinity;
  let batch: SourceRecord[] = [];
  let offset = 0;
  for (const event of world.generate(options)) {
    if (offset >= last) break;
    if (++offset % BREATH === 0) await setImmediate();
    if (signal.aborted) return;
    if (offset <= from) continue;
    for (let ms = pacer.wait(event.timeMs); ms > 0; ms = pacer.wait(event.timeMs)) {
      if (batch.length > 0) yield batch;
      batch = [];
      if (!(await waited(ms, signal))) return;
    }
    batch.push(record(event, offset - 1));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A seeded world as a source: offsets count its records, and what follows one does not depend on the pace. */
export const simulate = sourceKind<SimulateConfig>({
  kind: 'simulate',
  summary: 'Records of a seeded world (thermostat, machine, wearable, market, accounts), at a pace of your choice.',
  config,
  async open(options): Promise<Source> {
    const world = worlds.find(({ name }) => name === options.world);
    if (world === undefined) throw new Failure('config/invalid', `there is no world ${options.world}`);
    return {
      name: `simulate ${world.name}`,
      read: (from, signal) => paced(world, options, from, signal),
      async close() {},
    };
  },
});

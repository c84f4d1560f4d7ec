import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from '../../src/event/output.ts';
import { Delivery } from '../../src/pipeline/delivery/delivery.ts';
import { type Pace, wallPace } from '../../src/pipeline/delivery/pace.ts';
import type { DeliveryEvents, SinkRoute } from '../../src/pipeline/delivery/sink-writer.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { openFolder } from '../../src/state/open.ts';
import type { Store } from '../../src/store/store.ts';
import { alert, deliveries } from '../sink/outputs.ts';

/** A store in a folder of its own. */
export function newStore(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'surprisal-outbox-'));
  return openFolder({ folder, backups: 0, backup_interval: 3_600_000 }, { now: () => 0, report: () => {} });
}

/** Outputs `from` to `to`: an alert each tenth, rejects between. */
export function outputs(from: number, to: number): readonly Output[] {
  return deliveries(from, to).map(({ sequence, output }) => (sequence % 10 === 0 ? alert({}) : output));
}

/** Commits them to task `t`, as one. */
export async function commit(store: Store, from: number, to: number): Promise<void> {
  await store.commit('t', { outputs: outputs(from, to), offset: to });
}

/** A sink in memory. `answer` is asked for each write, and may throw or wait. */
export class Recorder implements Sink {
  readonly batches: number[][] = [];
  readonly #answer: (sequences: readonly number[], signal: AbortSignal) => void | Promise<void>;

  constructor(answer: (sequences: readonly number[], signal: AbortSignal) => void | Promise<void> = () => {}) {
    this.#answer = answer;
  }

  /** All that was taken, in order. */
  get taken(): readonly number[] {
    return this.batches.flat();
  }

  async write(batch: readonly { readonly sequence: number }[], signal: AbortSignal): Promise<void> {
    const sequences = batch.map(({ sequence }) => sequence);
    await this.#answer(sequences, signal);
    this.batches.push(sequences);
  }

  async close(): Promise<void> {}
}

/** What a delivery reported. */
export interface Reported {
  readonly waits: number[];
  readonly failed: string[];
  readonly aside: number[];
  readonly dropped: number[];
  readonly givenUp: number[];
  readonly resent: number[];
  readonly off: string[];
}

const ALL: SinkRoute['outputs'] = ['score', 'alert', 'reject'];
const NEVER = new AbortController().signal;
const AT_ONCE = AbortSignal.abort();

/** What `deliver` may be given besides. */
export interface Trial {
  readonly name?: string;
  readonly outputs?: SinkRoute['outputs'];
  readonly stop?: AbortSignal;
  /** Absent: nothing more will be committed. */
  readonly last?: AbortSignal;
  /** What the clock says at the start; 0 if absent. */
  readonly startMs?: number;
  readonly jitter?: number;
  /** By the wall clock instead. */
  readonly wall?: boolean;
  /** Called in each wait. */
  readonly during?: (ms: number) => unknown;
}

/** Delivers the outbox of task `t`, by a clock on which every wait is over at once. */
export function deliver(store: Store, sink: Sink, trial: Trial = {}): Reported & { readonly done: Promise<void> } {
  const reported: Reported = { waits: [], failed: [], aside: [], dropped: [], givenUp: [], resent: [], off: [] };
  let clock = trial.startMs ?? 0;
  const pace: Pace = {
    async pause(ms) {
      reported.waits.push(ms);
      await trial.during?.(ms);
      clock += ms;
    },
    now: () => clock,
    jitter: () => trial.jitter ?? 0,
  };
  const events: DeliveryEvents = {
    delivered: () => {},
    resent: (_, outputs) => void reported.resent.push(outputs),
    deadLetter: (_, { code }, { sequence }) =>
      void reported[code === 'sink/given-up' ? 'givenUp' : 'aside'].push(sequence),
    dropped: (_, __, points) => void reported.dropped.push(points),
    failed: (_, { code }) => void reported.failed.push(code),
    turnedOff: (_, { code }) => void reported.off.push(code),
  };
  const route = { task: 't', sink: trial.name ?? 'sink', outputs: trial.outputs ?? ALL };
  const delivery = new Delivery(route, sink, { store, events, pace: trial.wall ? wallPace : pace });
  return Object.assign(reported, { done: delivery.run(trial.stop ?? NEVER, trial.last ?? AT_ONCE) });
}

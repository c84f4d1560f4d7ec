import { openFolder, type StateEvent } from '../state/open.ts';
import type { Store } from '../state/store.ts';
import { pause } from './backoff.ts';
import { Deliveries } from './deliveries.ts';
import type { DeliveryEvents } from './handover.ts';
import type { Plan, SinkPlan, StreamPlan } from './plan.ts';
import { Recorder } from './recorder.ts';
import type { Queue, Readiness, Service } from './service.ts';
import { Task } from './task.ts';
import type { TaskEvents } from './task-events.ts';

const TRIM_EVERY_MS = 10_000;

/** Everything the runtime tells: counted by the metrics, written to the log. */
export interface RuntimeEvents extends TaskEvents, DeliveryEvents {
  state(event: StateEvent): void;
}

/** All tasks and deliveries of one process over one store: scoring ends at the outbox, delivery begins there. */
export class Runtime implements Service {
  readonly #plan: Plan;
  readonly #events: RuntimeEvents;
  readonly #reading = new AbortController();
  readonly #delivering = new AbortController();
  readonly #complete = new AbortController();
  #tasks: readonly Task[] = [];
  #sinks: readonly SinkPlan[];
  #deliveries: Deliveries | undefined;

  constructor(plan: Plan, events: RuntimeEvents) {
    this.#plan = plan;
    this.#sinks = plan.sinks;
    this.#events = events;
  }

  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  /** Whether `stop` was called, or a task failed. */
  get stopping(): boolean {
    return this.#reading.signal.aborted;
  }

  get queues(): readonly Queue[] {
    const committed = new Map(this.#tasks.map((task) => [task.name, task.committed]));
    return this.#sinks.map(({ name: sink }) => {
      const own = this.#deliveries?.list.filter((delivery) => delivery.sink === sink) ?? [];
      const waiting = own.reduce((sum, delivery) => sum + delivery.waiting, 0);
      const ahead = own.map(({ task, next }) => Math.max(0, (committed.get(task) ?? 0) - next));
      return { sink, queued: ahead.reduce((sum, each) => sum + each, waiting), waiting };
    });
  }

  get readiness(): Readiness {
    const waiting = this.#tasks
      .filter((task) => task.state === 'starting')
      .map((task) => `${task.name} restores its state`);
    const reasons = this.#tasks.length === 0 ? ['the state is being opened'] : waiting;
    const stopping = this.#reading.signal.aborted ? ['shutting down'] : [];
    return {
      started: reasons.length === 0,
      ready: reasons.length + stopping.length === 0,
      reasons: [...reasons, ...stopping],
    };
  }

  stop(graceMs: number): void {
    this.#reading.abort();
    setTimeout(() => this.#delivering.abort(), graceMs).unref();
  }

  /** Resolves when every source has ended, or after `stop`, and all is delivered. @throws Failure of the first that cannot go on */
  async run(): Promise<void> {
    const store = await openFolder(this.#plan.state, { now: Date.now, report: (event) => this.#events.state(event) });
    try {
      await this.#runAll(store);
    } finally {
      await store.close();
    }
  }

  async exchange(sinks: readonly SinkPlan[]): Promise<void> {
    this.#sinks = sinks;
    await this.#deliveries?.exchange(sinks);
  }

  async #runAll(store: Store): Promise<void> {
    const { state, streams } = this.#plan;
    const deliveries = await Deliveries.start(this.#sinks, {
      store,
      events: this.#events,
      tasks: streams.map(({ detector }) => detector.stream),
      stop: this.#delivering.signal,
      last: this.#complete.signal,
    });
    this.#deliveries = deliveries;
    this.#tasks = streams.map((plan) => {
      const { stream: name } = plan.detector;
      const recorder = this.#recorder(plan, store);
      return new Task({ name, plan, limits: state, store, events: this.#events, recorder });
    });
    const tasks = this.#tasks.map((task) => task.run(this.#reading.signal));
    await this.#together([
      ...tasks,
      Promise.allSettled(tasks).then(() => this.#complete.abort()),
      this.#trim(store, deliveries),
      deliveries.ended(),
    ]);
  }

  #recorder({ detector: { stream, channels } }: StreamPlan, store: Store): Recorder | undefined {
    const { bundles } = this.#plan;
    return bundles && new Recorder({ task: stream, stream, channels: channels.length }, { bundles, store });
  }

  /** Waits for all of them; the first that fails ends the rest, and is thrown once nothing uses the store any more. */
  async #together(parts: readonly Promise<void>[]): Promise<void> {
    const errors: unknown[] = [];
    const ended = parts.map(async (part) => {
      try {
        await part;
      } catch (error) {
        errors.push(error);
        for (const side of [this.#reading, this.#complete, this.#delivering]) side.abort();
      }
    });
    await Promise.all(ended);
    if (errors.length > 0) throw errors[0];
  }

  /** Forgets, now and then, what every sink of a task has passed, all of it where there is none, but for the newest. */
  async #trim(store: Store, deliveries: Deliveries): Promise<void> {
    const trimmedTo = new Map<string, number>();
    while (!this.#complete.signal.aborted) {
      await pause(TRIM_EVERY_MS, this.#complete.signal);
      for (const { name } of this.#tasks) {
        const passed = deliveries.list.filter(({ task }) => task === name).map((delivery) => delivery.next);
        const until = Math.min(store.next(name), ...passed) - this.#plan.state.outbox_keep;
        if (until <= (trimmedTo.get(name) ?? 0)) continue;
        trimmedTo.set(name, until);
        await store.trim(name, until);
      }
    }
  }
}

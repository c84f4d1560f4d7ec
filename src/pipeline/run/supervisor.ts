import { unlessAborted } from '../../async/aborted.ts';
import type { Backend, TopicPartition } from '../../store/backend.ts';
import type { Plan, SinkPlan } from '../plan.ts';
import type { LiveTask, TaskEvents } from '../task/task-events.ts';
import { Assigned } from './assigned.ts';
import { Deliveries, type DeliveriesEvents } from './deliveries.ts';
import type { Queue, Readiness, Service } from './service.ts';
import { SupervisedTask } from './supervised-task.ts';

/** Everything a run reports: counted by the metrics, written to the log. */
export interface SupervisorEvents extends TaskEvents, DeliveriesEvents {
  /** All that this process has from now on. */
  assigned(partitions: readonly TopicPartition[]): void;
}

/**
 * All tasks and deliveries of one process over one backend: scoring ends at the outbox, delivery begins there. Tasks
 * come and go with the partitions that the backend assigns.
 */
export class Supervisor implements Service {
  readonly #plan: Plan;
  readonly #backend: Backend;
  readonly #events: SupervisorEvents;
  readonly #tasks: Assigned<TopicPartition, SupervisedTask>;
  /**
   * Aborts in this order: nothing more is read; the partitions are given back; nothing more is committed; nothing more
   * is delivered.
   */
  readonly #reading = new AbortController();
  readonly #leaving = new AbortController();
  readonly #complete = new AbortController();
  readonly #delivering = new AbortController();
  readonly #errors: unknown[] = [];
  #sinks: readonly SinkPlan[];
  #deliveries: Deliveries | undefined;
  #assigned = false;
  #graceMs = 0;

  constructor(plan: Plan, backend: Backend, events: SupervisorEvents) {
    this.#plan = plan;
    this.#backend = backend;
    this.#events = events;
    this.#sinks = plan.sinks;
    const make = (partition: TopicPartition) =>
      new SupervisedTask(partition, this.#planOf(partition), { backend, events, bundles: plan.bundles });
    this.#tasks = new Assigned(make, (error) => this.#fail(error));
  }

  get tasks(): readonly LiveTask[] {
    return this.#tasks.list.flatMap(({ task }) => task ?? []);
  }

  get queues(): readonly Queue[] {
    return this.#deliveries?.queues ?? this.#sinks.map(({ name: sink }) => ({ sink, queued: 0, waiting: 0 }));
  }

  /** Whether `stop` was called, or a part failed. */
  get stopping(): boolean {
    return this.#reading.signal.aborted;
  }

  get readiness(): Readiness {
    const restoring = this.#tasks.list
      .filter(({ task }) => (task?.state ?? 'starting') === 'starting')
      .map(({ partition }) => `${partition.name} restores its state`);
    const starting = this.#assigned ? restoring : [this.#backend.notAssigned];
    const { waiting } = this.#backend;
    const stopping = this.stopping ? ['shutting down'] : [];
    return {
      started: starting.length === 0,
      ready: starting.length + waiting.length + stopping.length === 0,
      reasons: [...starting, ...waiting, ...stopping],
    };
  }

  stop(graceMs: number): void {
    this.#graceMs = graceMs;
    this.#reading.abort();
    if (this.#complete.signal.aborted) this.#limitDeliveries();
  }

  async exchange(sinks: readonly SinkPlan[]): Promise<void> {
    this.#sinks = sinks;
    await this.#deliveries?.exchange(sinks);
  }

  /**
   * Resolves when every source has ended, or after `stop`, and all is delivered. @throws Failure of the first part that
   * cannot continue
   */
  async run(): Promise<void> {
    try {
      if (await this.#backend.prepare(this.#reading.signal)) await this.#serve();
    } finally {
      await this.#backend.close();
    }
    if (this.#errors.length > 0) throw this.#errors[0];
  }

  /**
   * The partitions are given back once their tasks have ended, so that whoever takes over finds everything committed.
   */
  async #serve(): Promise<void> {
    this.#deliveries = await Deliveries.start(this.#sinks, {
      backend: this.#backend,
      events: this.#events,
      stop: this.#delivering.signal,
      last: this.#complete.signal,
      fail: (error) => this.#fail(error),
    });
    const following = this.#follow().catch((error) => this.#fail(error));
    await unlessAborted(
      following.then(() => this.#tasks.ended()),
      this.#reading.signal,
    );
    await this.#tasks.stop();
    this.#leaving.abort();
    await following;
    this.#complete.abort();
    if (this.stopping) this.#limitDeliveries();
    await this.#deliveries.ended();
  }

  async #follow(): Promise<void> {
    for await (const partitions of this.#backend.assignments(this.#leaving.signal)) {
      if (this.stopping) continue;
      this.#tasks.assign(partitions);
      this.#assigned = true;
      this.#events.assigned(partitions);
    }
  }

  #planOf({ stream }: TopicPartition): Pick<Plan, 'limits'> & { readonly plan: Plan['streams'][number] } {
    const plan = this.#plan.streams.find(({ detector }) => detector.stream === stream);
    if (plan === undefined) throw new Error(`the stream ${stream} has no plan`);
    return { plan, limits: this.#plan.limits };
  }

  #limitDeliveries(): void {
    setTimeout(() => this.#delivering.abort(), this.#graceMs).unref();
  }

  #fail(error: unknown): void {
    this.#errors.push(error);
    this.#reading.abort();
    this.#delivering.abort();
  }
}

/** What is done for a partition while it is assigned here. */
export interface Work {
  /** Ends when its work does, or once `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Running<W> {
  readonly work: W;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** The work for every partition that is assigned here: it starts and stops as partitions come and go. */
export class Assigned<P extends { readonly name: string }, W extends Work> {
  readonly #make: (partition: P) => W;
  readonly #fail: (error: unknown) => void;
  readonly #running = new Map<string, Running<W>>();
  /** Revoked, and not ended yet: a partition that comes back waits for its own. */
  readonly #ending = new Map<string, Promise<void>>();

  /** `fail` is called with what any work throws. */
  constructor(make: (partition: P) => W, fail: (error: unknown) => void) {
    this.#make = make;
    this.#fail = fail;
  }

  /** Of what is assigned now, ended or not. */
  get list(): readonly W[] {
    return [...this.#running.values()].map(({ work }) => work);
  }

  /** Work that is kept continues; that of a revoked partition is stopped; a new partition's starts. */
  assign(partitions: readonly P[]): void {
    const wanted = new Map(partitions.map((partition) => [partition.name, partition]));
    for (const name of [...this.#running.keys()]) if (!wanted.has(name)) this.#revoke(name);
    for (const [name, partition] of wanted) if (!this.#running.has(name)) this.#start(name, this.#make(partition));
  }

  /** Resolves when all work has ended without being stopped. */
  async ended(): Promise<void> {
    await Promise.all([...[...this.#running.values()].map(({ ended }) => ended), ...this.#ending.values()]);
  }

  /** Stops all work, and resolves when it has ended. */
  async stop(): Promise<void> {
    for (const { stop } of this.#running.values()) stop.abort();
    await this.ended();
  }

  #start(name: string, work: W): void {
    const stop = new AbortController();
    const before = this.#ending.get(name) ?? Promise.resolve();
    const ended = before.then(() => work.run(stop.signal)).catch(this.#fail);
    this.#running.set(name, { work, stop, ended });
  }

  #revoke(name: string): void {
    const running = this.#running.get(name);
    if (running === undefined) return;
    this.#running.delete(name);
    running.stop.abort();
    const ending = running.ended.then(() => {
      if (this.#ending.get(name) === ending) this.#ending.delete(name);
    });
    this.#ending.set(name, ending);
  }
}

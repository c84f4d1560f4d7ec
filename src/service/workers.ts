import { type ChildProcess, fork } from 'node:child_process';
import process from 'node:process';
import type { Logger } from 'pino';
import { AlertMemory } from '../live/alert-memory.ts';
import type { Pulse } from '../live/schema.ts';
import { aggregated } from '../metrics/aggregated.ts';
import type { Readiness, Service } from '../pipeline/run/service.ts';
import type { Exposition } from '../server/server.ts';
import type { StreamsApi } from '../server/streams.ts';
import { liveApi } from './live-api.ts';
import { firstOf, streamStatuses } from './warm-ups.ts';
import { type About, fromWorker, seriesFound, totalsFound, workerEnv } from './worker.ts';

const ANSWER_WITHIN_MS = 2_000;
/** A verdict is written to the brokers and read back. */
const VERDICT_WITHIN_MS = 15_000;
const RESTART_AFTER_MS = 1_000;
const ASK_EVERY_MS = 500;

/** The configuration's file, and how many members run it. */
export interface WorkerOptions {
  readonly config: string;
  readonly count: number;
  /** Most alerts that the live page can show. */
  readonly mostAlerts: number;
}

interface Worker {
  readonly number: number;
  child: ChildProcess | undefined;
  readiness: Readiness;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const STARTING: Readiness = { started: false, ready: false, reasons: ['starts'] };

/**
 * Several members of one consumer group on one machine, each a process of its own, served as one: one address for
 * probes and metrics. A worker that is killed is started again, and its partitions meanwhile are the others'; one that
 * gives up ends them all.
 */
export class Workers implements Pick<Service, 'readiness' | 'stop' | 'run'> {
  readonly #options: WorkerOptions;
  readonly #log: Logger;
  readonly #workers: readonly Worker[];
  readonly #answers = new Map<number, (found: readonly unknown[]) => void>();
  readonly #alerts: AlertMemory;
  #asked = 0;
  #stopping = false;

  constructor(options: WorkerOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
    this.#alerts = new AlertMemory(options.mostAlerts);
    this.#workers = Array.from({ length: options.count }, (_, number) => {
      return { number, child: undefined, readiness: STARTING };
    });
  }

  get readiness(): Readiness {
    const all = this.#workers.map(({ readiness }) => readiness);
    return {
      started: all.every(({ started }) => started),
      ready: all.every(({ ready }) => ready) && !this.#stopping,
      reasons: this.#workers.flatMap(({ number, readiness }) =>
        readiness.reasons.map((why) => `worker ${number}: ${why}`),
      ),
    };
  }

  /** All workers' metrics as one; those of a worker that does not answer in time are left out. */
  async exposition(): Promise<Exposition> {
    return await aggregated(await this.#askAll('metrics'));
  }

  /** What the server says of streams and series; workers that do not answer in time are left out. */
  api(names: readonly string[]): StreamsApi {
    return {
      names,
      streams: async () => streamStatuses((await this.#askAll('streams')).map((found) => totalsFound.parse(found))),
      series: async (query) => {
        const found = (await this.#askAll(query)).flatMap((each) => seriesFound.parse(each));
        return firstOf(found, query.limit, ({ name }) => name);
      },
    };
  }

  /** What the server says to the live page, likewise; alerts outlive the worker that raised them. */
  live(names: readonly string[]): ReturnType<typeof liveApi> {
    const api = liveApi(names, async (question) =>
      question.live === 'alerts' ? [this.#alerts.all] : await this.#askAll(question),
    );
    return { ...api, pulse: async () => this.#firing(await api.pulse()) };
  }

  /** A worker that was restarted counts no alert that it has not raised itself. */
  #firing(pulse: Pulse): Pulse {
    const streams = pulse.streams.map((stream) => ({ ...stream, firing: this.#alerts.firing(stream.name) }));
    return { ...pulse, firing: this.#alerts.firing(), streams };
  }

  /** Each worker reloads its configuration on its own. */
  hangUp(): void {
    for (const { child } of this.#workers) child?.kill('SIGHUP');
  }

  /** Each worker commits and leaves on its own. */
  stop(): void {
    this.#stopping = true;
    for (const { child } of this.#workers) child?.kill('SIGTERM');
  }

  /** Resolves when all have ended; the exit code of the first that failed becomes this process's. */
  async run(): Promise<void> {
    const asking = setInterval(() => {
      for (const worker of this.#workers) void this.#ask(worker, 'streams');
    }, ASK_EVERY_MS);
    try {
      const codes = await Promise.all(this.#workers.map((worker) => this.#keep(worker)));
      const failed = codes.find((code) => code !== 0);
      if (failed !== undefined) process.exitCode = failed;
    } finally {
      clearInterval(asking);
    }
  }

  /** Its exit code, once it has ended unasked. */
  async #keep(worker: Worker): Promise<number> {
    for (;;) {
      const { code, signal } = await this.#live(worker);
      worker.readiness = STARTING;
      if (code !== null) {
        if (code !== 0)
          this.#log.error({ worker: worker.number, code }, 'a worker exited with an error; stopping all workers');
        if (!this.#stopping) this.stop();
        return code;
      }
      if (this.#stopping) return 0;
      this.#log.warn({ worker: worker.number, signal }, 'a worker was killed; restarting it');
      await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER_MS));
    }
  }

  #live(worker: Worker): Promise<Ended> {
    const child = fork(process.argv[1], ['run', '-c', this.#options.config], { env: workerEnv(worker.number) });
    worker.child = child;
    child.on('message', (message) => {
      const sent = fromWorker.parse(message);
      if ('alert' in sent) return this.#alerts.take(sent.alert);
      worker.readiness = sent.readiness;
      this.#answers.get(sent.ask)?.(sent.found);
      this.#answers.delete(sent.ask);
    });
    return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  /** The answers of those that answer in time. */
  async #askAll(about: About): Promise<readonly (readonly unknown[])[]> {
    const answers = await Promise.all(this.#workers.map((worker) => this.#ask(worker, about)));
    return answers.filter((found) => found !== undefined);
  }

  async #ask({ child }: Worker, about: About): Promise<readonly unknown[] | undefined> {
    if (child?.connected !== true) return undefined;
    const ask = this.#asked++;
    return await new Promise((resolve) => {
      const giveUp = setTimeout(() => {
        this.#answers.delete(ask);
        resolve(undefined);
      }, withinMs(about));
      this.#answers.set(ask, (found) => {
        clearTimeout(giveUp);
        resolve(found);
      });
      // One that ends meanwhile does not answer, and that is all there is to it.
      child.send({ ask, about }, () => {});
    });
  }
}

function withinMs(about: About): number {
  const isVerdict = typeof about === 'object' && 'live' in about && about.live === 'give';
  return isVerdict ? VERDICT_WITHIN_MS : ANSWER_WITHIN_MS;
}

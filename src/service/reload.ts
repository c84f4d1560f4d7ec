import type { Logger } from 'pino';
import { Serial } from '../async/serial.ts';
import { changesBetween, isReloadable } from '../config/changes.ts';
import type { Config } from '../config/config.ts';
import { Failure } from '../errors/failure.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { SinkPlan } from '../pipeline/plan.ts';
import { beginAtZero } from './watch.ts';
import { sinkPlans } from './wiring.ts';

/** What a reload acts on. */
export interface Reloading {
  /** Reads the configuration again. @throws Failure */
  readonly load: () => Config;
  readonly log: Logger;
  /** Where it is counted, and who serves the sinks; absent where others do. */
  readonly metrics?: Metrics | undefined;
  readonly exchange?: ((sinks: readonly SinkPlan[]) => Promise<void>) | undefined;
}

/**
 * Takes in a changed configuration during the run: its sinks, `log.level` and `server.token`; or refuses all of
 * it.
 */
export class Reloader {
  readonly #reloading: Reloading;
  #running: Config;
  readonly #turns = new Serial();

  constructor(running: Config, reloading: Reloading) {
    this.#running = running;
    this.#reloading = reloading;
  }

  /** Who changes something must know this; nobody must where it is undefined. */
  get token(): string | undefined {
    return this.#running.server.token;
  }

  /**
   * One after another. @throws Failure where the configuration is rejected and the previous one keeps running; log and
   * metrics report it
   */
  reload(): Promise<void> {
    return this.#turns.run(() => this.#reload());
  }

  async #reload(): Promise<void> {
    const { metrics, log } = this.#reloading;
    try {
      const changed = await this.#takeIn();
      metrics?.reloadSuccessful.set(1);
      metrics?.reloadSuccessTime.setToCurrentTime();
      log.info({ changed }, 'configuration reloaded');
      log.level = this.#running.log.level;
    } catch (error) {
      metrics?.reloadSuccessful.set(0);
      if (!(error instanceof Failure)) throw error;
      log.error({ code: error.code }, `configuration rejected; still running the previous one: ${error.describe()}`);
      throw error;
    }
  }

  /** The paths that changed. */
  async #takeIn(): Promise<readonly string[]> {
    const next = this.#reloading.load();
    const changes = changesBetween(this.#running, next);
    const refused = changes.filter((path) => !isReloadable(path)).map((path) => path.join('.'));
    if (refused.length > 0) {
      const those = refused.length === 1 ? 'this' : 'these';
      throw new Failure('config/needs-restart', `${refused.join(', ')}: only a restart can change ${those}`);
    }
    if (changes.some(([first]) => first === 'sinks')) await this.#exchange(sinkPlans(next));
    this.#running = next;
    return changes.map((path) => path.join('.'));
  }

  async #exchange(sinks: readonly SinkPlan[]): Promise<void> {
    const { metrics, exchange } = this.#reloading;
    if (metrics === undefined || exchange === undefined) return;
    await tryAll(sinks);
    await exchange(sinks);
    for (const gauge of [metrics.deliveryQueue, metrics.deliveryWaiting, metrics.deliveryOff]) gauge.reset();
    beginAtZero(metrics, { streams: [], sinks });
  }
}

/** Whether each can be opened, before any of the old ones is closed. */
async function tryAll(sinks: readonly SinkPlan[]): Promise<void> {
  for (const { name, open } of sinks) {
    try {
      await (await open()).close();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new Failure(error.code, `sinks.${name}: ${error.message}`, { cause: error });
    }
  }
}

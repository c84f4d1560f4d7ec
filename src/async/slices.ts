import { setImmediate } from 'node:timers/promises';

/** Long enough that resting costs little, short enough that nobody waits noticeably. */
const SLICE_MS = 10;

/**
 * Cuts long work into slices, so that probes, requests and heartbeats have their turn in between. Several such works at
 * a time make each other’s slices add up: do one after another (`Serial`).
 */
export class Slices {
  #since = performance.now();

  /** Call between steps of well under a millisecond: `if (slices.isOver) await slices.rest()`. */
  get isOver(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }

  /** Resolves once everybody else had a turn, and begins the next slice. */
  async rest(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}

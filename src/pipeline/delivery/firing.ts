import type { Plain } from '../../event/plain.ts';
import type { EpochMs } from '../../event/time.ts';
import type { Committed } from '../../store/store.ts';
import type { DeliveryState } from './delivery-state.ts';

const PREFIX = 'firing/';

/**
 * The alerts that a sink has and that still fire, each as it was sent last: to be sent again and again. Survives a
 * restart by the delivery state.
 */
export class Firing {
  readonly #everyMs: number;
  readonly #state: DeliveryState;
  readonly #alerts = new Map<string, Committed>();
  #dueMs: EpochMs;

  /** What fired before the start is due at once. */
  constructor(everyMs: number, state: DeliveryState, now: EpochMs) {
    this.#everyMs = everyMs;
    this.#state = state;
    this.#dueMs = now;
    // `delivered` wrote these.
    for (const entry of state.found(PREFIX)) this.#keep(entry as unknown as Committed);
  }

  /** In the order in which they began to fire. */
  get alerts(): readonly Committed[] {
    return [...this.#alerts.values()];
  }

  /** The sink has taken these. */
  delivered(batch: readonly Committed[], now: EpochMs): void {
    for (const item of batch) {
      const { output } = item;
      if (output.kind !== 'alert') continue;
      if (output.state === 'resolved') this.#drop(output.id);
      else {
        if (this.#alerts.size === 0) this.#dueMs = now + this.#everyMs;
        this.#keep(item);
        this.#state.set(PREFIX + output.id, item as unknown as Plain);
      }
    }
  }

  /** The sink will never have this one: if it is an end, the sink no longer receives that the alert fires. */
  deadLetter({ output }: Committed): void {
    if (output.kind === 'alert' && output.state === 'resolved') this.#drop(output.id);
  }

  /**
   * How long until they are sent again, ms; undefined where none fires. A clock that was set back adds nothing to
   * it.
   */
  dueIn(now: EpochMs): number | undefined {
    return this.#alerts.size === 0 ? undefined : Math.min(Math.max(0, this.#dueMs - now), this.#everyMs);
  }

  /** They were sent, or it was tried. */
  sent(now: EpochMs): void {
    this.#dueMs = now + this.#everyMs;
  }

  #keep(item: Committed): void {
    if (item.output.kind === 'alert') this.#alerts.set(item.output.id, item);
  }

  #drop(id: string): void {
    if (this.#alerts.delete(id)) this.#state.set(PREFIX + id, null);
  }
}

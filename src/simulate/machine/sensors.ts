import type { EpochMs } from '../../event/time.ts';
import type { Dice } from '../dice.ts';
import { type Episode, progress } from '../faults.ts';
import { round } from '../fields.ts';
import { CHANNELS } from './rotor.ts';

/** What the sensors say of the truth; a fault befalls one of them and leaves the machine as it is. */
export class Sensors {
  readonly #dice: Dice;
  readonly #faultDice: Dice;
  #stuckAt: number | undefined;

  /** With dice of their own, faults leave what comes before and after them as it is. */
  constructor(dice: Dice, faultDice: Dice) {
    this.#dice = dice;
    this.#faultDice = faultDice;
  }

  /** Readings by channel at one step. */
  read(timeMs: EpochMs, truth: readonly number[], fault: Episode | undefined): Record<string, number> {
    if (fault?.fault !== 'stuck') this.#stuckAt = undefined;
    const readings: Record<string, number> = {};
    CHANNELS.forEach(({ name, noise, decimals }, channel) => {
      const seen = truth[channel] + this.#dice.normal(0, noise);
      const shown = fault?.channel === name ? this.#spoil(timeMs, seen, fault, channel) : seen;
      readings[name] = round(Math.max(0, shown), decimals);
    });
    return readings;
  }

  /**
   * Spike and drift move the reading by a share of the channel's span, noise multiplies the sensor's own, stuck repeats
   * the first.
   */
  #spoil(timeMs: EpochMs, seen: number, fault: Episode, channel: number): number {
    const { span, noise } = CHANNELS[channel];
    switch (fault.fault) {
      case 'spike':
        return seen + fault.sign * span * (0.8 + 1.2 * fault.severity);
      case 'drift':
        return seen + fault.sign * span * (0.15 + 0.25 * fault.severity) * progress(fault, timeMs);
      case 'noise':
        return seen + this.#faultDice.normal(0, noise * (8 + 12 * fault.severity));
      default:
        this.#stuckAt ??= seen;
        return this.#stuckAt;
    }
  }
}

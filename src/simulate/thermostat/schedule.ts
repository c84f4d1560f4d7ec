import type { Dice } from '../dice.ts';
import { isWeekend, type LocalTime } from '../local-time.ts';

/** Quarter hours, as thermostats are programmed. */
function quarter(hours: number): number {
  return Math.round(hours * 4) / 4;
}

/**
 * A programmed thermostat: comfort while people are up and at home, set back at night and, in two homes of three, on
 * weekdays while all are out. In some evenings somebody turns it up for two hours.
 */
export class SetpointProgramme {
  readonly #dice: Dice;
  readonly #comfort: number;
  readonly #night: number;
  readonly #away: number;
  readonly #wake: number;
  readonly #leave: number;
  readonly #back: number;
  readonly #sleep: number;
  readonly #lieIn: number;
  #day = -1;
  #boostFrom = Infinity;

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#comfort = dice.integer(39, 43) / 2;
    this.#night = this.#comfort - dice.integer(3, 7) / 2;
    this.#away = this.#comfort - dice.integer(3, 7) / 2;
    this.#wake = quarter(dice.uniform(5.5, 7.5));
    this.#leave = dice.chance(0.65) ? this.#wake + quarter(dice.uniform(1, 1.75)) : Infinity;
    this.#back = quarter(dice.uniform(15.5, 18.5));
    this.#sleep = quarter(dice.uniform(21.5, 23.5));
    this.#lieIn = quarter(dice.uniform(0.75, 2));
  }

  /** Setpoint, °C, in steps of 0.5. */
  setpoint(local: LocalTime): number {
    if (local.day !== this.#day) {
      this.#day = local.day;
      this.#boostFrom = this.#dice.chance(0.05) ? this.#dice.uniform(this.#back, this.#sleep - 2) : Infinity;
    }
    const programmed = this.#programmed(local);
    const boosted = local.hour >= this.#boostFrom && local.hour < this.#boostFrom + 2;
    return boosted ? programmed + 1 : programmed;
  }

  /** Whether somebody is up and at home, who cooks and leaves lamps on. */
  busy(local: LocalTime): boolean {
    return this.#programmed(local) === this.#comfort;
  }

  #programmed(local: LocalTime): number {
    const weekend = isWeekend(local);
    const wake = weekend ? this.#wake + this.#lieIn : this.#wake;
    if (local.hour < wake || local.hour >= this.#sleep) return this.#night;
    return !weekend && local.hour >= this.#leave && local.hour < this.#back ? this.#away : this.#comfort;
  }
}

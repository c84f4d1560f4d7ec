import { HOUR_MS } from '../../event/time.ts';
import type { Dice } from '../dice.ts';
import type { Episode, FaultPlan } from '../faults.ts';
import { round } from '../fields.ts';
import type { ReportTime } from '../ticks.ts';
import type { SimulatedEvent } from '../world.ts';
import { House } from './house.ts';
import { SetpointProgramme } from './schedule.ts';
import type { Sky } from './weather.ts';

/** Half the width of the thermostat's hysteresis, K. */
export const BAND = 0.4;
/** The furnace's own safety switch, °C of the air. */
const TOO_HOT = 32;
const STEP_S = 60;
/** Below this difference to the outdoors, K, an open window shows in nothing. */
const WINDOW_SHOWS = 4;

/** One home: its house, its thermostat and what can break in them. */
export class Home {
  readonly #name: string;
  readonly #dice: Dice;
  readonly #plan: FaultPlan;
  readonly #house: House;
  readonly #schedule: SetpointProgramme;
  readonly #microclimate: number;
  readonly #baseGains: number;
  readonly #steps: number;
  readonly #stepS: number;
  #calling = false;
  #stuckAt: number | undefined;
  /** The failed furnace that was called for heat and did not give it. */
  #missed: Episode | undefined;

  constructor(name: string, dice: Dice, plan: FaultPlan, intervalMs: number) {
    this.#name = name;
    this.#dice = dice;
    this.#plan = plan;
    this.#house = new House(dice);
    this.#schedule = new SetpointProgramme(dice);
    this.#microclimate = dice.normal(0, 0.4);
    this.#baseGains = dice.uniform(150, 350);
    this.#steps = Math.max(1, Math.ceil(intervalMs / 1000 / STEP_S));
    this.#stepS = intervalMs / 1000 / this.#steps;
  }

  /** What the home reports at a tick, after the interval that ends there. */
  report({ timeMs, iso, local }: ReportTime, { outside, sun }: Sky): SimulatedEvent {
    const fault = this.#plan.at(timeMs);
    if (fault?.fault !== 'sensor_stuck') this.#stuckAt = undefined;
    const setpoint = this.#schedule.setpoint(local);
    const load = {
      outside: outside + this.#microclimate,
      sun,
      heat: 0,
      gains: this.#baseGains + (this.#schedule.busy(local) ? 350 : 0),
      draught: fault?.fault === 'window_open' ? 200 + 300 * fault.severity : 0,
    };
    let calls = 0;
    for (let step = 0; step < this.#steps; step++) {
      const sensed = this.#sense(timeMs, fault);
      if (sensed < setpoint - BAND) this.#calling = true;
      if (sensed > setpoint + BAND) this.#calling = false;
      if (this.#calling) calls++;
      const burns = this.#calling && fault?.fault !== 'furnace_failed' && this.#house.air < TOO_HOT;
      load.heat = burns ? this.#house.furnaceWatts : 0;
      this.#house.advance(this.#stepS, load);
    }
    if (fault?.fault === 'furnace_failed' && calls > 0) this.#missed = fault;
    const noise = this.#dice.normal(0, 0.03);
    const inside = this.#sense(timeMs, fault) + (this.#stuckAt === undefined ? noise : 0);
    const fields = {
      time: iso,
      home: this.#name,
      setpoint,
      inside: round(inside, 1),
      outside: round(load.outside, 1),
      hvac: round(calls / this.#steps, 2),
    };
    return { series: this.#name, timeMs, fields, fault: this.#shows(fault, load.outside) ? fault : undefined };
  }

  /** What the thermostat's sensor says; a sensor that lies misleads the furnace too. */
  #sense(timeMs: number, fault: Episode | undefined): number {
    const reading = this.#house.air;
    if (fault?.fault === 'sensor_drift') {
      const perHour = 0.08 + 0.17 * fault.severity;
      return reading + (fault.sign * perHour * (timeMs - fault.startMs)) / HOUR_MS;
    }
    if (fault?.fault !== 'sensor_stuck') return reading;
    this.#stuckAt ??= reading;
    return this.#stuckAt;
  }

  /** A dead furnace shows once heat is wanted, an open window only against another temperature outdoors. */
  #shows(fault: Episode | undefined, outside: number): boolean {
    if (fault?.fault === 'furnace_failed') return this.#missed === fault;
    if (fault?.fault === 'window_open') return Math.abs(outside - this.#house.air) > WINDOW_SHOWS;
    return fault !== undefined;
  }
}

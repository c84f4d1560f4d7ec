import { z } from 'zod';
import { durationMs } from '../../event/duration.ts';
import { HOUR_MS, MINUTE_MS } from '../../event/time.ts';
import { Dice } from '../dice.ts';
import { type Episode, type FaultKind, FaultPlan } from '../faults.ts';
import { round, seriesName } from '../fields.ts';
import { sharedOptions, span } from '../options.ts';
import { type ReportTime, ticks } from '../ticks.ts';
import { defineWorld, type SimulatedEvent } from '../world.ts';
import { Body, feverShape } from './body.ts';
import { activityOf, Day } from './day.ts';

const FAULTS = ['arrhythmia', 'fever'] as const;

const KINDS: readonly FaultKind[] = [
  { fault: 'arrhythmia', lastsMs: [20 * MINUTE_MS, 6 * HOUR_MS] },
  { fault: 'fever', lastsMs: [24 * HOUR_MS, 72 * HOUR_MS] },
];

/** One person and the watch. */
class Wearer {
  readonly #name: string;
  readonly #dice: Dice;
  readonly #plan: FaultPlan;
  readonly #minutes: number;
  readonly #day: Day;
  readonly #body: Body;

  constructor(name: string, dice: Dice, plan: FaultPlan, intervalMs: number) {
    this.#name = name;
    this.#dice = dice;
    this.#plan = plan;
    this.#minutes = intervalMs / MINUTE_MS;
    this.#day = new Day(dice, intervalMs);
    this.#body = new Body(dice, intervalMs);
  }

  /** What the watch reports at a tick; off the wrist it knows nothing, and so shows no fault. */
  report({ timeMs, iso, local }: ReportTime): SimulatedEvent {
    const fault = this.#plan.at(timeMs);
    const doing = this.#day.at(timeMs, local, vigour(fault, timeMs));
    const [heart, skin] = this.#body.next(timeMs, local, doing, fault);
    const steps = doing.cadence * this.#minutes * this.#dice.uniform(0.85, 1.05);
    const seen = { heart_rate: round(heart, 0), steps: round(steps, 0), skin_temperature: round(skin, 1) };
    const unseen = { heart_rate: null, steps: null, skin_temperature: null };
    const fields = { time: iso, person: this.#name, ...(doing.worn ? seen : unseen) };
    const activity = activityOf(doing);
    return { series: this.#name, timeMs, fields, fault: doing.worn ? fault : undefined, activity };
  }
}

function vigour(fault: Episode | undefined, timeMs: number): number {
  return fault?.fault === 'fever' ? 1 - 0.7 * Math.max(0.01, feverShape(fault, timeMs)) : 1;
}

/** People who sleep, walk, run and take the watch off. A simulation of signals, not of medicine. */
export const wearable = defineWorld({
  name: 'wearable',
  summary: 'People with a watch: heart rate given steps and sleep, skin temperature, off-wrist gaps.',
  key: 'person',
  channels: ['heart_rate', 'steps', 'skin_temperature'],
  faults: FAULTS,
  options: z.strictObject({
    people: z.int().min(1).max(100_000).default(6).describe('Number of people.'),
    interval: durationMs.prefault('1m').describe('Time between two reports.'),
    ...sharedOptions({ faults: FAULTS, faultRate: 0.1, calm: '3d' }),
  }),
  *generate(options) {
    const { startMs, endMs } = span(options);
    const kinds = KINDS.filter(({ fault }) => options.faults.some((chosen) => chosen === fault));
    const occurrence = { kinds, perDay: options.fault_rate, fromMs: startMs + options.calm };
    const wearers = Array.from({ length: options.people }, (_, index) => {
      const name = seriesName('person', index);
      const plan = new FaultPlan(name, new Dice(options.seed, `wearable/${name}/faults`), occurrence);
      return new Wearer(name, new Dice(options.seed, `wearable/${name}`), plan, options.interval);
    });
    for (const tick of ticks(startMs, endMs, options.interval)) {
      for (const wearer of wearers) yield wearer.report(tick);
    }
  },
});

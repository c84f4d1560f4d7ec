import { z } from 'zod';
import { durationMs } from '../../event/duration.ts';
import { MINUTE_MS } from '../../event/time.ts';
import { Dice } from '../dice.ts';
import { type FaultKind, FaultPlan } from '../faults.ts';
import { seriesName } from '../fields.ts';
import { sharedOptions, span } from '../options.ts';
import { ticks } from '../ticks.ts';
import { defineWorld } from '../world.ts';
import { Cycle } from './cycle.ts';
import { CHANNELS, Rotor } from './rotor.ts';
import { Sensors } from './sensors.ts';

const FAULTS = ['spike', 'drift', 'noise', 'stuck'] as const;
const NAMES = CHANNELS.map(({ name }) => name);

/** A spike is one to three samples; the others last as long whatever the rate. */
function kinds(intervalMs: number): readonly FaultKind[] {
  return [
    { fault: 'spike', lastsMs: [intervalMs, 3 * intervalMs], channels: NAMES },
    { fault: 'drift', lastsMs: [40 * MINUTE_MS, 240 * MINUTE_MS], channels: NAMES },
    { fault: 'noise', lastsMs: [10 * MINUTE_MS, 60 * MINUTE_MS], channels: NAMES },
    { fault: 'stuck', lastsMs: [10 * MINUTE_MS, 60 * MINUTE_MS], channels: NAMES },
  ];
}

/** Machines that repeat a job, seen through six sensors at a fixed rate. */
export const machine = defineWorld({
  name: 'machine',
  summary: 'Machines in operating cycles: speed, load, current, bearing temperature, vibration and pressure, coupled.',
  key: 'machine',
  channels: NAMES,
  faults: FAULTS,
  options: z.strictObject({
    machines: z.int().min(1).max(100_000).default(4).describe('Number of machines.'),
    interval: durationMs.prefault('10s').describe('Time between two samples.'),
    ...sharedOptions({ faults: FAULTS, faultRate: 2, calm: '4h' }),
  }),
  *generate(options) {
    const { startMs, endMs } = span(options);
    const chosen = kinds(options.interval).filter(({ fault }) => options.faults.some((name) => name === fault));
    const occurrence = { kinds: chosen, perDay: options.fault_rate, fromMs: startMs + options.calm };
    const machines = Array.from({ length: options.machines }, (_, index) => {
      const name = seriesName('machine', index);
      const dice = new Dice(options.seed, `machine/${name}`);
      const faultDice = new Dice(options.seed, `machine/${name}/faults`);
      const plan = new FaultPlan(name, faultDice, occurrence);
      const cycle = new Cycle(dice, startMs);
      return { name, plan, cycle, rotor: new Rotor(dice, options.interval), sensors: new Sensors(dice, faultDice) };
    });
    for (const { timeMs, iso, local } of ticks(startMs, endMs, options.interval)) {
      for (const { name, plan, cycle, rotor, sensors } of machines) {
        const fault = plan.at(timeMs);
        const readings = sensors.read(timeMs, rotor.next(cycle.at(timeMs), local), fault);
        yield { series: name, timeMs, fields: { time: iso, machine: name, ...readings }, fault };
      }
    }
  },
});

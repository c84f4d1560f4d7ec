import { z } from 'zod';
import { durationMs } from '../../event/duration.ts';
import { DAY_MS, HOUR_MS } from '../../event/time.ts';
import { Dice } from '../dice.ts';
import { type FaultKind, FaultPlan } from '../faults.ts';
import { seriesName } from '../fields.ts';
import { sharedOptions, span } from '../options.ts';
import { ticks } from '../ticks.ts';
import { defineWorld } from '../world.ts';
import { Home } from './home.ts';
import { Weather } from './weather.ts';

const FAULTS = ['furnace_failed', 'window_open', 'sensor_drift', 'sensor_stuck'] as const;

const KINDS: readonly FaultKind[] = [
  { fault: 'furnace_failed', lastsMs: [4 * HOUR_MS, 24 * HOUR_MS] },
  { fault: 'window_open', lastsMs: [1 * HOUR_MS, 8 * HOUR_MS] },
  { fault: 'sensor_drift', lastsMs: [12 * HOUR_MS, 2 * DAY_MS] },
  { fault: 'sensor_stuck', lastsMs: [3 * HOUR_MS, 18 * HOUR_MS] },
];

/** Homes of one town in one weather, each with its own house, habits and bad luck. */
export const thermostat = defineWorld({
  name: 'thermostat',
  summary: 'Homes with a furnace: setpoint, inside, outside and duty cycle, by a two-node thermal model.',
  key: 'home',
  channels: ['setpoint', 'inside', 'outside', 'hvac'],
  faults: FAULTS,
  options: z.strictObject({
    homes: z.int().min(1).max(100_000).default(8).describe('Number of homes.'),
    interval: durationMs.prefault('5m').describe('Time between two reports of a home.'),
    ...sharedOptions({ faults: FAULTS, faultRate: 0.07, calm: '3d' }),
  }),
  *generate(options) {
    const { startMs, endMs } = span(options);
    const kinds = KINDS.filter(({ fault }) => options.faults.some((chosen) => chosen === fault));
    const occurrence = { kinds, perDay: options.fault_rate, fromMs: startMs + options.calm };
    const homes = Array.from({ length: options.homes }, (_, index) => {
      const name = seriesName('home', index);
      const plan = new FaultPlan(name, new Dice(options.seed, `thermostat/${name}/faults`), occurrence);
      return new Home(name, new Dice(options.seed, `thermostat/${name}`), plan, options.interval);
    });
    const weather = new Weather(new Dice(options.seed, 'thermostat/weather'), options.interval);
    for (const tick of ticks(startMs, endMs, options.interval)) {
      const sky = weather.next(tick.local);
      for (const home of homes) yield home.report(tick, sky);
    }
  },
});

import { HOUR_MS, MINUTE_MS } from '../../../src/event/time.ts';

/** How a simulated world is judged. */
export interface WorldSetting {
  /** The simulator's option that says how many series there are, and how many. */
  readonly count: string;
  readonly series: number;
  readonly rowMs: number;
  /** Alerts so long after a fault are neither found nor false. */
  readonly aftermathMs: number;
  /** False alarms allowed, per series and week. */
  readonly budget: number;
  /** [faults per series and day, days]: at the simulator's default rate, and at half the budget's. */
  readonly usual: readonly [number, number];
  readonly half: readonly [number, number];
}

const MONTHLY = 84 / 365.25;
export const WORLD_SETTINGS: Readonly<Record<string, WorldSetting>> = {
  thermostat: {
    ...{ count: 'homes', series: 12, rowMs: 5 * MINUTE_MS, aftermathMs: 12 * HOUR_MS },
    ...{ budget: MONTHLY, usual: [0.07, 45], half: [0.016, 120] },
  },
  machine: {
    ...{ count: 'machines', series: 4, rowMs: MINUTE_MS / 2, aftermathMs: 30 * MINUTE_MS },
    ...{ budget: 3 / 4, usual: [2, 10], half: [0.05, 60] },
  },
  wearable: {
    ...{ count: 'people', series: 6, rowMs: 5 * MINUTE_MS, aftermathMs: 12 * HOUR_MS },
    ...{ budget: MONTHLY, usual: [0.1, 45], half: [0.016, 120] },
  },
  market: {
    ...{ count: 'symbols', series: 4, rowMs: 1.2 * MINUTE_MS, aftermathMs: HOUR_MS },
    ...{ budget: 3 / 4, usual: [0.4, 60], half: [0.05, 120] },
  },
  accounts: {
    ...{ count: 'accounts', series: 50, rowMs: MINUTE_MS, aftermathMs: 48 * HOUR_MS },
    ...{ budget: 14 / 50, usual: [0.01, 150], half: [0.01, 180] },
  },
};

/** Channels that a fault shows in, where the world's truth names none. */
export const SHOWS_IN: Readonly<Record<string, readonly string[]>> = {
  furnace_failed: ['inside', 'hvac'],
  window_open: ['inside', 'hvac'],
  sensor_drift: ['inside', 'hvac'],
  sensor_stuck: ['inside', 'hvac'],
  arrhythmia: ['heart_rate'],
  fever: ['heart_rate', 'skin_temperature'],
  bad_tick: ['price'],
  flash_crash: ['price', 'volume', 'spread'],
  stale_quote: ['price', 'spread'],
  volume_burst: ['volume'],
};

import { accounts } from './accounts/world.ts';
import { machine } from './machine/world.ts';
import { market } from './market/world.ts';
import { thermostat } from './thermostat/world.ts';
import { wearable } from './wearable/world.ts';
import type { World } from './world.ts';

/** Every world there is. */
export const worlds: readonly World[] = [thermostat, machine, wearable, market, accounts];

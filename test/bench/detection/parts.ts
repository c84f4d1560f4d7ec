import type { Part } from './part.ts';
import { calibration } from './parts/calibration.ts';
import { calibrationWorlds } from './parts/calibration-worlds.ts';
import { cards } from './parts/cards.ts';
import { ecg } from './parts/ecg.ts';
import { firstWeek } from './parts/first-week.ts';
import { healthy } from './parts/healthy.ts';
import { injected } from './parts/injected.ts';
import { market } from './parts/market.ts';
import { nab } from './parts/nab.ts';
import { skab } from './parts/skab.ts';
import { smap } from './parts/smap.ts';
import { simulatedWorlds } from './parts/worlds.ts';

/** Every part, in the order in which they run: a new one is a file and a line. */
export const parts: readonly Part[] = [
  nab,
  simulatedWorlds,
  injected,
  skab,
  smap,
  ecg,
  market,
  cards,
  calibration,
  calibrationWorlds,
  firstWeek,
  healthy,
];

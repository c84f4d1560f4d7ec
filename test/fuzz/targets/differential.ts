import type { Random } from '../../../src/math/random.ts';
import { timeCase, agrees as timesAgree } from '../../decode/time-cases.ts';
import { csvCase, agrees as rowsAgree } from '../../source/csv-cases.ts';
import type { FuzzKind } from '../campaign.ts';

/** CSV texts, whole and spoiled: read as csv-parse reads them. */
export const csv = differential('csv', csvCase, rowsAgree);

/** Written times, whole and spoiled: read as a second implementation on Temporal reads them. */
export const times = differential('times', timeCase, timesAgree);

function differential<T>(kind: string, make: (random: () => number) => T, agrees: (made: T) => boolean): FuzzKind {
  const attempt = (random: Random) => {
    const made = make(() => random.next());
    if (!agrees(made)) throw new Error(`read in two ways: ${JSON.stringify(made)}`);
  };
  return { kind, open: async () => ({ attempt }) };
}

import { expect, test } from 'vitest';
import { freePorts } from './ports.ts';

/** So many of 12 000, twice, meet nearly always where nobody remembers them. */
const MANY = 300;

test('no port is given twice in a run', async () => {
  const both = [...(await freePorts(MANY)), ...(await freePorts(MANY))];
  expect(new Set(both).size).toBe(2 * MANY);
});

import { expect, test } from 'vitest';
import { killedAtMoments } from './killed.ts';

/** The soak beside this has fifty. */
const KILLS = 5;

test(`killed at ${KILLS} random moments, an embedded run with ticks leaves the same bytes in its outbox as undisturbed`, {
  timeout: 300_000,
}, async () => {
  const { expected, left, killed } = await killedAtMoments(KILLS);
  expect(expected.split('\n').length).toBeGreaterThan(8000);
  expect(expected.match(/"reason":"silent"/g)?.length).toBeGreaterThanOrEqual(2 * 7);
  expect(killed).toBe(KILLS);
  expect(left).toBe(expected);
});

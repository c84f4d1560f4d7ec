import path from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { inspect } from '../../src/state/ledger.ts';
import { openLevel } from '../../src/state/level.ts';
import { compiled } from '../state/compiled.ts';
import { killedAtMoments, outboxes, run, stateFolder } from './killed.ts';

const KILLS = 50;

test(`killed at ${KILLS} random moments, an embedded run with ticks leaves the same bytes in its outbox as undisturbed`, async () => {
  const { expected, left, killed } = await killedAtMoments(KILLS);
  expect(expected.split('\n').length).toBeGreaterThan(8000);
  expect(expected.match(/"reason":"silent"/g)?.length).toBeGreaterThanOrEqual(2 * 7);
  expect(killed).toBe(KILLS);
  expect(left).toBe(expected);
});

/** Entries of a checkpoint that was cut short. */
async function leftovers(folder: string): Promise<number> {
  const level = await openLevel(path.join(folder, 'live'));
  const found = await inspect(level);
  await level.close();
  return found.leftovers.length;
}

test('killed while a checkpoint of thousands of series is written, it leaves the same bytes as undisturbed', async () => {
  const program = path.join(compiled(['src', 'test/pipeline']), 'test/pipeline/many-series-run.js');
  const undisturbed = stateFolder();
  await run(program, undisturbed);
  const expected = await outboxes(undisturbed, ['many']);
  expect(expected.split('\n').length).toBeGreaterThan(29_999);

  const random = new Random(12);
  const folder = stateFolder();
  let cutShort = 0;
  for (let i = 0; i < 14; i++) {
    await run(program, folder, { commits: 1 + random.int(20), afterMs: random.next() * 150 });
    if ((await leftovers(folder)) > 0) cutShort++;
  }
  await run(program, folder);
  expect(cutShort).toBeGreaterThan(1);
  expect(await outboxes(folder, ['many'])).toBe(expected);
});

import { expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { agrees, csvCase } from './csv-cases.ts';

test('rows of CSV are those that csv-parse finds, and refused where it refuses them', () => {
  const random = new Random(13);
  const differ = [];
  let [accepted, refused] = [0, 0];
  for (let n = 0; n < 10_000; n++) {
    const made = csvCase(() => random.next());
    if (!agrees(made)) differ.push(made);
    if (made.read === undefined) refused++;
    else accepted++;
  }
  expect(differ).toEqual([]);
  expect(Math.min(accepted, refused)).toBeGreaterThan(500);
});

import { expect, test } from 'vitest';
import { networkOptions } from '../../src/lstm/options.ts';

test('an empty section is the network that was measured', () => {
  expect(networkOptions.parse({})).toEqual({
    engine: 'auto',
    cell: 'graves',
    hidden: 32,
    steps: 16,
    learn_every: 4,
    rate: 2e-3,
    warm_rate_factor: 3,
    warm_rows: 600,
    seed: 1,
    batch: 32,
  });
});

test('learn_every must divide steps', () => {
  expect(networkOptions.safeParse({ steps: 12, learn_every: 3 }).success).toBe(true);
  const refused = networkOptions.safeParse({ steps: 16, learn_every: 3 });
  expect(refused.error?.issues).toEqual([
    expect.objectContaining({ path: ['learn_every'], message: '`learn_every` must divide `steps`' }),
  ]);
});

test('unknown keys are refused', () => {
  expect(networkOptions.safeParse({ hiden: 32 }).success).toBe(false);
});

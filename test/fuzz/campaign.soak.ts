import { expect, test } from 'vitest';
import { campaign } from './campaign.ts';
import { kinds } from './kinds.ts';

test.each(kinds)('six seconds of spoiled inputs of $kind: no findings', async (kind) => {
  const { inputs, findings } = await campaign(kind, { seed: 1_000, inputs: 1e9, forMs: 6_000 });
  console.log(`${kind.kind}: ${inputs} inputs`);
  expect(findings).toEqual([]);
  expect(inputs).toBeGreaterThan(0);
});

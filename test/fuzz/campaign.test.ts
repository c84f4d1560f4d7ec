import { expect, test } from 'vitest';
import { campaign, type FuzzKind } from './campaign.ts';
import { kinds } from './kinds.ts';

const once = { seed: 1, inputs: 2_000, forMs: Number.POSITIVE_INFINITY };

/** Fails at one input in a hundred. */
const faulty: FuzzKind = {
  kind: 'faulty',
  open: async () => ({
    attempt: (random) => {
      const drawn = random.next();
      if (drawn < 0.01) throw new Error(`drew ${drawn}`);
    },
  }),
};

test('a finding is given again by its seed alone', async () => {
  const { findings } = await campaign(faulty, once);
  expect(findings.length).toBeGreaterThan(5);
  for (const { seed, message } of findings) {
    const again = await campaign(faulty, { ...once, seed, inputs: 1 });
    expect(again.findings.map((finding) => finding.message.split('\n')[0])).toEqual([message.split('\n')[0]]);
  }
});

test('what a timer throws behind an input is a finding, and does not end the campaign', async () => {
  const late: FuzzKind = {
    kind: 'late',
    open: async () => ({
      attempt: async () => {
        setImmediate(() => Promise.reject(new Error('too late')));
        await new Promise((resolve) => setImmediate(resolve));
      },
    }),
  };
  const { inputs, findings } = await campaign(late, { ...once, inputs: 3 });
  expect([inputs, findings.length]).toEqual([3, 3]);
});

test.each(kinds)('a few inputs of $kind: no findings', async (kind) => {
  const { inputs, findings } = await campaign(kind, { seed: 7, inputs: 150, forMs: 15_000 });
  expect(findings).toEqual([]);
  expect(inputs).toBeGreaterThan(0);
});

import { expect, test } from 'vitest';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { runStorm } from './storm.ts';

describeWith([kafkaLibraries], 'exactly once', () => {
  test('members and brokers killed and paused at random leave the same committed bytes as an undisturbed run', {
    timeout: 300_000,
  }, async () => {
    const { storm, calm, errors } = await runStorm({
      seed: 7,
      records: 24_000,
      partitions: 4,
      kills: 4,
      brokerKills: 1,
      pauses: 1,
      overMs: 40_000,
      report: () => {},
    });
    expect([...storm.keys()].sort()).toEqual([...calm.keys()].sort());
    for (const [place, lines] of calm) expect(storm.get(place), place).toEqual(lines);
    const scores = [...calm]
      .filter(([place]) => place.startsWith('scores'))
      .reduce((sum, [, { length }]) => sum + length, 0);
    expect(scores).toBeGreaterThan(23_000);
    expect([...calm.keys()].some((place) => place.startsWith('alerts'))).toBe(true);
    expect(errors).toEqual([]);
  });
});

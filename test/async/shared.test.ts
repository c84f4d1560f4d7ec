import { expect, test } from 'vitest';
import { shared } from '../../src/async/shared.ts';

test('all who ask while the work runs get its one result, or what it threw; later it runs anew', async () => {
  const ends: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  const work = shared(() => new Promise<number>((resolve, reject) => void ends.push({ resolve, reject })));
  const [one, other] = [work(), work()];
  ends[0].resolve(1);
  expect(await Promise.all([one, other])).toEqual([1, 1]);
  const [third, fourth] = [work(), work()];
  ends[1].reject(new Error('no'));
  await expect(third).rejects.toThrow('no');
  await expect(fourth).rejects.toThrow('no');
  void work();
  expect(ends).toHaveLength(3);
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Place, surprisal } from './program.ts';

/** The most memory of its own, MB, that a process had, by what the operating system says while it runs; undefined where it says nothing. */
async function residentWhile(flags: readonly string[]): Promise<number | undefined> {
  let most: number | undefined;
  let watching: NodeJS.Timeout | undefined;
  const { code, err } = await surprisal(flags, (pid) => {
    const status = `/proc/${pid}/status`;
    watching = setInterval(() => {
      // Not `VmHWM`: LevelDB's files are mapped, and those pages are the system's to take back.
      const [, kilobytes] = /RssAnon:\s+(\d+)/.exec(existsSync(status) ? readFileSync(status, 'utf8') : '') ?? [];
      if (kilobytes !== undefined) most = Math.max(most ?? 0, (Number(kilobytes) * 1024) / 1e6);
    }, 20);
  });
  clearInterval(watching);
  expect([code, err]).toEqual([0, expect.any(String)]);
  return most;
}

test('a process that saves 20 000 series, and one that restores them, have no more resident than estimated', async (context) => {
  const place = new Place();
  const count = 20_000;
  const record = (n: number) =>
    JSON.stringify({ id: `s${n % count}`, time: new Date(1.7e12 + n * 60).toISOString(), value: n % 97 });
  writeFileSync(place.source, Array.from({ length: 3 * count }, (_, n) => `${record(n)}\n`).join(''));
  const config = place.configure({ stream: ['series: { max: 40000 }', 'emit: { scores: alerts }'] });
  const { out } = await surprisal(['plan', '-c', config, '--series', String(count), '--seconds', '0']);
  const estimated = Number(/the process ([\d.]+) MB at its most/.exec(out)?.[1]);
  const saving = await residentWhile(['run', '-c', config]);
  const restoring = await residentWhile(['run', '-c', config]);
  if (saving === undefined || restoring === undefined) return context.skip('it takes /proc to see');
  expect(Math.max(saving, restoring)).toBeLessThan(estimated);
  expect(Math.max(saving, restoring)).toBeGreaterThan(estimated / 2);
});

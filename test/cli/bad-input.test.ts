import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bad, goods, ROWS, timedAt, unusable } from './bad-records.ts';
import { Place, surprisal } from './program.ts';

function written(place: Place, records: readonly Buffer[]): void {
  writeFileSync(place.source, Buffer.concat(records.flatMap((bytes) => [bytes, Buffer.from('\n')])));
}

describe('bad records', () => {
  test('are rejected by name and line, the run ends with 0, and every valid record has the score it has without them', {
    timeout: 60_000,
  }, async () => {
    const clean = new Place();
    written(clean, goods);
    expect(await surprisal(['run', '-c', clean.configure({})])).toMatchObject({ code: 0 });

    const mixed = new Place();
    written(mixed, [...goods.slice(0, 30), ...bad.map(([, bytes]) => bytes), ...goods.slice(30)]);
    expect(await surprisal(['run', '-c', mixed.configure({})])).toMatchObject({ code: 0 });

    const rejects = mixed.outputs('reject');
    expect(rejects.map(({ reason }) => reason)).toEqual(bad.map(([reason]) => reason));
    rejects.forEach(({ message, record: kept }, i) => {
      expect(String(message).startsWith(`${mixed.source}:${31 + i}: `), String(message)).toBe(true);
      expect(Buffer.from(String(kept), 'base64')).toEqual(bad[i][1]);
    });
    expect(clean.scores()).toHaveLength(ROWS);
    expect(mixed.scores()).toEqual(clean.scores());
  });

  test('are not those with a cell that cannot be used: it alone is missing', { timeout: 60_000 }, async () => {
    const place = new Place();
    written(place, [...goods, ...unusable]);
    expect(await surprisal(['run', '-c', place.configure({})])).toMatchObject({ code: 0 });
    expect([place.outputs('reject'), place.outputs('score').length]).toEqual([[], ROWS]);
    const replayed = await surprisal([
      'replay',
      place.source,
      '--time-column',
      'time',
      '--value-columns',
      'value',
      '--quiet',
    ]);
    expect(replayed.err).toContain(
      `: ${ROWS} rows of 1 series scored, 8 rows without a value, 0 alerts, 0 records rejected\n`,
    );
    expect(replayed.err.split('\n').filter((line) => line.startsWith('value: '))).toEqual([
      'value: 2 records without one',
      'value: 2 records with a token for a missing value, such as "Infinity"',
      'value: 4 records with something that is no finite number, such as "warm"',
    ]);
  });

  test('one after another with clocks of their own do not make late what follows', { timeout: 60_000 }, async () => {
    const place = new Place();
    const leaps = ['2100-01-01', '2150-01-01', '2199-01-01', '2050-01-01'].map((day) =>
      timedAt(`${day}T00:00:00Z`, '1'),
    );
    written(place, [...goods.slice(0, 30), ...leaps, ...goods.slice(30)]);
    expect(await surprisal(['run', '-c', place.configure({})])).toMatchObject({ code: 0 });
    expect(place.outputs('reject').map(({ reason }) => reason)).toEqual(Array(4).fill('time-leap'));
    expect(place.outputs('score')).toHaveLength(ROWS);
  });

  test('of 100 MB are never held whole', { timeout: 60_000 }, async () => {
    const place = new Place();
    const descriptor = openSync(place.source, 'w');
    const chunk = Buffer.alloc(1_000_000, 'x');
    writeSync(descriptor, `${goods.slice(0, 30).join('\n')}\n`);
    for (let i = 0; i < 100; i++) writeSync(descriptor, chunk);
    writeSync(descriptor, `\n${goods.slice(30).join('\n')}\n`);
    closeSync(descriptor);
    let peakKb = 0;
    let timer: NodeJS.Timeout | undefined;
    const ended = await surprisal(['run', '-c', place.configure({})], (pid) => {
      timer = setInterval(() => {
        peakKb = Math.max(peakKb, peakOf(pid));
      }, 20);
    });
    clearInterval(timer);
    expect(ended).toMatchObject({ code: 0 });
    expect(place.outputs('score')).toHaveLength(ROWS);
    expect(place.outputs('reject')).toMatchObject([{ reason: 'decode/too-large' }]);
    expect(place.outputs('reject')[0].message).toContain(`${place.source}:31: the record has 100000000 bytes`);
    // Without the line the program takes about 100 MB, of which Node itself takes half.
    if (process.platform === 'linux') expect(peakKb).toBeGreaterThan(10_000);
    expect(peakKb).toBeLessThan(190_000);
  });

  test('that are none at all, in an empty file, are no fault', { timeout: 60_000 }, async () => {
    const place = new Place();
    written(place, []);
    expect(await surprisal(['run', '-c', place.configure({})])).toMatchObject({ code: 0 });
    expect(place.outputs('score')).toEqual([]);
    const csv = place.at('empty.csv');
    writeFileSync(csv, '');
    const { code, err } = await surprisal(['replay', csv, '--value-columns', 'value']);
    const says = `${csv}: 0 rows of 0 series scored, 0 alerts, 0 records rejected\n`;
    expect([code, err]).toEqual([0, expect.stringMatching(new RegExp(`\\n${says}$`))]);
  });
});

/** Most memory this process ever had at once, kB; 0 where the system does not tell. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

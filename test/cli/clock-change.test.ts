import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Place, surprisal } from './program.ts';

const CHANGE = Date.UTC(2026, 9, 25, 1);
const ROWS = 60;
const two = (n: number) => String(n).padStart(2, '0');

/** As a clock in Berlin shows it: 02:00 to 02:50 twice. */
function line(timeMs: number): string {
  const local = new Date(timeMs + (timeMs < CHANGE ? 2 : 1) * 3_600_000);
  const time = `2026-10-25T${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  return `${JSON.stringify({ id: 'a', time, value: 20 + (local.getUTCMinutes() % 7) })}\n`;
}

test.each([10, 60])(
  'a restart in the hour that daylight saving repeats reads times %i minutes apart as no restart does',
  {
    timeout: 90_000,
  },
  async (minutes) => {
    const step = minutes * 60_000;
    const times = Array.from({ length: ROWS }, (_, n) => CHANGE + (n - ROWS / 2) * step).filter(
      // One day only: other ones would need their date.
      (timeMs) => Math.abs(timeMs - CHANGE) < 3 * 3_600_000,
    );
    const place = new Place();
    // All but what follows the last row before the clock goes back.
    const split = times.findIndex((timeMs) => timeMs >= CHANGE);
    writeFileSync(place.at('before.jsonl'), times.slice(0, split).map(line).join(''));
    writeFileSync(place.source, times.slice(split).map(line).join(''));
    const config = place.configure({ stream: ['window: { kind: event }'] });
    const zoned = readFileSync(config, 'utf8').replace(
      '{ key: id }',
      '{ key: id, time: { at: time, zone: Europe/Berlin } }',
    );
    writeFileSync(config, zoned);
    expect(
      await surprisal(['replay', place.at('before.jsonl'), '-c', config, '--into', place.at('state')]),
    ).toMatchObject({
      code: 0,
    });
    expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
    const scored = place.outputs('score').map(({ timeMs }) => timeMs);
    expect(scored).toEqual(times.slice(split));
    expect(place.outputs('reject')).toEqual([]);
  },
);

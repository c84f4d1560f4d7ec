import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Place, record, surprisal } from './program.ts';

const place = new Place();
writeFileSync(place.source, `${record(0)}\n${record(0)}\n${record(1)}\n`);
const flags = ['--time-column', 'time', '--value-columns', 'value'];

describe('the exit code tells whose turn it is', () => {
  test.each([
    { code: 2, given: [place.source, ...flags, '--bogus'], says: "unknown option '--bogus'" },
    { code: 2, given: [place.source, ...flags, '--seed', 'x'], says: '[cli/bad-flag]' },
    { code: 2, given: [place.source, '--time-column', 'time', '--value-columns', 'bogus'], says: '[cli/bad-flag]' },
    { code: 78, given: [place.at('absent.csv'), ...flags], says: `${place.at('absent.csv')}: there is no such file` },
    { code: 78, given: [place.folder, ...flags], says: `${place.folder}: this is a folder` },
    { code: 78, given: [place.source, ...flags, '--scores', place.at('no/s.csv')], says: '[cli/unwritable]' },
    { code: 78, given: [place.source, ...flags, '--report', place.at('no/r.html')], says: '[cli/unwritable]' },
  ])('$code where it says $says', { timeout: 30_000 }, async ({ code, given, says }) => {
    const ended = await surprisal(['replay', ...given]);
    expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(says)]);
    expect(ended.err).not.toMatch(/bug|node:/);
  });
});

test('a replay scores a repeated row as often as it is in the file', { timeout: 30_000 }, async () => {
  const { code, err } = await surprisal(['replay', place.source, ...flags]);
  expect([code, err]).toEqual([0, expect.stringContaining('3 rows of 1 series scored')]);
});

test('a reader who has seen enough ends the program quietly', { timeout: 30_000 }, async () => {
  const { argv } = await surprisal(['--version']);
  const { stdout, stderr, status } = spawnSync('bash', ['-c', 'set -o pipefail; "$@" schema | head -1', 'sh', ...argv]);
  expect([status, stdout.toString(), stderr.toString()]).toEqual([0, '{\n', '']);
});

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Place, record, surprisal } from './program.ts';

const ROWS = 900;

/** A series a minute, with values out of all proportion twice; and a configuration that raises alerts about them. */
function place() {
  const at = new Place();
  const lines = Array.from({ length: ROWS }, (_, n) => {
    const isFault = (n >= 600 && n < 606) || (n >= 800 && n < 806);
    return isFault ? record(n).replace(/"value":\d+/, '"value":1000') : record(n);
  });
  writeFileSync(at.source, lines.join('\n'));
  const config = (name: string, alert: string, channel = '{}') => {
    const text = [
      'streams:',
      '  room:',
      `    source: { kind: file, path: ${at.source} }`,
      '    decode: { key: id }',
      `    channels: { value: ${channel} }`,
      '    window: { kind: event }',
      '    network: { hidden: 4, steps: 4, engine: wasm }',
      `    alert: { budget: 10/day${alert} }`,
    ];
    writeFileSync(at.at(name), text.join('\n'));
    return at.at(name);
  };
  return { at, config, old: config('old.yaml', '') };
}

test('of a configuration and itself, diff finds every alert the same', { timeout: 120_000 }, async () => {
  const { at, old } = place();
  const { code, out, err } = await surprisal(['diff', old, old, '--data', at.source]);
  const same = /^([1-9]\d*) alerts? before, \1 after: 0 gained, 0 lost, 0 moved, \1 the same\n$/;
  expect([code, out]).toEqual([0, expect.stringMatching(same)]);
  expect(err).toContain('no setting differs that a replay depends on');
  // The alerts are those of `replay`.
  const replayed = await surprisal(['replay', at.source, '-c', old, '--quiet']);
  expect(replayed.err).toContain(` ${out.split(' ')[0]} alerts,`);
});

test('diff lists what is lost and gained, and names the setting; in JSON one line for each', {
  timeout: 120_000,
}, async () => {
  const { at, config, old } = place();
  const blind = config('blind.yaml', '', '{ min_deviation: { absolute: 5000 } }');
  const text = await surprisal(['diff', old, blind, '--data', at.source]);
  expect(text.err).toContain('settings that differ: channels.value.min_deviation.absolute\n');
  expect(text.out).toMatch(/^LOST {4}2023-11-15 \d\d:\d\d:20Z {2}(critical|warning) {2,3}a\n {4}\S/m);
  expect(text.out).toMatch(/\n(\d+) alerts? before, 0 after: 0 gained, \1 lost, 0 moved, 0 the same\n$/);

  const json = await surprisal(['diff', blind, old, '--data', at.source, '--json']);
  const lines = json.out.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject(
    lines.map(() => ({ change: 'gained', old: null, new: { series: 'a' } })),
  );
  expect(lines.length).toBe(text.out.match(/^LOST/gm)?.length);
  expect(json.err).toMatch(/\n0 alerts before, (\d+) after: \1 gained, 0 lost/);
});

test('diff shows an incident that lasts longer as moved, from when to when', { timeout: 120_000 }, async () => {
  const { at, config, old } = place();
  const longer = config('longer.yaml', ', keep_firing: 30m');
  const { out, err } = await surprisal(['diff', old, longer, '--data', at.source]);
  expect(err).toContain('settings that differ: alert.keep_firing\n');
  expect(out).toMatch(/^MOVED .* a: ended 2023-11-15 \S+Z → 2023-11-15 \S+Z\n/m);
});

test.each([
  { given: [], code: 2, says: '--data' },
  { given: ['--data', '-'], code: 2, says: 'standard input cannot be read twice' },
  { given: ['--data', 'fixtures/streams/machine.jsonl'], code: 1, says: 'can use none of its' },
])('diff $given ends with $code and says why', { timeout: 120_000 }, async ({ given, code, says }) => {
  const { old } = place();
  const ended = await surprisal(['diff', old, old, ...given]);
  expect([ended.code, ended.out, ended.err]).toEqual([code, '', expect.stringContaining(says)]);
});

import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import type { ScoreOutput } from '../../src/event/output.ts';
import { consoleLines, oneIn } from '../../src/sink/console/lines.ts';
import { alert, deliveries } from './outputs.ts';

const plain = picocolors.createColors(false);
const bright = picocolors.createColors(true);
const ESCAPE = String.fromCharCode(27);

test('an alert is two lines: when, what, how bad, where, how rare, and why', () => {
  expect(consoleLines(alert(), plain)).toBe(
    '2026-01-01 12:05:00Z FIRING   critical thermostat/home 3  21.4 bits, 1 in 40\u202f000\n' +
      '    inside is 12.1 °C where 20.3 °C was expected\n',
  );
  expect(consoleLines(alert({ state: 'resolved', severity: 'warning' }), plain)).toContain('RESOLVED warning ');
});

test('colours are used only where they are wanted', () => {
  expect(consoleLines(alert(), plain)).not.toContain(ESCAPE);
  expect(consoleLines(alert(), bright)).toContain(`${ESCAPE}[31m`);
});

test('a score is one line with every channel', () => {
  const channel = { expected: 1, lower: 0, upper: 2, bits: 1, attribution: 0 };
  const score: ScoreOutput = {
    ...{ kind: 'score', stream: 's', series: 'x', timeMs: 0, bits: 3.26, pValue: 0.5, score: 0.125, lead: 0 },
    channels: [
      { ...channel, channel: 'a', value: 1.5 },
      { ...channel, channel: 'b', value: null },
    ],
    alert: '',
    warming: false,
  };
  expect(consoleLines(score, plain)).toBe(
    '1970-01-01 00:00:00Z score    s/x  a=1.5 b=missing  3.3 bits, 1 in 2, score 0.125\n',
  );
});

test('a rejected record says where it was and what is wrong', () => {
  expect(deliveries(3, 4).map(({ output }) => consoleLines(output, plain))).toEqual([
    'rejected s: number 3 of s [late]\n',
  ]);
});

test('a name from a record cannot steer the terminal', () => {
  const line = consoleLines(alert({ series: `a${ESCAPE}[2J\nb\u202e`, summary: '\u0007' }), plain);
  expect(line).toContain('a\\u{1b}[2J\\u{a}b\\u{202e}');
  expect(line.split('\n')).toHaveLength(3);
  expect(line).toContain('\\u{7}');
});

test('rarity is printed with two digits', () => {
  expect([0.5, 1 / 1_234, 1 / 40_321, 1e-9, 1e-20, 0].map(oneIn)).toEqual([
    '1 in 2',
    '1 in 1\u202f200',
    '1 in 40\u202f000',
    '1 in 1\u202f000\u202f000\u202f000',
    '1 in 100000000000000000000',
    'never seen',
  ]);
});

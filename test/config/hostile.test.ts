import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config/load.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { checkText, HOME, linesOf } from './text.ts';

const many = (count: number, line: (n: number) => string) => Array.from({ length: count }, (_, n) => line(n));

test.each([
  ['a: &a [*a]', 'c.yaml:1:8: this alias is within what it stands for'],
  ['a: &a { b: { c: *a } }', 'c.yaml:1:17: this alias is within what it stands for'],
  ['a: &a { <<: *a }', 'c.yaml:1:13: this alias is within what it stands for'],
  [`x: &x [1]\ny: [${Array(3_000).fill('*x').join(', ')}]`, 'c.yaml:2:2005: the file has more than 500 aliases'],
  ['['.repeat(20_000), 'c.yaml:1:1: it is nested too deep'],
  [`${'{a: '.repeat(5_000)}1${'}'.repeat(5_000)}`, 'c.yaml:1:1: it is nested too deep'],
])('%.20s… is a fault with its place, and ends nothing', (text, line) => {
  const lines = linesOf(`${text}\n${HOME}`);
  expect(lines.some((each) => each === line || /nested too deep/.test(each))).toBe(true);
  if (!/nested/.test(line)) expect(lines).toContain(line);
});

test('tens of thousands of unknown keys, anchors and faults are reported by their first hundred, soon', () => {
  const started = performance.now();
  for (const text of [
    many(50_000, (n) => `k${n}: 1`),
    many(20_000, (n) => `k${n}: &k${n} 1`),
    many(20_000, () => 'k: 1'),
    many(20_000, () => ': : :'),
  ]) {
    const { faults } = checkText(`${text.join('\n')}\n${HOME}`);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.length).toBeLessThanOrEqual(200);
  }
  // 50 000 keys alone took over a minute.
  expect(performance.now() - started).toBeLessThan(60_000);
}, 120_000);

test.each(['streams', 'sinks', 'channels'])('a name of %s that is no plain key is refused', (where) => {
  const sinks = 'sinks: { NAME: { kind: console } }\n';
  const text = {
    streams: HOME.replace('home:', 'NAME:'),
    channels: HOME.replace('inside:', 'NAME:'),
    sinks: HOME + sinks,
  };
  for (const name of ['__proto__', '"__proto__"', 'constructor']) {
    const lines = linesOf(text[where as keyof typeof text].replace('NAME', name));
    expect([name, lines]).toEqual([name, [expect.stringContaining('the name of something else in JavaScript')]]);
  }
});

test('a file or a secret without an end, or a pipe that nobody writes to, is a fault after a bounded time', () => {
  const folder = newFolder('endless');
  onTestFinished(() => removeFolder(folder));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const faultOf = (path: string) => readConfig(path, {}).faults.map(({ message }) => message);
  expect(faultOf('/dev/zero')).toEqual(['it has more than 1048576 bytes']);
  const config = join(folder, 'c.yaml');
  writeFileSync(config, `${HOME}server: { token: "\${file:/dev/zero}" }\n`);
  expect(faultOf(config)).toEqual(['${file:/dev/zero} cannot be read: it has more than 1048576 bytes']);
  writeFileSync(config, `${HOME}server: { token: "\${file:${pipe}}" }\n`);
  // A pipe that nobody writes to is empty; opening it waited for its writer.
  expect(faultOf(config)).toEqual([]);
});

test('whatever text a file has, it is checked or refused', () => {
  const pieces = fc.constantFrom(
    ...['a: ', '&a ', '*a', '[', ']', '{', '}', '<<: ', ', ', '\n', '  ', '- ', '"', "'", '|', '>', '!t ', '# ', '? '],
    ...['streams:', 'home:', 'sinks:', '${A}', '${file:x}', '__proto__: ', '%', '---', '\t', '\u0000', '\ud800', '1e9'],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), fc.boolean(), (parts, isBefore) => {
      const text = parts.join('');
      const verdict = checkText(isBefore ? `${text}\n${HOME}` : `${HOME}${text}`, { env: { A: '*a' } });
      expect(verdict.config !== undefined || verdict.faults.length > 0).toBe(true);
    }),
    { numRuns: 300 },
  );
}, 120_000);

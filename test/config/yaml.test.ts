import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configOf, HOME, linesOf } from './text.ts';

describe('YAML', () => {
  test('anchors and merges are followed, and a fault in what is merged is reported where it is written', () => {
    const text = (hidden: string) => `streams:
  home: &base
    source: { kind: simulate, world: thermostat }
    channels: { inside: {} }
    network: { hidden: ${hidden} }
  other:
    <<: *base
    window: { kind: tumbling, size: 5m }
`;
    expect(configOf(text('8')).streams.other.network.hidden).toBe(8);
    expect(linesOf(text('-8'))).toEqual([
      'c.yaml:5:24: streams.home.network.hidden: must be at least 1; found -8',
      'c.yaml:5:24: streams.other.network.hidden: must be at least 1; found -8',
    ]);
  });

  test('aliases that multiply are refused, not followed', () => {
    const levels = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}]`);
    expect(linesOf(['a0: &a0 [x]', ...levels].join('\n'))).toContain('c.yaml:1:1: the aliases multiply too far');
  });

  test('a second document, an unknown tag and a file beyond 1 MiB are refused', () => {
    expect(linesOf(`${HOME}---\na: 1\n`)[0]).toBe('c.yaml:7:1: the file holds more than one document; remove the ---');
    expect(linesOf(`${HOME}group: !secret x\n`)[0]).toBe(
      'c.yaml:7:8: this tag is not known; quote the value if it begins with !',
    );
    expect(linesOf(`# ${'x'.repeat(1_100_000)}\n`)).toEqual(['c.yaml:1:1: the file is larger than 1048576 bytes']);
  });

  test('keys that objects have of themselves are no keys', () => {
    expect(linesOf(`${HOME}constructor: 1\n`)[0]).toContain('unknown key "constructor"');
    expect(linesOf(`${HOME}__proto__: { group: x }\n`)[0]).toContain('cannot be a key');
    expect(linesOf(`${HOME}toString: 1\n`)[0]).toContain('unknown key "toString"');
  });

  test('a misspelt key that is required is reported once, as misspelt', () => {
    expect(linesOf(HOME.replace('source:', 'sources:'))).toEqual([
      'c.yaml:3:5: unknown key "sources" in streams.home; did you mean "source"?',
    ]);
  });

  test('the branch is chosen by kind first, then checked by its own keys alone', () => {
    const window = (text: string) => linesOf(`${HOME}    window: { ${text} }\n`);
    expect(window('kind: event, size: 5m')).toEqual([
      'c.yaml:7:28: unknown key "size" in streams.home.window; known: kind, lateness, out_of_orderness, max_leap, repeats, gap',
    ]);
    expect(window('kind: tumbling')).toEqual([
      'c.yaml:7:5: missing key "size" in streams.home.window; it must be text',
    ]);
    expect(window('kind: tumbeling, size: 5m')).toEqual([
      'c.yaml:7:21: unknown kind "tumbeling" in streams.home.window; did you mean "tumbling"?',
    ]);
  });

  test('what is no map cannot be merged', () => {
    expect(linesOf('<<: 1\nstreams: {}\n')).toEqual(['c.yaml:1:1: what `<<` merges must be a map']);
  });

  test('no text makes the loader throw: it is a configuration, or it has faults with a place', () => {
    const fragment = fc.constantFrom(
      'streams',
      ':',
      ' ',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&a',
      '*a',
      '!t',
      '|',
      '>',
      '#',
      '${X}',
      '%',
      '\t',
      'null',
      '1',
      '<<',
      '?',
      '---',
      '\u0000',
      'é',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 60 }), (parts) => {
        const lines = linesOf(parts.join(''));
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) expect(line).toMatch(/^c\.yaml:\d+:\d+: /);
      }),
      { numRuns: 500 },
    );
  });
});

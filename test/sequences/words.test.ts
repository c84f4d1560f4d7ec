import { expect, test, vi } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import type { AlertOutput, Output, ScoreOutput } from '../../src/event/output.ts';
import { Random } from '../../src/math/random.ts';
import { kept, restoredFrom } from '../detector/kept.ts';
import { lettersDetector } from './letters.ts';

const MINUTE = 60_000;

// Each learns some thousand rows: seconds on a free machine.
vi.setConfig({ testTimeout: 400_000 });

/** What a detector says of words that come one a minute, row by row. */
function read(detector: Detector, words: readonly string[], from = 0): Output[] {
  return words.flatMap((word, n) => {
    const values = Float64Array.of(0);
    detector.observe({ series: 's', timeMs: (from + n + 1) * MINUTE, values, attributes: [word] });
    return [...detector.drain()];
  });
}

function bitsOf(outputs: readonly Output[]): number[] {
  return outputs.flatMap((output) => (output.kind === 'score' ? [output.bits] : []));
}

function mostSurprising(outputs: readonly Output[]): number {
  const bits = bitsOf(outputs);
  return bits.indexOf(Math.max(...bits));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

const fox = 'the quick fox jumps over the lazy dog and the small cat sleeps under the old tree'.split(' ');
const text = (times: number): string[] => Array.from({ length: times }, () => fox).flat();

/** Templates of a service's log: a request is opened, read, answered and closed; every other time it is repeated first. */
function log(times: number, seed: number): string[] {
  const random = new Random(seed);
  return Array.from({ length: times }, () => [
    'connection opened from <ip>',
    'request <id> read',
    ...(random.next() < 0.5 ? ['request <id> repeated after <ms> ms'] : []),
    'request <id> answered with <code>',
    'connection closed',
  ]).flat();
}

test('the bits of a word fall with reading, below those of the words that could follow by their share alone', () => {
  const bits = bitsOf(read(new Detector(lettersDetector({ rate: 5e-3 })), text(120)));
  const shares = new Map<string, number>();
  for (const word of fox) shares.set(word, (shares.get(word) ?? 0) + 1 / fox.length);
  const entropy = [...shares.values()].reduce((sum, share) => sum - share * Math.log2(share), 0);
  expect(mean(bits.slice(20, 120))).toBeGreaterThan(mean(bits.slice(-200)) + 1.5);
  expect(mean(bits.slice(-200))).toBeLessThan(entropy / 4);
});

test('two words that changed places are the most surprising of a text that was learned', () => {
  const detector = new Detector(lettersDetector({ rate: 5e-3 }));
  read(detector, text(120));
  const after = text(3);
  const at = fox.length + 9;
  [after[at], after[at + 3]] = [after[at + 3], after[at]];
  const found = mostSurprising(read(detector, after, 120 * fox.length));
  expect([at, at + 1, at + 3, at + 4]).toContain(found);
});

test('a new order of known log lines is found, and said in words: what was expected after what, and what came', () => {
  const detector = new Detector(lettersDetector({ rate: 5e-3 }));
  const before = log(700, 1);
  const learned = read(detector, before);
  const days = before.length / 1440;
  expect(learned.filter((output) => output.kind === 'alert' && output.state === 'firing').length).toBeLessThan(
    2 * days,
  );
  const wrong = ['connection opened from <ip>', 'request <id> answered with <code>', 'request <id> read'];
  const outputs = read(detector, [...log(3, 2), ...wrong, 'connection closed', ...log(3, 3)], before.length);
  const normal = log(3, 2).length;
  expect([normal + 1, normal + 2]).toContain(mostSurprising(outputs));
  const [alert] = outputs.filter((output): output is AlertOutput => output.kind === 'alert');
  expect(alert?.summary).toMatch(
    /^letter of s: `request <id> read` was expected after `connection opened from <ip>` with 0\.\d\d; `request <id> answered with <code>` came: /,
  );
});

test.each(['2m', undefined])(
  'an alert about a word ends when the words are as expected again; keep_firing %s',
  (keep) => {
    const options = lettersDetector({ rate: 5e-3 }, { keep_firing: keep });
    const detector = new Detector(options);
    read(detector, text(120));
    const wrong = ['tree', 'lazy', 'sleeps'];
    const outputs = read(detector, [...wrong, ...text(3)], 120 * fox.length);
    const steps = outputs.filter((output): output is AlertOutput => output.kind === 'alert');
    expect(steps.map(({ state }) => state)).toEqual(['firing', 'resolved']);
    const rows = (steps[1].timeMs - steps[0].timeMs) / MINUTE;
    expect(rows).toBeLessThanOrEqual(keep === undefined ? 20 : 5);
    expect(detector.firing).toBe(0);
  },
);

test('before anything is learned no word is a surprise, and what is learned is learned with full weight', () => {
  const outputs = read(new Detector(lettersDetector({ rate: 5e-3 })), text(30));
  const scores = outputs.flatMap((output) => (output.kind === 'score' ? [output.score] : []));
  expect(Math.max(...scores)).toBeLessThan(0.5);
});

test('a state of a number is refused by a channel of words, and by one of counts', () => {
  const numbers = lettersDetector({}, {}, { kind: 'real' });
  const detector = new Detector(numbers);
  read(detector, ['a', 'b']);
  const state = kept(detector);
  for (const channel of [{ kind: 'category' }, { kind: 'count' }]) {
    const other = new Detector(lettersDetector({}, {}, channel));
    expect(() => restoredFrom(state, other)).toThrow(/made with other channels/);
  }
});

test('a word that was never seen is one word of the vocabulary, and has a place of its own from then on', () => {
  const detector = new Detector(lettersDetector({}, {}, { vocabulary: 8 }));
  read(detector, ['a', 'b', 'a', 'b', 'a']);
  const index = (word: string, from: number) => {
    const [score] = read(detector, [word], from) as readonly ScoreOutput[];
    return score.channels[0].value;
  };
  expect([index('c', 5), index('c', 6), index('a', 7), index('c', 8)]).toEqual([0, 3, 1, 3]);
  expect(['d', 'e', 'f', 'g', 'h', 'i'].map((word, n) => index(word, 9 + n))).toEqual([0, 0, 0, 0, 0, 0]);
  expect(['d', 'g', 'h', 'i'].map((word, n) => index(word, 20 + n))).toEqual([4, 7, 0, 0]);
});

test('a restart between any two words changes nothing: the vocabulary is part of the state', () => {
  const words = [...text(4), 'wörd', 'x'.repeat(300), ...text(2), 'x'.repeat(300), 'x'.repeat(301), 'wörd'];
  const whole = read(new Detector(lettersDetector()), words);
  let detector = new Detector(lettersDetector());
  const parts = words.flatMap((word, n) => {
    const state = kept(detector);
    detector = restoredFrom(state, new Detector(lettersDetector()));
    return read(detector, [word], n);
  });
  expect(parts).toEqual(whole);
});

test('a missing word has no score, and is not learned', () => {
  const detector = new Detector(lettersDetector());
  read(detector, text(2));
  const values = Float64Array.of(Number.NaN);
  detector.observe({ series: 's', timeMs: 1e9, values, attributes: [''] });
  expect(bitsOf(detector.drain())).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import { digits, gesture, letters, log, type Sequence } from '../../fixtures/sequences/sequences.ts';
import { contextBits } from '../bench/sequences/context-model.ts';
import { meanBits, mostSurprising, raised, read } from './example.ts';

/** The last column of a file. */
function symbolsOf({ csv }: Sequence): string[] {
  const lines = csv.trimEnd().split('\n').slice(1);
  return lines.map((line) => line.slice(line.lastIndexOf(',') + 1));
}

function isOdd(row: number, { odd }: Sequence): boolean {
  return row >= odd[0] && row <= odd[1];
}

// Each learns some thousand rows: seconds on a free machine.
describe('examples of sequences without time', { timeout: 400_000 }, () => {
  test('letters: bits fall with reading below those of an order-3 context model of the same memory', async () => {
    const text = letters(30);
    const { scores, weightBytes } = await read('letters', text);
    const once = text.rows / 30;
    const late = [Math.round(text.rows - 3 * once), Math.round(text.rows - once)] as const;
    expect(meanBits(scores, 0, once)).toBeGreaterThan(3.5);
    expect(meanBits(scores, ...late)).toBeLessThan(0.2);
    const others = contextBits(symbolsOf(text), weightBytes).slice(...late);
    expect(meanBits(scores, ...late)).toBeLessThan(others.reduce((sum, bits) => sum + bits, 0) / others.length / 2);
    // A word of the last reading is another one.
    expect(isOdd(mostSurprising(scores, late[1]), text)).toBe(true);
  });

  test('log lines: a request that is answered before it is read is found, and no other is', async () => {
    const lines = log(700);
    const { scores, alerts } = await read('log', lines);
    expect(mostSurprising(scores, lines.rows - 100)).toBe(lines.odd[0]);
    expect(raised(alerts)).toEqual([lines.odd[0]]);
    expect(alerts[0].summary).toMatch(
      /^line of all: `request <id> read` was expected after `connection opened from <ip>` with 0\.9\d; `request <id> answered with <code>` came: /,
    );
  });

  test('a gesture: an eight that is drawn the other way round is found, and no other is', async () => {
    const hand = gesture(120);
    const { scores, alerts } = await read('gesture', hand);
    expect(isOdd(mostSurprising(scores, hand.rows - 400), hand)).toBe(true);
    expect(raised(alerts).map((row) => isOdd(row, hand))).toEqual([true]);
  });

  test('digits: the next picture is predicted from the one before, and a wrong one is the most surprising', async () => {
    const pictures = digits(13);
    const { scores } = await read('digits', pictures);
    const [wrong] = pictures.odd;
    expect(mostSurprising(scores, wrong - 10)).toBe(wrong);
    const missed = (row: number) =>
      scores[row].channels.filter(({ value, expected }) => Math.abs((value ?? 0) - (expected ?? 0)) > 85).length;
    // Of 784 points, of which 160 and more change from each picture to the next.
    expect(missed(wrong - 1)).toBeLessThan(8);
    expect(missed(wrong)).toBeGreaterThan(200);
  });
});

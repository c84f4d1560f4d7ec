import { expect, test } from 'vitest';
import { Ascii } from '../../src/decode/ascii.ts';
import { KnownText } from '../../src/decode/known-text.ts';

/** Text that is somewhere among other bytes. */
const ascii = (text: string, before = '{"') => {
  const bytes = new TextEncoder().encode(`${before}${text}"}`);
  return new Ascii(bytes, before.length, before.length + text.length);
};

test('text that was kept is found again by its bytes, wherever they stand', () => {
  const known = new KnownText();
  expect(known.find(ascii('home-7'))).toBeUndefined();
  expect(known.keep(ascii('home-7'), 'home-7')).toBe('home-7');
  expect(known.find(ascii('home-7', '{"id": "'))).toBe('home-7');
  expect(known.find(ascii('home-8'))).toBeUndefined();
  expect(known.find(ascii('home-'))).toBeUndefined();
});

test('two texts with one hash are two texts', () => {
  const known = new KnownText();
  known.keep(ascii('costarring'), 'costarring');
  expect(known.find(ascii('liquid'))).toBeUndefined();
  known.keep(ascii('liquid'), 'liquid');
  expect(known.find(ascii('liquid'))).toBe('liquid');
  expect(known.find(ascii('costarring'))).toBeUndefined();
});

test('what is kept is bounded', () => {
  const known = new KnownText();
  known.keep(ascii('first'), 'first');
  for (let n = 0; n < 70_000; n++) known.keep(ascii(`series-${n}`), `series-${n}`);
  expect(known.find(ascii('first'))).toBeUndefined();
  expect(known.find(ascii('series-69999'))).toBe('series-69999');
});

import { expect, test } from 'vitest';
import { quote, show } from '../../src/decode/quote.ts';

test('what a terminal would act on is escaped, and nothing else', () => {
  expect(quote('a\u001b[31m\r\n\u2028\u202e\ud800é')).toBe('"a\\u001b[31m\\u000d\\u000a\\u2028\\u202e\\ud800é"');
});

test('80 characters are shown, and a mark that there were more', () => {
  expect(quote('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`);
  expect(quote('x'.repeat(81))).toBe(`"${'x'.repeat(80)}…"`);
});

test('what is no text is named by its type', () => {
  expect([[1], {}, null, true, 5].map(show)).toEqual(['a list', 'an object', 'null', 'true', '5']);
});

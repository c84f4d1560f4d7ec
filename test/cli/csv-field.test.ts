import { expect, test } from 'vitest';
import { quoted } from '../../src/cli/csv-field.ts';

test('a name that a spreadsheet would execute is text, and a number stays one', () => {
  expect(quoted("=cmd|' /C calc'!A0")).toBe("'=cmd|' /C calc'!A0");
  expect(quoted('@SUM(1,2)')).toBe('"\'@SUM(1,2)"');
  for (const start of ['=', '+', '-', '@', '\t']) expect(quoted(`${start}a`)).toBe(`'${start}a`);
  for (const plain of ['-5', '+1.5e-3', 'home 3', 'a=b', '']) expect(quoted(plain)).toBe(plain);
  expect(quoted('a "b", c')).toBe('"a ""b"", c"');
});

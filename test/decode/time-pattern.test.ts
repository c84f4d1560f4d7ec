import { describe, expect, test } from 'vitest';
import { compilePattern, patternFault, patternText } from '../../src/decode/time-pattern.ts';
import { timeZone } from '../../src/decode/zone.ts';
import { Random } from '../../src/math/random.ts';
import { agrees, timeCase } from './time-cases.ts';
import { WORDS } from './time-twin.ts';

const utc = timeZone('UTC');
const read = (pattern: string, text: string, zone = utc) => compilePattern(pattern)(patternText(text), zone);
const iso = (pattern: string, text: string) => new Date(read(pattern, text)).toISOString();

describe('a pattern', () => {
  test.each([
    ['dd.MM.yyyy HH:mm', '01.03.2026 00:05', '2026-03-01T00:05:00.000Z'],
    ['d/M/yyyy HH:mm:ss', '1/3/2026 23:59:59', '2026-03-01T23:59:59.000Z'],
    ['M/d/yy h:mm a', '3/1/26 12:05 AM', '2026-03-01T00:05:00.000Z'],
    ['M/d/yy h:mm a', '3/1/26 12:05\u202fPM', '2026-03-01T12:05:00.000Z'],
    ['MMM d, yyyy', 'mar 1, 2026', '2026-03-01T00:00:00.000Z'],
    ['d MMMM yyyy', '1 SEPTEMBER 2026', '2026-09-01T00:00:00.000Z'],
    ['EEE, d MMM yyyy HH:mm:ss X', 'Sun, 1 Mar 2026 01:02:03 +0100', '2026-03-01T00:02:03.000Z'],
    ['d. MMMM yyyy HH:mm', '1. März 2026 00:05', '2026-03-01T00:05:00.000Z'],
    ['dd-MMM-yy', '01-août-26', '2026-08-01T00:00:00.000Z'],
    ["d 'de' MMMM 'de' yyyy", '1 de março de 2026', '2026-03-01T00:00:00.000Z'],
    ['d MMM yyyy', '1 janv. 2026', '2026-01-01T00:00:00.000Z'],
    ['d MMM. yyyy', '1 janv. 2026', '2026-01-01T00:00:00.000Z'],
    ['yyyyMMdd', '20260301', '2026-03-01T00:00:00.000Z'],
    ['yyyyMMddHHmmss', '20260301235959', '2026-03-01T23:59:59.000Z'],
    ["yyyyMMdd'T'HHmmssX", '20260301T120000Z', '2026-03-01T12:00:00.000Z'],
    ['dd.MM.yy', '01.03.69', '1969-03-01T00:00:00.000Z'],
    ['dd.MM.yy', '01.03.68', '2068-03-01T00:00:00.000Z'],
    ['yyyy-MM-dd HH:mm:ss,SSS', '2026-03-01 00:00:00,1234', '2026-03-01T00:00:00.123Z'],
    ['yyyy', '2026', '2026-01-01T00:00:00.000Z'],
    ['dd.MM.yyyy HH:mm', ' 01.03.2026   00:05 ', '2026-03-01T00:05:00.000Z'],
  ])('%s reads %s', (pattern, text, expected) => {
    expect(iso(pattern, text)).toBe(expected);
  });

  test.each([
    ['dd.MM.yyyy', '1.03.2026'],
    ['dd.MM.yyyy', '30.02.2026'],
    ['dd.MM.yyyy', '01.03.2026 00:00'],
    ['dd.MM.yyyy HH:mm', '01.03.2026 24:00'],
    ['dd.MM.yyyy HH:mm', '01.03.2026'],
    ['M/d/yyyy h:mm a', '3/1/2026 13:00 pm'],
    ['M/d/yyyy h:mm a', '3/1/2026 0:00 am'],
    ['yyyyMMdd', '2026030'],
    ['d MMM yyyy', '1 Lenz 2026'],
    ['d MMM. yyyy', '1 Mar 2026'],
    ['d MMM yyyy', ''],
  ])('%s does not read %j', (pattern, text) => {
    expect(read(pattern, text)).toBeNaN();
  });

  test.each([
    ['dd.MM', 'it has no year: yyyy, or yy'],
    ['YYYY-MM-DD', 'YYYY is no field; the year is y and the day d; text that is no field goes between single quotes'],
    ['yyyy-MM-dd hh:mm', 'hours of 12 (h) need the half of the day (a); hours of 24 are H'],
    ['yyyy-MM-dd HH:MM', 'M is in it twice'],
    ["yyyy 'o", 'a quote opens at character 6 and does not close'],
    ['yyyy-MM-ddTHH:mm', 'T is no field; text that is no field goes between single quotes'],
  ])('%s is none', (pattern, fault) => {
    expect(patternFault(pattern)).toBe(fault);
  });

  test.each(WORDS)('reads $whole, as $language writes it', ({ whole, month }) => {
    expect(read('d MMM yyyy', `15 ${whole} 2026`)).toBe(Date.UTC(2026, month, 15));
  });

  test('reads what a second implementation on Temporal reads, and refuses what that refuses', () => {
    const random = new Random(13);
    const differ = [];
    let [accepted, refused] = [0, 0];
    for (let n = 0; n < 10_000; n++) {
      const made = timeCase(() => random.next());
      if (!agrees(made)) differ.push(made);
      if (Number.isNaN(made.read)) refused++;
      else accepted++;
    }
    expect(differ).toEqual([]);
    expect(Math.min(accepted, refused)).toBeGreaterThan(2_000);
  });
});

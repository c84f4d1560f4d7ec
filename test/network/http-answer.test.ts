import { describe, expect, test } from 'vitest';
import { logText, reasonIn, retryAfterMs } from '../../src/network/http-answer.ts';

test('the reason is what a body says in its own words', () => {
  expect(reasonIn('{"error":"partial write","data":[]}')).toBe('partial write');
  expect(reasonIn('{"code":"invalid","message":"no bucket"}')).toBe('no bucket');
  expect(reasonIn('{"title":"Bad Request","detail":"labels: no name"}')).toBe('labels: no name');
  for (const plain of ['invalid_payload', '<h1>502</h1>', '{"a":1}', '[1]', '']) expect(reasonIn(plain)).toBe(plain);
});

describe('what is shown of it', () => {
  test('is one line of at most 300 characters', () => {
    expect(logText('bad\r\n\tline\u001b[2J\u202e end ', [])).toBe('bad line [2J end');
    const long = logText('x'.repeat(5_000), []);
    expect([long.length, long.at(-1)]).toEqual([300, '…']);
  });

  test('holds no secret of 8 characters or more, in whatever form it comes back, nor part of one at the cut', () => {
    const secret = 'ke"y/of+all';
    for (const form of [secret, JSON.stringify(secret), encodeURIComponent(secret)]) {
      expect(logText(`no right for ${form}!`, [secret])).toMatch(/^no right for "?\*\*\*"?!$/);
    }
    expect(logText(`${'x'.repeat(295)}${secret}`, [secret])).toBe(`${'x'.repeat(295)}***`);
  });

  test('is not made unreadable by a short one', () => {
    expect(logText('authorization failed', ['a', 'fail', ''])).toBe('authorization failed');
  });
});

test('a retry-after is a number of seconds or a date, to the second, and at most a day', () => {
  const nowMs = Date.UTC(2026, 0, 5, 12);
  const wait = (header: string) => retryAfterMs(header, nowMs);
  expect([wait('17'), wait(' 1 '), wait('0')]).toEqual([17_000, 1_000, 0]);
  expect(wait('Mon, 05 Jan 2026 12:00:42 GMT')).toBe(42_000);
  expect(wait('Monday, 05-Jan-26 12:01:00 GMT')).toBe(60_000);
  expect(wait('Mon Jan  5 12:00:07 2026')).toBe(7_000);
  expect(wait('2026-01-05T12:00:09Z')).toBe(9_000);
  expect(wait('Mon, 05 Jan 2026 11:00:00 GMT')).toBe(0);
  expect([wait('999999'), wait('Mon, 12 Jan 2026 12:00:00 GMT')]).toEqual([86_400_000, 86_400_000]);
  expect([wait(''), wait('soon'), wait('-5'), wait('1.5'), retryAfterMs(undefined, nowMs)]).toEqual(
    Array(5).fill(undefined),
  );
});

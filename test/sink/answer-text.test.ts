import { describe, expect, test } from 'vitest';
import { reasonIn, shown } from '../../src/sink/answer-text.ts';
import { answerFailure as httpFailure } from '../../src/sink/http-failure.ts';
import { answerFailure as influxFailure } from '../../src/sink/influxdb-answer.ts';

test('the reason is what a body says in its own words', () => {
  expect(reasonIn('{"error":"partial write","data":[]}')).toBe('partial write');
  expect(reasonIn('{"code":"invalid","message":"no bucket"}')).toBe('no bucket');
  expect(reasonIn('{"title":"Bad Request","detail":"labels: no name"}')).toBe('labels: no name');
  for (const plain of ['invalid_payload', '<h1>502</h1>', '{"a":1}', '[1]', '']) expect(reasonIn(plain)).toBe(plain);
});

describe('what is shown of it', () => {
  test('is one line of at most 300 characters', () => {
    expect(shown('bad\r\n\tline\u001b[2J\u202e end ', [])).toBe('bad line [2J end');
    const long = shown('x'.repeat(5_000), []);
    expect([long.length, long.at(-1)]).toEqual([300, '…']);
  });

  test('holds no secret of 8 characters or more, in whatever form it comes back, nor part of one at the cut', () => {
    const secret = 'ke"y/of+all';
    for (const form of [secret, JSON.stringify(secret), encodeURIComponent(secret)]) {
      expect(shown(`no right for ${form}!`, [secret])).toMatch(/^no right for "?\*\*\*"?!$/);
    }
    expect(shown(`${'x'.repeat(295)}${secret}`, [secret])).toBe(`${'x'.repeat(295)}***`);
  });

  test('is not made unreadable by a short one', () => {
    expect(shown('authorization failed', ['a', 'fail', ''])).toBe('authorization failed');
  });
});

test('a refusal by HTTP gives the reason where the secrets are known, and honours retry-after to the second', () => {
  const answer = { status: 429, headers: { 'retry-after': '17' }, body: '{"error":"slow down, tok-12345678"}' };
  const at = { where: 'http://h', nowMs: 0 };
  expect(httpFailure(answer, { ...at, secrets: ['tok-12345678'] })).toMatchObject({
    code: 'sink/unavailable',
    message: 'it answers 429 Too Many Requests: slow down, ***',
    retryAfterMs: 17_000,
  });
  expect(httpFailure(answer, at)?.message).toBe('it answers 429 Too Many Requests');
});

test('a point that is to blame is rejected though InfluxDB says it with 500; what else it says with 500 is tried again', () => {
  const conflict = 'partial write: field type conflict: input field \\"value\\" on measurement \\"m\\" is type float';
  const code = (status: number, error: string) => influxFailure({ status, body: `{"error":"${error}"}` }, 'h', []).code;
  expect([code(500, conflict), code(400, conflict), code(500, 'timeout'), code(503, 'partial write')]).toEqual([
    'sink/rejected',
    'sink/rejected',
    'sink/unavailable',
    'sink/unavailable',
  ]);
});

import { expect, test } from 'vitest';
import { answerFailure } from '../../src/sink/http.ts';
import { writeFailure } from '../../src/sink/influxdb/write-failure.ts';

test('a refusal by HTTP gives the reason where the secrets are known, and honours retry-after to the second', () => {
  const answer = { status: 429, headers: { 'retry-after': '17' }, body: '{"error":"slow down, tok-12345678"}' };
  const at = { where: 'http://h', nowMs: 0 };
  expect(answerFailure(answer, { ...at, secrets: ['tok-12345678'] })).toMatchObject({
    code: 'sink/unavailable',
    message: 'it answers 429 Too Many Requests: slow down, ***',
    retryAfterMs: 17_000,
  });
  expect(answerFailure(answer, at)?.message).toBe('it answers 429 Too Many Requests');
});

test('a point that is to blame is rejected though InfluxDB says it with 500; what else it says with 500 is tried again', () => {
  const conflict = 'partial write: field type conflict: input field \\"value\\" on measurement \\"m\\" is type float';
  const code = (status: number, error: string) =>
    writeFailure({ status, headers: {}, body: `{"error":"${error}"}` }, 'h', []).code;
  expect([code(500, conflict), code(400, conflict), code(500, 'timeout'), code(503, 'partial write')]).toEqual([
    'sink/rejected',
    'sink/rejected',
    'sink/unavailable',
    'sink/unavailable',
  ]);
});

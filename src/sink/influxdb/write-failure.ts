import type { FailureCode } from '../../errors/codes.ts';
import { Failure } from '../../errors/failure.ts';
import { type HttpAnswer, logText, reasonIn, retryAfterMs } from '../../network/http-answer.ts';
import { LATER, REFUSED } from '../http.ts';

/** The status of a write that was accepted whole. */
export const WRITTEN = 204;
/** Some points are refused, and the others are written. */
const PARTLY = 201;
/** A retention policy that is not there is answered with 500. */
const NOT_THERE = /(database|retention policy|bucket) not found/i;

/** What 1.x says with 400, as if the points were to blame, where its own disk or process is in trouble. */
const SERVER_IN_TROUBLE =
  /no space left on device|disk quota exceeded|read-only file system|input\/output error|too many open files|cannot allocate memory/i;

/**
 * Points older than the bucket keeps: 1.x says it with 400, 2.x with 422, earlier ones of them with 500. The others are
 * written, and InfluxDB does not say which were not: without a count, halving a backlog down to single points would
 * never catch up.
 */
const TOO_OLD = /partial write: (?!.*field type conflict).*retention policy.*dropped=(\d+)/is;

/** The point is to blame, whatever the status: some versions say that with 500. */
const POINT_AT_FAULT = /field type conflict|partial write: (?:field|points? beyond|max-)/i;

/**
 * The failure of a write that was not accepted whole; `dropped` where it was but for some points. `secrets` are
 * redacted in the reason that InfluxDB gives.
 */
export function writeFailure(answer: Omit<HttpAnswer, 'isCut'>, where: string, secrets: readonly string[]): Failure {
  const { status, body, headers } = answer;
  const full = reasonIn(body);
  const reason = logText(full, secrets);
  const dropped = Number(TOO_OLD.exec(full)?.[1] ?? 0);
  const message = `InfluxDB answers ${status}${reason === '' ? '' : `: ${reason}`}`;
  const wait = retryAfterMs(headers['retry-after'], Date.now());
  if (dropped > 0) return new Failure('sink/rejected', message, { where, dropped });
  return new Failure(codeOf(status, reason), message, wait === undefined ? { where } : { where, retryAfterMs: wait });
}

function codeOf(status: number, reason: string): FailureCode {
  if (status >= 500 && POINT_AT_FAULT.test(reason)) return 'sink/rejected';
  if (NOT_THERE.test(reason)) return 'sink/misconfigured';
  if (SERVER_IN_TROUBLE.test(reason)) return 'sink/unavailable';
  if (status >= 500 || LATER.includes(status)) return 'sink/unavailable';
  return status === PARTLY || REFUSED.includes(status) ? 'sink/rejected' : 'sink/misconfigured';
}

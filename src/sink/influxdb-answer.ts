import type { FailureCode } from '../errors/codes.ts';
import { Failure } from '../errors/failure.ts';
import { reasonIn, shown } from './answer-text.ts';
import { LATER, REFUSED } from './http-failure.ts';
import { retryAfterMs } from './retry-after.ts';

/** Some points are refused, and the others taken. */
const PARTLY = 201;
/** A retention policy that is not there is answered with 500. */
const NOT_THERE = /(database|retention policy|bucket) not found/i;

/** What 1.x says with 400, as if the points were to blame, where its own disk or process is in trouble. */
const SERVER_IN_TROUBLE =
  /no space left on device|disk quota exceeded|read-only file system|input\/output error|too many open files|cannot allocate memory/i;

/** The point is to blame, whatever the status: some versions say that with 500. */
const POINT_AT_FAULT = /field type conflict|partial write: (?:field|points? beyond|max-)/i;

/** What InfluxDB answered to a write that it did not take. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter?: string | undefined;
}

/** Texts that are taken out of what the other side says. */
export type Hidden = readonly string[];

/** Who acts upon an answer: a person (login, database, bucket), the next try, or whoever looks at the point that is set aside. */
export function answerFailure({ status, body, retryAfter }: Answer, where: string, hidden: Hidden): Failure {
  const reason = shown(reasonIn(body), hidden);
  const message = `InfluxDB answers ${status}${reason === '' ? '' : `: ${reason}`}`;
  const wait = retryAfterMs(retryAfter, Date.now());
  return new Failure(codeOf(status, reason), message, wait === undefined ? { where } : { where, retryAfterMs: wait });
}

/** Whether one point is to blame for what InfluxDB says. */
export function isPointAtFault(reason: string): boolean {
  return POINT_AT_FAULT.test(reason);
}

function codeOf(status: number, reason: string): FailureCode {
  if (status >= 500 && isPointAtFault(reason)) return 'sink/rejected';
  if (NOT_THERE.test(reason)) return 'sink/misconfigured';
  if (SERVER_IN_TROUBLE.test(reason)) return 'sink/unavailable';
  if (status >= 500 || LATER.includes(status)) return 'sink/unavailable';
  return status === PARTLY || REFUSED.includes(status) ? 'sink/rejected' : 'sink/misconfigured';
}

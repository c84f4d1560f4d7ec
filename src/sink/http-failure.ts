import { STATUS_CODES } from 'node:http';
import type { FailureCode } from '../errors/codes.ts';
import { Failure } from '../errors/failure.ts';
import { reasonIn, shown } from './answer-text.ts';
import type { HttpAnswer } from './http-client.ts';
import { retryAfterMs } from './retry-after.ts';

/** The other side is there, and will not take it now. */
export const LATER = [408, 425, 429];
/** What is sent is refused, whenever it is sent. */
export const REFUSED = [400, 413, 422];
const GONE = 410;
/** Those whose `retry-after` is heeded. */
const SAYS_WHEN = [429, 503];

/**
 * What an answer means: nothing where it is 2xx. `secrets`: what may not be shown of its body, which may repeat what was sent; nothing of the
 * body is where they are absent.
 */
export function answerFailure(
  { status, headers, body }: HttpAnswer,
  { where, nowMs, secrets }: { readonly where: string; readonly nowMs: number; readonly secrets?: readonly string[] },
): Failure | undefined {
  if (status >= 200 && status < 300) return undefined;
  const wait = SAYS_WHEN.includes(status) ? retryAfterMs(headers['retry-after'], nowMs) : undefined;
  const redirect = status >= 300 && status < 400 ? ', a redirect, and none is followed' : '';
  const reason = secrets === undefined || redirect !== '' ? '' : shown(reasonIn(body), secrets);
  const says = reason === '' ? '' : `: ${reason}`;
  const message = `it answers ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd() + redirect + says;
  return new Failure(codeOf(status), message, wait === undefined ? { where } : { where, retryAfterMs: wait });
}

function codeOf(status: number): FailureCode {
  if (status === GONE) return 'sink/gone';
  if (status >= 500 || LATER.includes(status)) return 'sink/unavailable';
  return REFUSED.includes(status) ? 'sink/rejected' : 'sink/misconfigured';
}

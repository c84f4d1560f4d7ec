import { STATUS_CODES } from 'node:http';
import type { FailureCode } from '../errors/codes.ts';
import { Failure } from '../errors/failure.ts';
import { type HttpAnswer, logText, reasonIn, retryAfterMs } from '../network/http-answer.ts';
import { HttpClient } from '../network/http-client.ts';

/** The receiver is there, and asks to come again. */
export const LATER = [408, 425, 429];
/** The receiver refuses these outputs, whenever they are sent. */
export const REFUSED = [400, 413, 422];
const GONE = 410;
/** Those whose `retry-after` is heeded. */
const SAYS_WHEN = [429, 503];

/** How a sink reaches its receiver. */
export interface SinkClientOptions {
  readonly timeoutMs: number;
  readonly allowPrivate: boolean;
  /** PEM of the authorities to trust; the public ones if absent. */
  readonly ca?: string | undefined;
}

/** A client that throws Failure sink/unavailable, sink/misconfigured. */
export function sinkClient({ timeoutMs, allowPrivate, ca }: SinkClientOptions): HttpClient {
  const failures = { unavailable: 'sink/unavailable', misconfigured: 'sink/misconfigured' } as const;
  return new HttpClient({ timeoutMs, allowPrivate, failures, ...(ca === undefined ? {} : { tls: { ca } }) });
}

/**
 * What an answer means: undefined where it is 2xx. `secrets`: what is redacted in the body, which may repeat what was
 * sent; the body is not shown at all where they are absent.
 */
export function answerFailure(
  { status, headers, body }: Omit<HttpAnswer, 'isCut'>,
  { where, nowMs, secrets }: { readonly where: string; readonly nowMs: number; readonly secrets?: readonly string[] },
): Failure | undefined {
  if (status >= 200 && status < 300) return undefined;
  const wait = SAYS_WHEN.includes(status) ? retryAfterMs(headers['retry-after'], nowMs) : undefined;
  const redirect = status >= 300 && status < 400 ? ', a redirect, and none is followed' : '';
  const reason = secrets === undefined || redirect !== '' ? '' : logText(reasonIn(body), secrets);
  const says = reason === '' ? '' : `: ${reason}`;
  const message = `it answers ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd() + redirect + says;
  return new Failure(codeOf(status), message, wait === undefined ? { where } : { where, retryAfterMs: wait });
}

function codeOf(status: number): FailureCode {
  if (status === GONE) return 'sink/gone';
  if (status >= 500 || LATER.includes(status)) return 'sink/unavailable';
  return REFUSED.includes(status) ? 'sink/rejected' : 'sink/misconfigured';
}

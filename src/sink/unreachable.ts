import { Failure } from '../errors/failure.ts';

/** No further try helps here: the other side does not speak TLS, or cannot show that it is who it should be. */
const TLS = /^(ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_|EPROTO)/;

/**
 * What it means that a request got no whole answer: by the code of the system or of TLS, on the error or on its cause.
 * Undefined where there is none: that is a bug.
 */
export function unreachable(error: unknown, where: string): Failure | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const details = { where, cause: error };
  if (TLS.test(code)) return new Failure('sink/misconfigured', `no secure connection (${code})`, details);
  return new Failure('sink/unavailable', `the connection failed (${code})`, details);
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause);
}

/** Why there is no connection to a server, as a message about it. */
export interface ConnectionFault {
  /** A certificate, or another matter of TLS: retrying does not help. */
  readonly isTls: boolean;
  readonly message: string;
}

const UNTRUSTED =
  /^(UNABLE_TO_|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA)/;

const TLS: readonly (readonly [RegExp, string])[] = [
  [/^CERT_HAS_EXPIRED$/, 'the certificate of WHO has expired'],
  [/^CERT_NOT_YET_VALID$/, 'the certificate of WHO is not valid yet: is a clock wrong?'],
  [UNTRUSTED, 'the certificate of WHO is signed by no authority that we trust'],
  [/^ERR_SSL_.*(CERTIFICATE|UNKNOWN_CA)/, 'WHO requires a client certificate, or refuses ours'],
  [/^(ERR_SSL_|EPROTO)/, 'WHO and we cannot agree on TLS'],
];

/** Codes of TLS that have no message of their own. */
const OTHER_TLS = /^(ERR_TLS|CERT_|SELF_SIGNED|HOSTNAME_)/;

const NETWORK: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, 'nothing listens at WHO'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'the host name of WHO is not known'],
];

const MISNAMED = /(?:Host|IP): (\S+?)\.? is not in the cert's \w+: (.+)/;

/**
 * By the `code` and the message of an error of `node:net` or `node:tls`; `who`: `host:port`. Undefined where it is
 * another error.
 */
export function connectionFault(error: unknown, who: string): ConnectionFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error) ?? '';
  const matching = (list: typeof TLS) => list.find(([pattern]) => pattern.test(code))?.[1].replace('WHO', who);
  const [, wanted, borne] = MISNAMED.exec(error.message) ?? [];
  if (borne !== undefined)
    return { isTls: true, message: `the certificate of ${who} is not for ${wanted}, but for ${borne}` };
  const tls = matching(TLS);
  if (tls !== undefined) return { isTls: true, message: tls };
  // A server that dies during the handshake looks the same as one that has no TLS.
  const message = /before secure TLS/.test(error.message)
    ? `${who} closed the connection during the TLS handshake: does its port speak TLS?`
    : matching(NETWORK);
  return message === undefined ? undefined : { isTls: false, message };
}

/**
 * Why a request got no whole answer, by the error or what caused it; the code of the system where there is no message,
 * the name of the error where there is none either: whatever a peer sends, the fault is that peer's.
 */
export function requestFault(error: unknown, who: string): ConnectionFault {
  let code: string | undefined;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const fault = connectionFault(cause, who) ?? protocolFault(cause, who);
    if (fault !== undefined) return fault;
    code ??= codeOf(cause);
  }
  code ??= error instanceof Error ? error.name : 'unknown';
  return OTHER_TLS.test(code)
    ? { isTls: true, message: `no secure connection (${code})` }
    : { isTls: false, message: `the connection failed (${code})` };
}

/** The client's parser gives an answer that is no HTTP an error of its own, without a code. */
function protocolFault(error: Error, who: string): ConnectionFault | undefined {
  if (error.name === 'HTTPParserError') return { isTls: false, message: `${who} answers, but not in valid HTTP/1.1` };
  if (codeOf(error) !== 'UND_ERR_HEADERS_OVERFLOW') return undefined;
  return { isTls: false, message: `${who} answers with more than 16 KiB of headers` };
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

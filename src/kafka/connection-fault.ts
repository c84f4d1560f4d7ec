/** What keeps us from a server, as a sentence about it. */
export interface ConnectionFault {
  /** A certificate, or another matter of TLS, that waiting does not mend. */
  readonly isTls: boolean;
  readonly message: string;
}

const UNTRUSTED =
  /^(UNABLE_TO_|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA)/;

const TLS: readonly (readonly [RegExp, string])[] = [
  [/^CERT_HAS_EXPIRED$/, 'the certificate of WHO has expired'],
  [/^CERT_NOT_YET_VALID$/, 'the certificate of WHO is not valid yet: is a clock wrong?'],
  [UNTRUSTED, 'the certificate of WHO is signed by no authority that we trust'],
  [/^ERR_SSL_.*(CERTIFICATE|UNKNOWN_CA)/, 'WHO refuses our `tls.certificate`, or that there is none'],
  [/^(ERR_SSL_|EPROTO)/, 'WHO and we cannot agree on TLS'],
];

const NETWORK: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, 'nobody listens at WHO'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'the host name of WHO is not known'],
];

const MISNAMED = /(?:Host|IP): (\S+?)\.? is not in the cert's \w+: (.+)/;

/** By the `code` and the message of an error of `node:net` or `node:tls`; `who`: `host:port`. Undefined where it is another error. */
export function connectionFault(error: unknown, who: string): ConnectionFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  const sentence = (list: typeof TLS) => list.find(([pattern]) => pattern.test(code))?.[1].replace('WHO', who);
  const [, wanted, borne] = MISNAMED.exec(error.message) ?? [];
  if (borne !== undefined)
    return { isTls: true, message: `the certificate of ${who} is not for ${wanted}, but for ${borne}` };
  const tls = sentence(TLS);
  if (tls !== undefined) return { isTls: true, message: tls };
  // A server that dies in the middle of it looks the same as one that knows no TLS.
  const message = /before secure TLS/.test(error.message)
    ? `${who} hangs up while TLS begins: does its port speak TLS?`
    : sentence(NETWORK);
  return message === undefined ? undefined : { isTls: false, message };
}

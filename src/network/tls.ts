import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import { z } from 'zod';

const BEGIN = '-----BEGIN ';
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** PEM of one or more certificates, usually read from a file. */
export const certificateText = z
  .string()
  .refine((text) => parsed(text).length > 0, 'a certificate as PEM text such as ${file:/run/secrets/ca.pem}');

/** The key `ca` of a client that shows no certificate of its own. */
export const trustedAuthorities = certificateText
  .optional()
  .describe('PEM of the authorities to trust, such as `${file:ca.pem}`; the public ones if absent.');

/** TLS towards a server: whom to trust, and how to show who we are. PEM texts, usually read from files. */
export const tlsOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether to use TLS; false ignores the rest of this section.'),
    ca: certificateText
      .optional()
      .describe('PEM of the authorities to trust, such as `${file:/run/secrets/ca.pem}`; the public ones if absent.'),
    certificate: certificateText
      .optional()
      .describe('PEM of the certificate that we show, and of those between it and its authority.'),
    key: z
      .string()
      .refine((text) => text.includes(BEGIN), 'a private key as PEM text such as ${file:/run/secrets/key.pem}')
      .meta({ secret: true })
      .optional()
      .describe('PEM of the private key of `certificate`. Secret.'),
    passphrase: z.string().meta({ secret: true }).optional().describe('Opens an encrypted `key`. Secret.'),
    servername: z
      .string()
      .min(1)
      .optional()
      .describe('Name that the server’s certificate must bear; the host’s name if absent.'),
    verify: z
      .boolean()
      .default(true)
      .describe('false: any certificate will do, so anybody can pose as the server. For trials only.'),
  })
  .superRefine(({ certificate, key, passphrase }, context) => {
    const misfit = pairFault(certificate, key, passphrase);
    if (misfit !== undefined) context.addIssue({ code: 'custom', path: [misfit.at], message: misfit.message });
  });

export type TlsOptions = z.output<typeof tlsOptions>;

/** As `node:tls` takes them. */
export function connectionOptions(options: TlsOptions): ConnectionOptions {
  const { ca, certificate, key, passphrase, servername, verify } = options;
  return {
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(servername === undefined ? {} : { servername }),
  };
}

/** Every certificate of a PEM text; none where one of them cannot be read. */
function parsed(text: string): readonly X509Certificate[] {
  try {
    return (text.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem));
  } catch {
    return [];
  }
}

interface Misfit {
  readonly at: 'certificate' | 'key' | 'passphrase';
  readonly message: string;
}

function pairFault(
  certificate: string | undefined,
  key: string | undefined,
  passphrase: string | undefined,
): Misfit | undefined {
  if (certificate === undefined && key === undefined) return undefined;
  if (key !== undefined && !key.includes(BEGIN)) return undefined;
  if (key === undefined) return { at: 'certificate', message: 'a certificate needs its `key` beside it' };
  if (certificate === undefined) return { at: 'key', message: 'a key needs its `certificate` beside it' };
  const [own] = parsed(certificate);
  if (own === undefined) return undefined;
  try {
    const opened = createPrivateKey(passphrase === undefined ? key : { key, passphrase });
    return own.checkPrivateKey(opened) ? undefined : { at: 'key', message: 'it is not the key of `certificate`' };
  } catch {
    return /ENCRYPTED/.test(key)
      ? { at: 'passphrase', message: 'the `key` is encrypted, and this does not open it' }
      : { at: 'key', message: 'this cannot be read as a private key in PEM' };
  }
}

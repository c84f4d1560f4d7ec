import { X509Certificate } from 'node:crypto';
import { z } from 'zod';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** PEM of one or more certificates, usually read from a file. */
export const certificateText = z
  .string()
  .refine(areCertificates, 'the PEM text of a certificate, such as ${file:/run/secrets/ca.pem}');

function areCertificates(text: string): boolean {
  const found = text.match(CERTIFICATE) ?? [];
  try {
    return found.map((pem) => new X509Certificate(pem)).length > 0;
  } catch {
    return false;
  }
}

import { createHmac } from 'node:crypto';
import { z } from 'zod';

const PREFIX = 'whsec_';
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** `whsec_` and the base64 of 24 to 64 random bytes (Standard Webhooks 1.0, "Signature scheme"). */
export const signingSecret = z
  .string()
  .refine(isSecret, `\`${PREFIX}\` and ${LEAST_BYTES} to ${MOST_BYTES} random bytes in base64`)
  .meta({ secret: true });

/** What a signature is over, beside the secret. */
export interface Signed {
  /** The same for every try. */
  readonly id: string;
  /** Of this try, s since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The header `webhook-signature`: one signature for each secret, so that a receiver who knows any of them can verify.
 */
export function signatures(secrets: readonly string[], { id, timestamp, body }: Signed): string {
  const content = `${id}.${timestamp}.${body}`;
  return secrets
    .map((secret) => `v1,${createHmac('sha256', keyOf(secret)).update(content).digest('base64')}`)
    .join(' ');
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}

function isSecret(text: string): boolean {
  const key = keyOf(text);
  const isWhole = key.toString('base64').replace(/=+$/, '') === text.slice(PREFIX.length).replace(/=+$/, '');
  return text.startsWith(PREFIX) && isWhole && key.length >= LEAST_BYTES && key.length <= MOST_BYTES;
}

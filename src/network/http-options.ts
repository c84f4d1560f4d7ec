import { z } from 'zod';
import { durationMs } from '../event/duration.ts';

/** The address of a server. Addresses are shown in logs, so it has neither a login nor a query. */
export const httpUrl = z.url({ protocol: /^https?$/ }).refine(isPlain, {
  error: 'an address without a login, a query or a fragment; secrets have keys of their own',
});

/** A duration that something is waited for, ms. */
export const positiveMs = durationMs.refine((ms) => ms > 0, 'more than 0ms');

/** How to log in: basic, with a bearer token, or not at all. */
export interface Login {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

/** The key of the two that misses the other; undefined where both are there, or neither. */
export function unpaired({ username, password }: Login): 'username' | 'password' | undefined {
  if ((username === undefined) === (password === undefined)) return undefined;
  return username === undefined ? 'password' : 'username';
}

/** The header `authorization` of a login, and nothing where there is none. */
export function authorization({ username, password = '', token }: Login): { readonly authorization?: string } {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username + password + search + hash === '' && !/[?#@]/.test(text);
}

import { z } from 'zod';

/** The address of a server. Addresses are shown in logs, so neither a login nor a query may stand in them. */
export const httpUrl = z.url({ protocol: /^https?$/ }).refine(isPlain, {
  error: 'an address without a login, a query or a fragment; secrets have keys of their own',
});

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, search, hash } = new URL(text);
  return username + password + search + hash === '' && !/[?#@]/.test(text);
}

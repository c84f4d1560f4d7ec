import { z } from 'zod';
import type { Path } from './document.ts';
import { along } from './schema-walk.ts';

type Schema = z.core.$ZodType;

/** What is shown in place of a secret. */
export const HIDDEN = '***';

/**
 * Marks text as secret: it is never shown, wherever the configuration is. Any room may mark its own with `.meta({
 * secret: true })`.
 */
export function secretText(): z.ZodString {
  return z.string().meta({ secret: true });
}

/** Whether the schema, or one that it wraps, is marked. */
export function isSecret(schema: Schema): boolean {
  if (z.globalRegistry.get(schema)?.secret === true) return true;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'pipe') return isSecret(def.in);
  return 'innerType' in def && isSecret(def.innerType);
}

/** Whether the value at a path is secret, or lies inside what is. */
export function isSecretAt(root: Schema, value: unknown, path: Path): boolean {
  return along(root, value, path).some(isSecret);
}

/** Text without the login of a URL in it, which is a secret wherever it is. */
export function withoutLogin(text: string): string {
  return text.replace(/(:\/\/)\S*@/g, `$1${HIDDEN}@`);
}

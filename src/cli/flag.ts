import type { z } from 'zod';
import { Failure } from '../errors/failure.ts';

type Schema = z.core.$ZodType & { safeParse?: z.ZodType['safeParse'] };

/**
 * A flag's text as the option's schema wants it: text, a number, true or false, or a list with commas. @throws Failure
 * cli/bad-flag
 */
export function parseFlag(flag: string, schema: Schema, text: string): unknown {
  const candidates: unknown[] = [text, text === '' ? [] : text.split(',')];
  if (text === 'true' || text === 'false') candidates.unshift(text === 'true');
  if (text.trim() !== '' && Number.isFinite(Number(text))) candidates.unshift(Number(text));
  const fits = candidates.find((candidate) => schema.safeParse?.(candidate).success === true);
  if (fits !== undefined) return fits;
  const issues = candidates.flatMap((candidate) => schema.safeParse?.(candidate).error?.issues ?? []);
  const why = (issues.find(({ code }) => code !== 'invalid_type') ?? issues[0])?.message ?? 'not understood';
  throw new Failure('cli/bad-flag', `"${text}": ${why}`, { where: flag });
}

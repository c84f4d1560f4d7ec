import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** A body that is not what its headers say, or too large. */
export class BodyError extends Error {
  readonly statusCode: 400 | 413 | 415;

  constructor(statusCode: 400 | 413 | 415, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

type Sent = Pick<FastifyRequest, 'headers'> & { readonly body: Buffer | undefined };

/** A body that is JSON and says so, by a schema; or why it is refused. */
export function jsonBody<T extends z.ZodType>(
  schema: T,
  { headers, body }: Sent,
): { readonly data: z.output<T> } | { readonly status: number; readonly detail: string } {
  // A type that no form of another page can send.
  const [type] = (headers['content-type'] ?? '').split(';', 1);
  if (type.trim().toLowerCase() !== 'application/json') {
    return { status: 415, detail: 'this is sent as content-type application/json' };
  }
  const parsed = schema.safeParse(json(body));
  if (parsed.success) return { data: parsed.data };
  const [issue] = parsed.error.issues;
  return { status: 400, detail: [...issue.path.map(String), issue.message].join(': ') };
}

function json(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}

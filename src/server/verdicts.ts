import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { SimilarPage, VerdictRecord, VerdictView } from '../live/schema.ts';
import { jsonBody } from './body.ts';
import { sendProblem } from './problem.ts';

/** What a person says of an alert; `none` withdraws what was said. */
export const verdictBody = z.strictObject({
  verdict: z.enum(['expected', 'real', 'none']),
  note: z.string().max(2_000).default(''),
  /** How long "expected" quiets what is like it, event time. */
  days: z
    .number()
    .min(1 / 24)
    .max(366)
    .optional(),
});

export type VerdictBody = z.output<typeof verdictBody>;

/**
 * What the server says to the live page of similar incidents and of verdicts. Undefined where the alert is not known.
 */
export interface VerdictsApi {
  similar(id: string): Promise<SimilarPage | undefined>;
  verdict(id: string): Promise<VerdictView | undefined>;
  /** Resolves once it is durable. @throws Failure where it cannot be taken */
  give(id: string, body: VerdictBody): Promise<VerdictView | undefined>;
  verdicts(): Promise<readonly VerdictRecord[]>;
}

const params = z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/, 'an alert’s id has 16 hex digits') });
const UNKNOWN = 'this alert is not known: it is too old, or from before the last start';

/**
 * `GET /api/alerts/{id}/similar`, `GET` and `POST /api/alerts/{id}/verdict`, `GET /api/verdicts`. A body is JSON, and
 * says so.
 */
export function verdictRoutes(app: FastifyInstance, api: VerdictsApi): void {
  app.get('/api/alerts/:id/similar', (request, reply) => found(request.params, reply, (id) => api.similar(id)));
  app.get('/api/alerts/:id/verdict', (request, reply) => found(request.params, reply, (id) => api.verdict(id)));
  app.get('/api/verdicts', () => api.verdicts());
  app.post<{ Body: Buffer | undefined }>('/api/alerts/:id/verdict', async (request, reply) => {
    const body = jsonBody(verdictBody, request);
    if ('status' in body) return sendProblem(reply, body.status, body.detail);
    return await found(request.params, reply, (id) => api.give(id, body.data));
  });
}

async function found<T>(given: unknown, reply: FastifyReply, ask: (id: string) => Promise<T | undefined>) {
  const parsed = params.safeParse(given);
  if (!parsed.success) return sendProblem(reply, 400, faultOf(parsed.error));
  return (await ask(parsed.data.id)) ?? sendProblem(reply, 404, UNKNOWN);
}

function faultOf({ issues: [issue] }: z.ZodError): string {
  return [...issue.path.map(String), issue.message].join(': ');
}

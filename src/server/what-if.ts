import type { FastifyInstance } from 'fastify';
import { type WhatIfAnswer, type WhatIfBody, whatIfBody } from '../live/what-if.ts';
import { jsonBody } from './body.ts';
import { sendProblem } from './problem.ts';

/** Tries settings on the recent past; undefined where the page keeps no history of the series. @throws Failure */
export type TryOut = (body: WhatIfBody) => Promise<WhatIfAnswer | undefined>;

/** `POST /api/what-if`. A body is JSON, and says so. */
export function whatIfRoute(app: FastifyInstance, names: readonly string[], tryOut: TryOut | undefined): void {
  app.post<{ Body: Buffer | undefined }>('/api/what-if', async (request, reply) => {
    const body = jsonBody(whatIfBody, request);
    if ('status' in body) return sendProblem(reply, body.status, body.detail);
    const { stream, series } = body.data;
    if (tryOut === undefined || !names.includes(stream)) {
      return sendProblem(reply, 404, `there is no stream ${JSON.stringify(stream)} to try settings on`);
    }
    const answer = await tryOut(body.data);
    return answer ?? sendProblem(reply, 404, `the page keeps no history of ${JSON.stringify(series)}`);
  });
}

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/** Lets through who knows the token of now, in a time that reveals nothing about it; everybody where there is none. */
export function bearerGuard(
  token: () => string | undefined,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    const wanted = token();
    if (wanted === undefined || wanted === '') return;
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${wanted}`))) return;
    sendProblem(reply.header('www-authenticate', 'Bearer'), 401, 'this needs `Authorization: Bearer <token>`');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

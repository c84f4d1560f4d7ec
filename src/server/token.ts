import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/** Lets through who knows the token, in a time that tells nothing about it. */
export function bearerGuard(token: string): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const wanted = digest(`Bearer ${token}`);
  return async (request, reply) => {
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), wanted)) return;
    sendProblem(reply.header('www-authenticate', 'Bearer'), 401, 'this needs `Authorization: Bearer <token>`');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

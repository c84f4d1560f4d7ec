import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/** The scheme is a word in any case, and one or more spaces are between (RFC 9110, 11.4). */
const SCHEME = /^bearer +/i;

/**
 * Lets through who knows the token of now; everybody where there is none. Digests are compared, in a time that reveals
 * nothing about the token, nor its length.
 */
export function bearerGuard(
  token: () => string | undefined,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    const wanted = token();
    if (wanted === undefined || wanted === '') return;
    const given = request.headers.authorization ?? '';
    const isKnown = timingSafeEqual(digest(given.replace(SCHEME, '')), digest(wanted));
    if (isKnown && SCHEME.test(given)) return;
    sendProblem(reply.header('www-authenticate', 'Bearer'), 401, 'this needs `Authorization: Bearer <token>`');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

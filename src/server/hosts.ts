import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/**
 * Lets a request through whose `Host` is a name of this server, and whose `Origin`, where there is one, is this very
 * server. A foreign page can reach a server on loopback: by a name of its own that resolves to 127.0.0.1 (DNS
 * rebinding), or by a form (CSRF). An IP address as `Host` is safe from the first, for rebinding takes a name.
 */
export function hostGuard(
  bound: string,
  allowed: readonly string[],
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const names = new Set(['localhost', bound, ...allowed].map((name) => name.toLowerCase()));
  return async (request, reply) => {
    const { host, origin } = request.headers;
    if (hostsIn(request.raw.rawHeaders) > 1) {
      sendProblem(reply, 400, 'a request has one Host header');
      return;
    }
    const name = nameOf(host);
    if (name === undefined || !(isIP(name) > 0 || names.has(name))) {
      const shown = JSON.stringify(String(host).slice(0, 100));
      sendProblem(reply, 403, `${shown} is no name of this server; add it to \`server.allowed_hosts\``);
      return;
    }
    if ((origin === undefined || isOwn(origin, host)) && !isFromOtherSite(request)) return;
    sendProblem(reply, 403, 'requests from pages of other sites are rejected');
  };
}

/** The host of `host:port`, without brackets; undefined where it is none. */
function nameOf(host: string | undefined): string | undefined {
  if (host === undefined || !/^[\w.:[\]-]{1,255}$/.test(host)) return undefined;
  try {
    return new URL(`http://${host}`).hostname.replace(/^\[(.*)\]$/, '$1');
  } catch {
    return undefined;
  }
}

/** TLS may end before this server: the scheme does not count, host and port do. */
function isOwn(origin: string, host: string | undefined): boolean {
  try {
    const { host: from, protocol } = new URL(origin);
    return host !== undefined && from === new URL(`${protocol}//${host}`).host;
  } catch {
    return false;
  }
}

/** Proxies and servers do not agree on which of two counts. */
function hostsIn(rawHeaders: readonly string[]): number {
  return rawHeaders.filter((name, n) => n % 2 === 0 && name.toLowerCase() === 'host').length;
}

/** As the browser says itself (Fetch Metadata), which no page can forge; somebody who follows a link is none. */
function isFromOtherSite({ method, headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return !(method === 'GET' && headers['sec-fetch-mode'] === 'navigate');
}

import { readFileSync } from 'node:fs';

/** Largest body of a push, bytes, packed and unpacked. */
export const BODY_LIMIT = 8 << 20;
/** Largest body of any other request. */
export const OTHER_BODY_LIMIT = 64 << 10;
/** Largest headers of a request, all together, bytes. */
export const HEADERS_LIMIT = 16 << 10;
/** The headers of a request must have arrived within this time, and all of it within that. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 30_000;
/** How often connections are looked through for those whose time is over. */
export const TIMEOUTS_EVERY_MS = 1_000;
/** A stop waits so long for requests that are being answered; then their connections are closed. */
export const CLOSE_GRACE_MS = 2_000;

const MOST_CONNECTIONS = 1_000;
const FEWEST_CONNECTIONS = 10;

/**
 * Connections at a time; more are closed at once. At most half of the descriptors that the process may have: the others
 * are for files, sinks and brokers. `limits`: the text of `/proc/self/limits`, where there is one.
 */
export function mostConnections(limits: string | undefined = limitsOfProcess()): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits ?? '') ?? [];
  const half = soft === undefined ? MOST_CONNECTIONS : Math.floor(Number(soft) / 2);
  return Math.max(FEWEST_CONNECTIONS, Math.min(MOST_CONNECTIONS, half));
}

function limitsOfProcess(): string | undefined {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    // Only Linux has it. Where it is missing, the default holds.
    return undefined;
  }
}

import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const LOWEST = 20_000;
/** Below the range the system takes for outgoing connections, so that none of those is in the way of a restart. */
const HIGHEST = 32_000;

/**
 * So many different free ports on 127.0.0.1. A run of the tests gives none twice, in all of its processes: a server takes seconds
 * to listen, and a client may still hold a connection to whoever had the port before.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (isNew(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

/** One of them. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** Whether nobody of this run has asked about it; outside of a run, always. */
function isNew(port: number): boolean {
  const folder = process.env.SURPRISAL_TESTS_PORTS;
  if (folder === undefined) return true;
  mkdirSync(folder, { recursive: true });
  try {
    closeSync(openSync(join(folder, String(port)), 'wx'));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

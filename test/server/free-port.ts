import { once } from 'node:events';
import { createServer } from 'node:net';

const LOWEST = 20_000;
const HIGHEST = 32_767;
let next = LOWEST + (process.pid % 10_000);

/**
 * A port of 127.0.0.1 that nobody listens on, below those that the system gives to clients. None twice: a client may still hold a
 * connection to whoever had it before.
 */
export async function freePort(): Promise<number> {
  while (next <= HIGHEST) {
    const port = next++;
    const server = createServer();
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
      return port;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error('no free port');
}

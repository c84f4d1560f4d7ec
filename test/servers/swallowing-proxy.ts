import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Passes a port on, until it swallows: connections then stay open, and nothing comes through them, as behind a cable that is cut. */
export interface SwallowingProxy {
  swallow(): void;
  /** Ends what was swallowed: both sides connect anew. */
  pass(): void;
  close(): Promise<void>;
}

/** Listens on `port` of 127.0.0.1 for what is for `target`. */
export async function swallowingProxy(port: number, target: number): Promise<SwallowingProxy> {
  const sockets = new Set<Socket>();
  let swallows = false;
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    socket.on('data', (bytes) => {
      if (!swallows) other.write(bytes);
    });
  };
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    keep(near, far);
    keep(far, near);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    swallow: () => {
      swallows = true;
    },
    pass: () => {
      swallows = false;
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

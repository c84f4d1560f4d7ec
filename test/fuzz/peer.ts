import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** A peer on the loopback that answers whatever it is sent with the bytes of the moment, and closes. */
export class Peer {
  answer: Buffer = Buffer.alloc(0);
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
      socket.once('data', () => socket.end(this.answer));
    });
  }

  static async listening(): Promise<Peer> {
    const peer = new Peer();
    peer.#server.listen(0, '127.0.0.1');
    await once(peer.#server, 'listening');
    return peer;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the peer listens nowhere');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

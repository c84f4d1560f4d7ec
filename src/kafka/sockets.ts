import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const KEEP_ALIVE_MS = 60_000;

/**
 * Sockets to brokers, and which of the brokers answer: kafkajs begins each connection with the first of its list, also
 * where that one takes connections and answers nothing.
 */
export class BrokerSockets {
  readonly #brokers: readonly string[];
  /** `host:port` of those that have taken or refused a connection, and sent nothing since. */
  readonly #silent = new Set<string>();
  readonly #open = new Set<Socket>();
  #ended = false;

  constructor(brokers: readonly string[]) {
    this.#brokers = brokers;
  }

  /** As configured, those that do not answer last. */
  get brokers(): string[] {
    const isSilent = (broker: string) => Number(this.#silent.has(broker));
    return this.#brokers.toSorted((a, b) => isSilent(a) - isSilent(b));
  }

  readonly create: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    const name = isIP(host) ? {} : { servername: host };
    const socket = ssl ? connectTls({ host, port, ...name, ...ssl }, onConnect) : connect({ host, port }, onConnect);
    const broker = `${host}:${port}`;
    this.#silent.add(broker);
    socket.once('data', () => this.#silent.delete(broker));
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    if (this.#ended) socket.destroy();
    return withoutLeak(socket);
  };

  /**
   * Closes all that is still open, once nobody asks any more; a socket that is made later is closed at once. After an
   * outage kafkajs may have forgotten some, and one alone keeps the process alive.
   */
  destroy(): void {
    this.#ended = true;
    for (const socket of this.#open) socket.destroy();
  }
}

/**
 * kafkajs calls `unref` at each of its attempts to disconnect; on a socket that has ended, each would leave a listener
 * that waits for a connection.
 */
function withoutLeak(socket: Socket): Socket {
  const unref = socket.unref.bind(socket);
  socket.unref = () => (socket.destroyed ? socket : unref());
  return socket;
}

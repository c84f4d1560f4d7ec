import type { ConnectionOptions } from 'node:tls';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import type { FailureCode } from '../errors/codes.ts';
import { Failure } from '../errors/failure.ts';
import { requestFault } from './connection-fault.ts';
import type { HttpAnswer } from './http-answer.ts';
import { PrivateAddress, publicLookup, refusePrivate } from './public-address.ts';

/**
 * Bytes of an answer that are kept unless the client says otherwise, and that are read at least before the connection
 * is given up.
 */
const KEPT = 4_096;
const READ = 65_536;

/** Whom a client may talk to, how long it waits, and what it throws. */
export interface HttpClientOptions {
  /** For the whole of a request, from looking up the name to the answer's last byte. */
  readonly timeoutMs: number;
  /** Whether an address may be private. */
  readonly allowPrivate: boolean;
  /** The public authorities if absent. */
  readonly tls?: ConnectionOptions;
  /** Bytes of an answer that are kept; 4 096 if absent. */
  readonly maxBytes?: number;
  /** Connections to one server; as many as there are requests if absent. */
  readonly maxConnections?: number;
  /** The code where retrying helps, and where a person has to correct the configuration. */
  readonly failures: { readonly unavailable: FailureCode; readonly misconfigured: FailureCode };
}

/** A GET. The address may be secret: nothing but its origin is shown. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A POST. */
export interface HttpPost extends HttpRequest {
  readonly body: string;
}

/** Sends requests over connections that it keeps. Follows no redirect. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #agent: Agent;
  #closed = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#agent = new Agent({ connect: connector(options), connections: options.maxConnections ?? null });
  }

  /**
   * Resolves when the whole answer has arrived. @throws Failure `failures.unavailable` or `failures.misconfigured`
   * where there is none
   */
  async send(asked: HttpRequest | HttpPost, signal: AbortSignal): Promise<HttpAnswer> {
    const { timeoutMs, maxBytes = KEPT, failures } = this.#options;
    const { url, headers } = asked;
    const where = new URL(url).origin;
    const unavailable = (why: string) => new Failure(failures.unavailable, why, { where });
    if (this.#closed) throw unavailable('the client is closed');
    if (signal.aborted) throw unavailable('stopped');
    // Not `AbortSignal.any`: in Node 20 each of its signals stays with one that lives as long as the process.
    const cut = new AbortController();
    const stop = () => cut.abort();
    const timer = setTimeout(stop, timeoutMs);
    signal.addEventListener('abort', stop);
    try {
      const message = 'body' in asked ? ({ method: 'POST', body: asked.body } as const) : ({ method: 'GET' } as const);
      const options = { ...message, headers, signal: cut.signal, dispatcher: this.#agent };
      return await whole(await request(url, options), maxBytes);
    } catch (error) {
      if (signal.aborted) throw unavailable('stopped');
      if (cut.signal.aborted) throw unavailable(`no answer within ${timeoutMs} ms`);
      throw this.#failureOf(error, url);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#agent.destroy();
  }

  #failureOf(error: unknown, url: string): Failure {
    const { unavailable, misconfigured } = this.#options.failures;
    const { origin: where, host } = new URL(url);
    if (error instanceof PrivateAddress) return new Failure(misconfigured, error.message, { where });
    const fault = requestFault(error, host);
    return new Failure(fault.isTls ? misconfigured : unavailable, fault.message, { where, cause: error });
  }
}

function connector({ allowPrivate, tls, timeoutMs }: HttpClientOptions): buildConnector.connector {
  const lookup = allowPrivate ? {} : { lookup: publicLookup() };
  const connect = buildConnector({ ...tls, ...lookup, timeout: timeoutMs } as buildConnector.BuildOptions);
  return (target, callback) => {
    try {
      if (!allowPrivate) refusePrivate(target.hostname);
    } catch (error) {
      return callback(error as PrivateAddress, null);
    }
    connect(target, (...connected) => {
      const [, socket] = connected;
      // undici reports a socket's last error. Behind an alert of TLS that is only the end of the connection, so it ends
      // with the first.
      socket?.once('error', (first: Error) => socket.destroy(first));
      callback(...connected);
    });
  };
}

/** Reads to the end, so that an answer that breaks off is none; of one that does not end, only so much. */
async function whole({ statusCode, headers, body }: Dispatcher.ResponseData, maxBytes: number): Promise<HttpAnswer> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (size < maxBytes) kept.push(chunk);
    size += chunk.length;
    if (size > Math.max(READ, maxBytes)) break;
  }
  const named = Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]);
  return {
    status: statusCode,
    headers: Object.fromEntries(named),
    body: Buffer.concat(kept).subarray(0, maxBytes).toString(),
    isCut: size > maxBytes,
  };
}

import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import { Failure } from '../errors/failure.ts';
import { publicLookup, refusePrivate } from './public-address.ts';
import { unreachable } from './unreachable.ts';

/** Bytes of an answer that are kept, and that are read at all. */
const KEPT = 4_096;
const MOST = 65_536;

/** Whom a client may talk to, and how long it waits. */
export interface HttpClientOptions {
  /** For the whole of a request, from looking up the name to the answer's last byte. */
  readonly timeoutMs: number;
  /** Whether an address may be private. */
  readonly allowPrivate: boolean;
  /** PEM of the authorities to trust; the public ones if absent. */
  readonly ca?: string | undefined;
}

/** A POST. The address may be secret: of it, nothing but its origin is shown. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the other side said, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Its first 4 096 bytes. */
  readonly body: string;
}

/** Sends requests over connections that it keeps. Follows no redirect. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #agent: Agent;
  #closed = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#agent = new Agent({ connect: connector(options) });
  }

  /** Resolves when the answer is there, to its end. @throws Failure sink/unavailable, sink/misconfigured where there is none */
  async post({ url, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const where = new URL(url).origin;
    if (this.#closed || signal.aborted) {
      throw new Failure('sink/unavailable', this.#closed ? 'the sink is closed' : 'stopped', { where });
    }
    const { timeoutMs } = this.#options;
    const cut = new AbortController();
    const stop = () => cut.abort();
    const timer = setTimeout(stop, timeoutMs);
    signal.addEventListener('abort', stop);
    try {
      const options = { method: 'POST', headers, body, signal: cut.signal, dispatcher: this.#agent } as const;
      return await whole(await request(url, options));
    } catch (error) {
      if (signal.aborted) throw new Failure('sink/unavailable', 'stopped', { where });
      if (cut.signal.aborted) throw new Failure('sink/unavailable', `no answer within ${timeoutMs} ms`, { where });
      if (error instanceof Failure) throw new Failure(error.code, error.message, { where });
      throw unreachable(error, where) ?? error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#agent.destroy();
  }
}

function connector({ allowPrivate, ca, timeoutMs }: HttpClientOptions): buildConnector.connector {
  const tls = ca === undefined ? {} : { ca };
  if (allowPrivate) return buildConnector({ ...tls, timeout: timeoutMs });
  const connect = buildConnector({ ...tls, timeout: timeoutMs, lookup: publicLookup() } as buildConnector.BuildOptions);
  return (options, callback) => {
    try {
      refusePrivate(options.hostname);
    } catch (error) {
      return callback(error as Failure, null);
    }
    connect(options, callback);
  };
}

/** Reads to the end, so that an answer cut short is none; of one that does not end, only so much. */
async function whole({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<HttpAnswer> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (size < KEPT) kept.push(chunk);
    size += chunk.length;
    if (size > MOST) break;
  }
  const named = Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]);
  return {
    status: statusCode,
    headers: Object.fromEntries(named),
    body: Buffer.concat(kept).subarray(0, KEPT).toString(),
  };
}

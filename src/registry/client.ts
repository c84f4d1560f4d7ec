import { Agent, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls, Agent as TlsAgent } from 'node:https';
import { Failure } from '../errors/failure.ts';
import { connectionFault } from '../kafka/connection-fault.ts';
import { connectionOptions } from '../kafka/tls.ts';
import type { RegistryOptions } from './options.ts';

const ACCEPT = 'application/vnd.schemaregistry.v1+json, application/json';
const LONGEST_BYTES = 4 * 1024 * 1024;
const SOCKETS = { keepAlive: true, maxSockets: 8 };

/** An answer of the registry: what it has, or that it has it not. */
export type Answer = { readonly found: unknown } | { readonly missing: string };

/** Asks a schema registry; the one place that speaks HTTP. */
export class RegistryClient {
  readonly #options: RegistryOptions;
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #plain = new Agent(SOCKETS);
  readonly #tls: TlsAgent;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, '');
    this.#tls = new TlsAgent({ ...SOCKETS, ...connectionOptions(options.tls) });
    this.#headers = { accept: ACCEPT, 'user-agent': 'surprisal', ...authorization(options) };
  }

  /** GETs what is at a path, such as `/schemas/ids/1`. @throws Failure registry/unreachable, registry/refused */
  async get(path: string, signal: AbortSignal): Promise<Answer> {
    const url = this.#base + path;
    const { status, text, retryAfter } = await this.#fetch(url, signal);
    const body = parsed(text);
    if (status === 200 && typeof body === 'object' && body !== null) return { found: body };
    const said = errorIn(body);
    if (status === 404 && said !== undefined) return { missing: said };
    if (status === 429 || status >= 500) {
      const seconds = Number(retryAfter);
      const wait = seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
      throw new Failure('registry/unreachable', `the schema registry cannot answer now: ${status} to ${url}`, wait);
    }
    if (status === 401 || status === 403) {
      throw new Failure('registry/refused', `the schema registry refuses our login: ${status} to ${url}`);
    }
    throw new Failure('registry/refused', `no schema registry is there: ${status} to ${url}`);
  }

  async #fetch(url: string, signal: AbortSignal): Promise<Fetched> {
    const { timeout } = this.#options;
    try {
      return await this.#exchange(url, AbortSignal.any([signal, AbortSignal.timeout(timeout)]));
    } catch (cause) {
      const { host } = new URL(url);
      const fault = connectionFault(cause, host);
      if (fault?.isTls) throw new Failure('registry/refused', fault.message, { cause });
      const message = fault?.message ?? `the schema registry at ${host} does not answer: ${reason(cause, timeout)}`;
      throw new Failure('registry/unreachable', message, { cause });
    }
  }

  #exchange(url: string, signal: AbortSignal): Promise<Fetched> {
    const options = { headers: this.#headers, signal };
    return new Promise((resolve, reject) => {
      const answered = (answer: IncomingMessage) => read(answer).then(resolve, reject);
      const request = url.startsWith('https:')
        ? requestTls(url, { ...options, agent: this.#tls }, answered)
        : requestPlain(url, { ...options, agent: this.#plain }, answered);
      request.once('error', reject).end();
    });
  }
}

interface Fetched {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

async function read(answer: IncomingMessage): Promise<Fetched> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += chunk.length;
    if (bytes > LONGEST_BYTES) throw new Error(`its answer is longer than ${LONGEST_BYTES} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: answer.statusCode ?? 0, text, retryAfter: answer.headers['retry-after'] };
}

function authorization({ username, password, token }: RegistryOptions): Readonly<Record<string, string>> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a registry says when it has not got something; another server's 404 says it otherwise. */
function errorIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error_code' in body)) return undefined;
  return 'message' in body ? String(body.message) : String(body.error_code);
}

function reason(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  const isLate = error.cause instanceof Error && error.cause.name === 'TimeoutError';
  return isLate ? `nothing in ${timeoutMs} ms` : error.message;
}

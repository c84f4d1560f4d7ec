import { Failure } from '../errors/failure.ts';
import { retryAfterMs } from '../network/http-answer.ts';
import { HttpClient } from '../network/http-client.ts';
import { authorization } from '../network/http-options.ts';
import { connectionOptions } from '../network/tls.ts';
import type { RegistryOptions } from './options.ts';

const ACCEPT = 'application/vnd.schemaregistry.v1+json, application/json';
const LONGEST_BYTES = 4 * 1024 * 1024;
const CONNECTIONS = 8;

/** What the registry has under a path, or its reason for having nothing. */
export type RegistryAnswer = { readonly found: unknown } | { readonly missing: string };

/** Asks a schema registry; the one place of this room that speaks HTTP. */
export class RegistryClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #client: HttpClient;

  constructor(options: RegistryOptions) {
    this.#base = options.url.replace(/\/+$/, '');
    this.#headers = { accept: ACCEPT, 'user-agent': 'surprisal', ...authorization(options) };
    this.#client = new HttpClient({
      timeoutMs: options.timeout,
      allowPrivate: true,
      tls: connectionOptions(options.tls),
      maxBytes: LONGEST_BYTES,
      maxConnections: CONNECTIONS,
      failures: { unavailable: 'registry/unreachable', misconfigured: 'registry/refused' },
    });
  }

  /** GETs what is at a path, such as `/schemas/ids/1`. @throws Failure registry/unreachable, registry/refused */
  async get(path: string, signal: AbortSignal): Promise<RegistryAnswer> {
    const where = this.#base + path;
    const {
      status,
      body: text,
      headers,
      isCut,
    } = await this.#client.send({ url: where, headers: this.#headers }, signal);
    if (isCut) throw new Failure('registry/unreachable', `the answer is longer than ${LONGEST_BYTES} bytes`, { where });
    const body = parsed(text);
    if (status === 200 && typeof body === 'object' && body !== null) return { found: body };
    const reason = errorIn(body);
    if (status === 404 && reason !== undefined) return { missing: reason };
    if (status === 429 || status >= 500) {
      const wait = retryAfterMs(headers['retry-after'], Date.now());
      const details = wait === undefined ? { where } : { where, retryAfterMs: wait };
      throw new Failure('registry/unreachable', `the schema registry answered ${status}`, details);
    }
    if (status === 401 || status === 403) {
      throw new Failure('registry/refused', `the schema registry refuses our login: ${status}`, { where });
    }
    throw new Failure('registry/refused', `this is no schema registry: it answered ${status}`, { where });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why a registry has nothing there; another server's 404 has no such code. */
function errorIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error_code' in body)) return undefined;
  return 'message' in body ? String(body.message) : String(body.error_code);
}

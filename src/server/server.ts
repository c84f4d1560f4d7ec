import { Server as TlsServer } from 'node:https';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { shared } from '../async/shared.ts';
import { Failure } from '../errors/failure.ts';
import { hostGuard } from './hosts.ts';
import {
  BODY_LIMIT,
  CLOSE_GRACE_MS,
  HEADERS_LIMIT,
  HEADERS_TIMEOUT_MS,
  mostConnections,
  OTHER_BODY_LIMIT,
  REQUEST_TIMEOUT_MS,
  TIMEOUTS_EVERY_MS,
} from './limits.ts';
import { type LiveApi, liveRoutes } from './live.ts';
import { observationsRoute, type PushTarget } from './observations.ts';
import { openApi } from './openapi.ts';
import { type PageFile, pageRoutes } from './page.ts';
import { sendProblem } from './problem.ts';
import { type StreamsApi, streamsRoutes } from './streams.ts';
import { type PemPair, TlsFiles, type TlsPaths } from './tls-files.ts';
import { bearerGuard } from './token.ts';

/** How the process is, as the probes report it. */
export interface Health {
  readonly started: boolean;
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** Metrics in the text format that its content type names. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** What the server serves, and where. */
export interface ServerOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /**
   * Asked of whoever changes something or reads the API, as it is at that time; nobody is asked where there is none.
   */
  readonly token?: (() => string | undefined) | undefined;
  /**
   * Takes the configuration in again; there is no such route where it is absent. @throws Failure where it is refused
   */
  readonly reload?: (() => Promise<void>) | undefined;
  /** Files of a certificate and its key: HTTPS; absent = HTTP. */
  readonly tls?: TlsPaths | undefined;
  /** Called each time changed files of it are in force, or refused. */
  readonly onTlsReload?: ((refused: Failure | undefined) => void) | undefined;
  /** A request must have arrived whole within this time; 30 s if absent. */
  readonly requestTimeoutMs?: number | undefined;
  /** What a scrape is answered with. */
  readonly exposition: () => Promise<Exposition>;
  readonly health: () => Health;
  /** Called with unexpected errors; the client gets a generic 500. */
  readonly onBug: (error: unknown) => void;
  /** Streams that take pushed records. */
  readonly push: ReadonlyMap<string, PushTarget>;
  readonly api: StreamsApi;
  /** Names under which it may be called, beside `host`, localhost and IP addresses. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** The live page: what it asks, and its files by path; absent = no page. */
  readonly live?: { readonly api: LiveApi; readonly files: ReadonlyMap<string, PageFile> } | undefined;
}

/** A server that listens. */
export interface Server {
  readonly url: string;
  /** `GET /api/alerts/:id` and all others but the files of the page. */
  readonly routes: readonly string[];
  close(): Promise<void>;
}

/** Probes, metrics and the API on one HTTP server. @throws Failure server/port-in-use */
export async function startServer(options: ServerOptions): Promise<Server> {
  const tls = options.tls && (await TlsFiles.read(options.tls));
  const app = newApp(tls?.current, options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS);
  const routes = routesOf(app, options.live?.files);
  app.addHook('onRequest', hostGuard(options.host, options.allowedHosts ?? []));
  app.setErrorHandler((error, request, reply) => {
    if (!isAnswer(error)) options.onBug(error);
    return problem(error, request, reply);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(reply, 404, `there is no ${request.method} ${request.url}`));
  probes(app, options.health);
  // Many scrapes at once cost what one does.
  const scraped = shared(async () => {
    const { contentType, text } = await options.exposition();
    return { contentType, bytes: Buffer.from(text) };
  });
  app.get('/metrics', async (_, reply) => {
    const { contentType, bytes } = await scraped();
    return reply.type(contentType).send(bytes);
  });
  if (options.live !== undefined) pageRoutes(app, options.live.files);
  app.get('/api/openapi.json', () => openApi());
  await app.register(async (guarded) => {
    if (options.token !== undefined) guarded.addHook('onRequest', bearerGuard(options.token));
    if (options.reload !== undefined) reloadRoute(guarded, options.reload);
    streamsRoutes(guarded, options.api);
    observationsRoute(guarded, options.push, BODY_LIMIT);
    if (options.live !== undefined) liveRoutes(guarded, options.live.api, options.onBug);
  });
  const url = await listen(app, options);
  if (tls !== undefined && app.server instanceof TlsServer) tls.watch(app.server, options.onTlsReload);
  const close = async () => {
    tls?.close();
    const forced = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
    await app.close();
    clearTimeout(forced);
  };
  return { url, routes, close };
}

/** With every limit of a connection in force. */
function newApp(tls: PemPair | undefined, requestTimeout: number): FastifyInstance {
  const limits = {
    maxHeaderSize: HEADERS_LIMIT,
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeout),
    connectionsCheckingInterval: Math.min(TIMEOUTS_EVERY_MS, requestTimeout),
  };
  const shared = { bodyLimit: OTHER_BODY_LIMIT, forceCloseConnections: 'idle', requestTimeout } as const;
  const app: FastifyInstance =
    tls === undefined
      ? fastify({ ...shared, http: limits })
      : (fastify({ ...shared, https: { ...limits, ...tls } }) as unknown as FastifyInstance);
  app.server.maxConnections = mostConnections();
  return app;
}

/** Fills with the routes that are added from now on. */
function routesOf(app: FastifyInstance, files: ReadonlyMap<string, PageFile> = new Map()): readonly string[] {
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const methods = [method].flat().filter((each) => each !== 'HEAD');
    if (!files.has(url)) routes.push(...methods.map((each) => `${each} ${url}`));
  });
  return routes;
}

/**
 * `POST /-/reload`: 200 once the configuration is in force, or a problem that says why it is not; as Prometheus has it.
 */
function reloadRoute(app: FastifyInstance, reload: () => Promise<void>): void {
  app.post('/-/reload', async (_, reply) => {
    await reload();
    return reply.type('text/plain; charset=utf-8').send('reloaded\n');
  });
}

function probes(app: FastifyInstance, health: () => Health): void {
  const answer = (reply: FastifyReply, good: boolean) =>
    reply
      .code(good ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(good ? 'ok\n' : `${health().reasons.join('\n')}\n`);
  for (const path of ['/livez', '/-/healthy']) app.get(path, (_, reply) => answer(reply, true));
  for (const path of ['/readyz', '/-/ready']) app.get(path, (_, reply) => answer(reply, health().ready));
  app.get('/startupz', (_, reply) => answer(reply, health().started));
}

async function listen(app: FastifyInstance, { host, port }: ServerOptions): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
    const why = code === 'EADDRINUSE' ? 'is in use' : 'may not be listened on';
    throw new Failure('server/port-in-use', `${host}:${port} ${why}`, { cause: error });
  }
}

/** Whether the client can act on the error. */
function isAnswer(error: unknown): boolean {
  return (
    error instanceof Failure || (error instanceof Error && 'statusCode' in error && Number(error.statusCode) < 500)
  );
}

function problem(error: unknown, _: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Failure) {
    if (error.code === 'source/unusable') return sendProblem(reply, 422, error.message);
    if (error.remedy !== 'retry') return sendProblem(reply, 400, error.message);
    const seconds = Math.ceil((error.retryAfterMs ?? 1000) / 1000);
    return sendProblem(reply.header('retry-after', seconds), 429, error.message);
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  const detail = status < 500 && error instanceof Error ? error.message : 'an internal error; the log has it';
  return sendProblem(reply, status, detail);
}

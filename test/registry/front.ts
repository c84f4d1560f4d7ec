import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Certificate } from '../servers/certificates.ts';
import { freePort } from '../servers/ports.ts';

/** What is in front of a registry, as in many installations: a gateway that wants a login, ends TLS, and may fail. */
export interface Front {
  readonly url: string;
  /** Paths asked for, in order. */
  readonly asked: readonly string[];
  /** Answers everything so from now on; undefined = as the registry does. */
  answerWith(answer: { readonly status: number; readonly body: string; readonly headers?: object } | undefined): void;
  close(): Promise<void>;
}

/** How it is set up. */
export interface FrontOptions {
  readonly certificate?: Certificate;
  /** The only `authorization` that is let in. */
  readonly authorization?: string;
  /**
   * Ids by GUID. Apicurio 3.0 has no GUIDs: the front answers `/schemas/guids/{guid}`, as Confluent documents it, with what the registry
   * has under the id.
   */
  readonly guids?: Readonly<Record<string, number>>;
  readonly port?: number;
}

/** Starts one before the registry at this address. */
export async function startFront(registry: string, options: FrontOptions = {}): Promise<Front> {
  const asked: string[] = [];
  let fixed: Parameters<Front['answerWith']>[0];
  const listener: RequestListener = async (request, response) => {
    asked.push(request.url ?? '');
    if (fixed !== undefined) send(response, fixed.status, fixed.body, fixed.headers);
    else await forward(registry, options, request, response);
  };
  const { certificate } = options;
  const server =
    certificate === undefined
      ? createServer(listener)
      : createTlsServer({ key: certificate.key, cert: certificate.certificate }, listener);
  const port = options.port ?? (await freePort());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    asked,
    answerWith: (answer) => {
      fixed = answer;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forward(
  registry: string,
  { authorization, guids = {} }: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (authorization !== undefined && request.headers.authorization !== authorization) {
    send(response, 401, '{"error_code":401,"message":"Unauthorized"}');
    return;
  }
  const [, guid] = /^\/schemas\/guids\/(.+)$/.exec(request.url ?? '') ?? [];
  const path = guid === undefined ? request.url : `/schemas/ids/${guids[guid] ?? 0}`;
  const answer = await fetch(registry + path);
  send(response, answer.status, await answer.text());
}

function send(response: ServerResponse, status: number, body: string, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

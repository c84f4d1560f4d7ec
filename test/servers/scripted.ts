import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An answer, or what a server does instead of one: nothing, closing at once, closing half way through its answer. */
export type Act =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly breakOff: number }
  | 'hang'
  | 'hang up';

/** A request as it came. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on 127.0.0.1 for faults that no real one shows on demand: it acts as it is told, one request after another. */
export interface Scripted {
  readonly url: string;
  /** Everything it was asked, in order. */
  readonly asked: readonly Asked[];
  /** What it does from the next request on; with the last of them it goes on. */
  act(...acts: readonly Act[]): void;
  close(): void;
}

/** Answers 204 until it is told otherwise. */
export async function startScripted(): Promise<Scripted> {
  const asked: Asked[] = [];
  let acts: readonly Act[] = [{ status: 204 }];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers, body: await text(request) });
    const [act] = acts;
    if (acts.length > 1) acts = acts.slice(1);
    if (act !== undefined) perform(act, response);
  };
  const server = createServer((request, response) => void take(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    act(...next) {
      acts = next;
    },
    close: () => void server.close().closeAllConnections(),
  };
}

function perform(act: Act, response: ServerResponse): void {
  if (act === 'hang') return;
  if (act === 'hang up') {
    response.destroy();
  } else if ('breakOff' in act) {
    response.writeHead(act.breakOff, { 'content-length': 100 });
    response.write('the first half', () => response.destroy());
  } else {
    response.writeHead(act.status, act.headers).end(act.body);
  }
}

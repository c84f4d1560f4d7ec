import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Certificate } from '../servers/certificates.ts';

/** A request that came, and its connection. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What to answer: a status, with headers and a body; nothing ever; without an end; half an answer, or none, and the connection closed. */
export type Answer =
  | number
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | { readonly half: number }
  | 'hang'
  | 'endless'
  | 'half'
  | 'cut';

/** A real HTTP server that keeps what it is sent; gone when the test ends. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
}

/** Answers each request by `answer`, which is given how many came before; 204 if absent. */
export async function receiver(
  answer: (request: Received, before: number) => Answer = () => 204,
  tls?: Certificate,
): Promise<Receiver> {
  const received: Received[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: path = '' } = request;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const one = { method, path, headers, body: await text(request) };
    received.push(one);
    reply(response, answer(one, received.length - 1));
  };
  const listener: RequestListener = (request, response) => void take(request, response);
  const server = tls ? createTlsServer({ key: tls.key, cert: tls.certificate }, listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, received };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  if (answer === 'cut') return void response.socket?.destroy();
  if (answer === 'endless') return void goOn(response.writeHead(200));
  if (answer === 'half') return void breakOff(response, 200);
  if (typeof answer === 'object' && 'half' in answer) return void breakOff(response, answer.half);
  const { status, headers = {}, body = 'said the receiver' } = typeof answer === 'number' ? { status: answer } : answer;
  response.writeHead(status, headers).end(status === 204 ? undefined : body);
}

function breakOff(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': '100' });
  response.write('only so', () => response.socket?.destroy());
}

function goOn(response: ServerResponse): void {
  response.write('and so on\n'.repeat(1_000), (error) => error ?? setImmediate(goOn, response));
}

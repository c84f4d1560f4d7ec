import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { HttpClient, type HttpClientOptions } from '../../src/network/http-client.ts';
import { issue, newAuthority, openssl, VALID } from '../servers/certificates.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { describeWith } from '../servers/program.ts';

const going = new AbortController().signal;
const failures = { unavailable: 'registry/unreachable', misconfigured: 'registry/refused' } as const;

function clientWith(options: Partial<HttpClientOptions>): HttpClient {
  const client = new HttpClient({ timeoutMs: 10_000, allowPrivate: true, failures, ...options });
  onTestFinished(() => client.close());
  return client;
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

const echo: RequestListener = (request, response) => {
  response.setHeader('x-method', request.method ?? '');
  request.pipe(response);
};

test('a request with a body is a POST, one without is a GET', async () => {
  const url = `http://127.0.0.1:${await portOf(createServer(echo))}/`;
  const client = clientWith({});
  const post = await client.send({ url, headers: {}, body: 'abc' }, going);
  expect(post).toMatchObject({ status: 200, body: 'abc', isCut: false, headers: { 'x-method': 'POST' } });
  expect(await client.send({ url, headers: {} }, going)).toMatchObject({ body: '', headers: { 'x-method': 'GET' } });
});

test('an answer is kept up to `maxBytes`, and says whether it was longer', async () => {
  const url = `http://127.0.0.1:${await portOf(createServer(echo))}/`;
  const client = clientWith({ maxBytes: 3 });
  expect(await client.send({ url, headers: {}, body: 'abc' }, going)).toMatchObject({ body: 'abc', isCut: false });
  expect(await client.send({ url, headers: {}, body: 'abcd' }, going)).toMatchObject({ body: 'abc', isCut: true });
});

test('a closed client, and an aborted signal, fail before anything is sent', async () => {
  const client = clientWith({});
  const request = { url: 'http://127.0.0.1:9/', headers: {} };
  const code = 'registry/unreachable';
  await expect(client.send(request, AbortSignal.abort())).rejects.toMatchObject({ code, message: 'stopped' });
  await client.close();
  await expect(client.send(request, going)).rejects.toMatchObject({ code, message: 'the client is closed' });
});

describeWith([openssl], 'over TLS', () => {
  test('our certificate is shown, and the server is known by the name that was given', async () => {
    const folder = newFolder('http-client-tls');
    onTestFinished(() => removeFolder(folder));
    const authority = newAuthority(folder, 'ours');
    const [server, own] = [issue(authority, 'server', VALID), issue(authority, 'own', VALID)];
    const ca = authority.certificate;
    const options = { key: server.key, cert: server.certificate, ca, requestCert: true, rejectUnauthorized: true };
    const port = await portOf(createTlsServer(options, echo));
    const request = { url: `https://127.0.0.1:${port}/`, headers: {}, body: 'abc' };
    const shown = { ca, cert: own.certificate, key: own.key };
    expect(await clientWith({ tls: shown }).send(request, going)).toMatchObject({ status: 200, body: 'abc' });
    await expect(clientWith({ tls: { ca } }).send(request, going)).rejects.toMatchObject({
      code: 'registry/refused',
      message: `127.0.0.1:${port} requires a client certificate, or refuses ours`,
    });
    const misnamed = clientWith({ tls: { ...shown, servername: 'other.example' } });
    await expect(misnamed.send(request, going)).rejects.toMatchObject({
      code: 'registry/refused',
      message: expect.stringMatching(/^the certificate of 127\.0\.0\.1:\d+ is not for other\.example, but for /),
    });
  });
});

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import type { Failure } from '../../src/errors/failure.ts';
import { mostConnections } from '../../src/server/limits.ts';
import { type ServerOptions, startServer } from '../../src/server/server.ts';
import { type Certificate, issue, newAuthority, openssl, VALID } from '../servers/certificates.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { freePort } from '../servers/ports.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';

async function started(options: Partial<ServerOptions> = {}) {
  const port = await freePort();
  const taken: number[] = [];
  const server = await startServer({
    host: '127.0.0.1',
    port,
    onBug: (error) => {
      throw error;
    },
    exposition: async () => ({ contentType: 'text/plain', text: '' }),
    health: () => ({ started: true, ready: true, reasons: [] }),
    push: new Map([['s', { take: async ({ length }) => void taken.push(length) }]]),
    reload: async () => {},
    api: { names: ['s'], streams: async () => [], series: async () => [] },
    ...options,
  });
  onTestFinished(() => server.close());
  return { ...server, port, taken };
}

/** A connection that sends this as it is; `text`: what came back so far. */
function raw(port: number, text: string): { readonly socket: Socket; readonly answer: () => string } {
  let answer = '';
  const socket = connect(port, '127.0.0.1', () => socket.write(text));
  socket
    .on('error', () => {})
    .on('data', (bytes) => {
      answer += bytes.toString();
    });
  onTestFinished(() => void socket.destroy());
  return { socket, answer: () => answer };
}

const HOST = 'Host: localhost\r\n';
const UPLOAD = `POST /api/streams/s/observations HTTP/1.1\r\n${HOST}Content-Length: 1000000\r\n\r\n[{`;

test('an upload that stops half-way, and headers that never end, are closed when their time is over', async () => {
  const { port, taken } = await started({ requestTimeoutMs: 500 });
  const half = [raw(port, UPLOAD), raw(port, `GET /livez HTTP/1.1\r\n${HOST}X: `), raw(port, '')];
  await Promise.all(half.map(({ socket }) => once(socket, 'close')));
  expect(half[0].answer()).toMatch(/^HTTP\/1\.1 408 /);
  expect(taken).toEqual([]);
});

test('a stop waits for nobody who stays half-way longer than its grace', async () => {
  const server = await started();
  const { socket } = raw(server.port, UPLOAD);
  await once(socket, 'connect');
  await until('the upload has begun', 10_000, async () => (await fetch(`${server.url}/livez`)).ok);
  const closed = once(socket, 'close');
  const since = performance.now();
  await server.close();
  await closed;
  expect(performance.now() - since).toBeLessThan(10_000);
});

test('headers of more than 16 KiB, and bodies of more than 64 KiB where no records are pushed, are refused', async () => {
  const { url } = await started();
  const long = await fetch(`${url}/livez`, { headers: { 'x-long': 'x'.repeat(17 << 10) } });
  expect(long.status).toBe(431);
  const reload = (body: string) => fetch(`${url}/-/reload`, { method: 'POST', body });
  expect((await reload('x'.repeat(65 << 10))).status).toBe(413);
  expect((await reload('x'.repeat(63 << 10))).status).toBe(200);
});

test('connections take at most half of the descriptors, and no more than a thousand', () => {
  const limits = (soft: string) =>
    `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${soft}   524288   files\n`;
  expect(mostConnections(limits('200'))).toBe(100);
  expect(mostConnections(limits('524288'))).toBe(1_000);
  expect(mostConnections(limits('unlimited'))).toBe(1_000);
  expect(mostConnections(limits('4'))).toBe(10);
});

test('bodies of pushes that arrive at a time have 64 MiB; who is over that is asked to come again', async () => {
  const { port, url, taken } = await started();
  const head = `POST /api/streams/s/observations HTTP/1.1\r\n${HOST}Content-Length: ${8 << 20}\r\n\r\n`;
  const arriving = Array.from({ length: 8 }, () => raw(port, head));
  const push = () => fetch(`${url}/api/streams/s/observations`, { method: 'POST', body: '{"a":1}' });
  await until('there is no room', 10_000, async () => (await push()).status === 503);
  expect((await push()).headers.get('retry-after')).toBe('1');
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  for (const { socket } of arriving) socket.destroy();
  await until('there is room again', 10_000, async () => (await push()).status === 202);
  expect(taken.every((length) => length === 1)).toBe(true);
});

test('the scheme of a token is a word in any case, and the token is not', async () => {
  const { url } = await started({ token: () => 'Open-Sesame' });
  const status = async (authorization: string) =>
    (await fetch(`${url}/api/streams`, { headers: { authorization } })).status;
  for (const good of ['Bearer Open-Sesame', 'bearer Open-Sesame', 'BEARER  Open-Sesame']) {
    expect([good, await status(good)]).toEqual([good, 200]);
  }
  for (const bad of ['Bearer open-sesame', 'Open-Sesame', 'BearerOpen-Sesame', 'Basic Open-Sesame']) {
    expect([bad, await status(bad)]).toEqual([bad, 401]);
  }
});

test('a request with two Host headers is refused, whichever comes first', async () => {
  const { port } = await started();
  for (const hosts of ['Host: localhost\r\nHost: evil.example\r\n', 'Host: evil.example\r\nhost: localhost\r\n']) {
    const { answer } = raw(port, `GET /livez HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);
    await until('it is answered', 10_000, async () => answer() !== '');
    expect(answer()).toMatch(/^HTTP\/1\.1 400 /);
  }
});

test('a request that a page of another site made is refused, and a link to the page is followed', async () => {
  const { port } = await started();
  const status = (method: string, path: string, mode: string, site: string) =>
    new Promise((resolve) => {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode };
      const asked = httpGet({ host: '127.0.0.1', port, method, path, headers, agent: false }, ({ statusCode }) =>
        resolve(statusCode),
      );
      asked.on('error', resolve);
    });
  expect(await status('POST', '/-/reload', 'no-cors', 'cross-site')).toBe(403);
  expect(await status('POST', '/-/reload', 'navigate', 'same-site')).toBe(403);
  expect(await status('GET', '/metrics', 'no-cors', 'cross-site')).toBe(403);
  expect(await status('GET', '/livez', 'navigate', 'cross-site')).toBe(200);
  expect(await status('POST', '/-/reload', 'cors', 'same-origin')).toBe(200);
});

describeWith([openssl], 'over TLS', () => {
  test('the server shows its certificate, and a new one once the files have changed; a broken one is refused', async () => {
    const folder = newFolder('server-tls');
    onTestFinished(() => removeFolder(folder));
    const authority = newAuthority(folder, 'ours');
    const [first, second] = [issue(authority, 'first', VALID), issue(authority, 'second', VALID)];
    const put = { certificate: join(folder, 'live.pem'), key: join(folder, 'live.key') };
    write(put, first);
    const reloads: (Failure | undefined)[] = [];
    const server = await started({ tls: { ...put, everyMs: 50 }, onTlsReload: (refused) => reloads.push(refused) });
    expect(server.url).toMatch(/^https:/);
    const shown = () => certificateOf(server.port, authority.certificate);
    const before = await shown();
    expect(await statusOver(server.url, authority.certificate)).toBe(200);
    write(put, { ...second, key: 'no key' });
    await until('it is refused', 10_000, async () => reloads[0]?.code === 'server/tls');
    expect(await shown()).toBe(before);
    write(put, second);
    await until('the new one is shown', 10_000, async () => (await shown()) !== before);
    expect(reloads.at(-1)).toBeUndefined();
    expect(await statusOver(server.url, authority.certificate)).toBe(200);
  });

  test('files that are missing, or do not belong together, are a named failure at the start', async () => {
    await expect(started({ tls: { certificate: 'none.pem', key: 'none.key' } })).rejects.toMatchObject({
      code: 'server/tls',
      where: 'none.pem',
    });
  });
});

function write(to: Certificate, { certificate, key }: Certificate): void {
  writeFileSync(to.certificate, certificate);
  writeFileSync(to.key, key);
}

/** The serial number of what a server shows. */
async function certificateOf(port: number, ca: string): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', ca });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

function statusOver(url: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(`${url}/livez`, { ca, agent: false }, ({ statusCode }) => resolve(statusCode)).on('error', reject);
  });
}

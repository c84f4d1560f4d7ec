import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { HttpClient } from '../../src/network/http-client.ts';

const going = new AbortController().signal;

/** A peer that answers whatever it is asked with the bytes that `bytes` gives at that time, and ends. */
async function peer(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.once('data', () => answer(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const failures = { unavailable: 'sink/unavailable', misconfigured: 'sink/misconfigured' } as const;
  const client = new HttpClient({ timeoutMs: 2_000, allowPrivate: true, failures });
  onTestFinished(() => client.close());
  return () => client.send({ url: `http://127.0.0.1:${port}/`, headers: {}, body: 'x' }, going);
}

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', /answers, but not in valid HTTP\/1\.1/],
  ['no text', '\u0000\u0000\u0000\u0000', /answers, but not in valid HTTP\/1\.1/],
  ['no status', 'HTTP/1.1 999999 x\r\n\r\n', /answers, but not in valid HTTP\/1\.1/],
  ['no length', 'HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n', /answers, but not in valid HTTP\/1\.1/],
  ['no chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', /answers, but not in valid HTTP\/1\.1/],
  ['headers without end', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}\r\n`, /more than 16 KiB of headers/],
  ['nothing', '', /the connection failed/],
])('a peer that answers with %s is unavailable, and that is its own fault', async (_, answer, why) => {
  const send = await peer((socket) => socket.end(answer));
  await expect(send()).rejects.toMatchObject({ code: 'sink/unavailable', message: expect.stringMatching(why) });
});

test('an answer that never ends is read no further than it is kept', async () => {
  const send = await peer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const more = () => socket.write(`400\r\n${'x'.repeat(1_024)}\r\n`, (error) => error ?? setImmediate(more));
    more();
  });
  expect(await send()).toMatchObject({ status: 200, isCut: true });
});

const WHOLE = [
  'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nRetry-After: 5\r\n\r\nabc',
  'HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 301 M\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n',
];
const damaged = fc
  .tuple(fc.constantFrom(...WHOLE), fc.array(fc.tuple(fc.nat(80), fc.uint8Array({ minLength: 1, maxLength: 4 }))))
  .map(([text, changes]) => {
    const bytes = Buffer.from(text);
    for (const [at, put] of changes) {
      const start = at % bytes.length;
      bytes.set(put.subarray(0, bytes.length - start), start);
    }
    return bytes;
  });

test('whatever bytes a peer answers with, they are an answer or a Failure of that peer', async () => {
  let bytes = Buffer.alloc(0);
  const send = await peer((socket) => socket.end(bytes));
  await fc.assert(
    fc.asyncProperty(damaged, async (answer) => {
      bytes = answer;
      const outcome = await send().catch((error: unknown) => error);
      expect(outcome instanceof Failure || (typeof outcome === 'object' && 'status' in (outcome ?? {}))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

import { createServer, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { registryOptions } from '../../src/registry/options.ts';
import { SchemaRegistry } from '../../src/registry/registry.ts';
import { freePort } from '../servers/ports.ts';

const never = new AbortController().signal;

/** A registry that answers when the test says so. */
async function slowRegistry() {
  const pending: ServerResponse[] = [];
  let asked = () => {};
  const server = createServer((_, response) => {
    pending.push(response);
    asked();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    registry: new SchemaRegistry(registryOptions.parse({ url: `http://127.0.0.1:${port}` })),
    /** Resolves with the request of this number, from 0, once it is there. */
    async request(number: number): Promise<ServerResponse> {
      while (pending[number] === undefined) await new Promise<void>((resolve) => (asked = resolve));
      return pending[number];
    },
    requests: () => pending.length,
  };
}

const answer = (response: ServerResponse) => response.end('{"schema":"\\"int\\""}');

test('the abort of the first caller does not end the fetch that a second one waits for', async () => {
  const { registry, request, requests } = await slowRegistry();
  const first = new AbortController();
  const aborted = registry.look(7, first.signal);
  const second = registry.look(7, never);
  const response = await request(0);
  first.abort();
  await expect(aborted).rejects.toMatchObject({ code: 'registry/unreachable' });
  answer(response);
  expect(await second).toMatchObject({ schema: { kind: 'avro' } });
  expect(requests()).toBe(1);
});

test('the abort of the last caller ends the fetch, and the next one begins another', async () => {
  const { registry, request, requests } = await slowRegistry();
  const [first, second] = [new AbortController(), new AbortController()];
  const both = [registry.look(7, first.signal), registry.look(7, second.signal)].map((look) =>
    expect(look).rejects.toMatchObject({ code: 'registry/unreachable' }),
  );
  const response = await request(0);
  const ended = new Promise((resolve) => response.once('close', resolve));
  first.abort();
  second.abort();
  await Promise.all([...both, ended]);
  const next = registry.look(7, never);
  answer(await request(1));
  expect(await next).toMatchObject({ schema: { kind: 'avro' } });
  expect(requests()).toBe(2);
});

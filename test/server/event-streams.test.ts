import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { HistoryQuery } from '../../src/live/query.ts';
import type { History } from '../../src/live/schema.ts';
import { EventStreams } from '../../src/server/event-streams.ts';

/** More than the kernel takes for a connection that nobody reads from. */
const BULK = 'x'.repeat(12 << 20);

const open: { server: Server; sockets: Socket[]; events: EventStreams }[] = [];
afterEach(async () => {
  for (const { server, sockets, events } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    events.close();
    server.close();
    await once(server, 'close');
  }
});

/** A beat, after which sockets have had their turn. */
async function beat(events: EventStreams): Promise<void> {
  await events.beat();
  await setImmediate();
}

/** Events of `large`, whose rows are many, and of `small`; and how often each was asked for. */
async function telling() {
  const asked = { large: 0, small: 0 };
  const events = new EventStreams(
    {
      pulse: async () => ({ alertsVersion: '0', firing: 0, streams: [] }),
      history: async ({ series }: HistoryQuery): Promise<History> => {
        asked[series === 'large' ? 'large' : 'small']++;
        const rows = { timeMs: [], score: [], regime: [], novelty: [], regimes: [], regimesMerged: 0, channels: [] };
        return { stream: 's', series: series === 'large' ? BULK : series, ...rows };
      },
    },
    (error) => {
      throw error;
    },
  );
  const server = createServer(({ url }, response) => {
    events.open(response, { stream: 's', series: url?.slice(1) ?? '' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: Socket[] = [];
  open.push({ server, sockets, events });
  const { port } = server.address() as AddressInfo;
  const listen = async (series: string) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.write(`GET /${series} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await once(socket, 'data');
    return socket;
  };
  return { events, asked, listen };
}

test('a browser that stops reading is sent nothing more and is ended in time; others are sent everything meanwhile', async () => {
  const { events, asked, listen } = await telling();
  const stuck = await listen('large');
  stuck.pause();
  const reading = await listen('small');
  reading.resume();
  const before = asked.small;
  for (let n = 0; n < 29; n++) await beat(events);
  expect(asked).toEqual({ large: 1, small: expect.any(Number) });
  expect(asked.small - before).toBeGreaterThan(20);
  const ended = once(stuck.resume(), 'close');
  await beat(events);
  await beat(events);
  await ended;
});

test('one that reads again is sent everything since', async () => {
  const { events, asked, listen } = await telling();
  const slow = await listen('large');
  slow.pause();
  await beat(events);
  expect(asked.large).toBe(1);
  slow.resume();
  let bytes = 0;
  slow.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  while (bytes < BULK.length - (1 << 17)) await once(slow, 'data');
  while (asked.large === 1) await beat(events);
  expect(asked.large).toBe(2);
});

test('when the last browser is gone, nothing is asked any more', async () => {
  const { events, asked, listen } = await telling();
  const only = await listen('small');
  await beat(events);
  const closed = once(only, 'close');
  only.destroy();
  await closed;
  while (events.count > 0) await beat(events);
  const before = asked.small;
  await beat(events);
  expect(asked.small).toBe(before);
});

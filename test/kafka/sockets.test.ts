import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { BrokerSockets } from '../../src/kafka/sockets.ts';

test('when nobody asks any more, every socket to a broker is closed, those that are made later too', async () => {
  const taken: Socket[] = [];
  const broker = createServer((socket) => void taken.push(socket)).listen(0, '127.0.0.1');
  await once(broker, 'listening');
  const address = broker.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  const { port } = address;
  const sockets = new BrokerSockets([`127.0.0.1:${port}`]);
  const create = () => sockets.create({ host: '127.0.0.1', port, onConnect: () => {} } as never);
  const before = create();
  await once(before, 'connect');
  sockets.destroy();
  const later = create();
  await Promise.all([once(before, 'close'), once(later, 'close')]);
  expect([before.destroyed, later.destroyed]).toEqual([true, true]);
  for (const socket of taken) socket.destroy();
  broker.close();
});

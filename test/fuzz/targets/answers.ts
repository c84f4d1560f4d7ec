import { Failure } from '../../../src/errors/failure.ts';
import type { Random } from '../../../src/math/random.ts';
import { alertmanager } from '../../../src/sink/alertmanager.ts';
import { influxdb } from '../../../src/sink/influxdb/influxdb.ts';
import type { Sink } from '../../../src/sink/sink.ts';
import { webhook } from '../../../src/sink/webhook/webhook.ts';
import { going, numbered } from '../../sink/outputs.ts';
import type { FuzzKind } from '../campaign.ts';
import { Peer } from '../peer.ts';
import { anyOf, spoiledBytes } from '../spoil.ts';

const PARTIAL = '{"error":"partial write: field type conflict: input field \\"v\\" on measurement \\"m\\" dropped=1"}';
const body = (status: string, text: string, headers = '') =>
  `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n${headers}\r\n${text}`;
const ANSWERS = [
  body('204 No Content', ''),
  body('200 OK', '{"results":[{"statement_id":0}]}'),
  body('400 Bad Request', PARTIAL),
  body('422 Unprocessable Entity', '{"code":"unprocessable entity","message":"line 2: bad timestamp","line":2}'),
  body('429 Too Many Requests', '', 'Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n'),
  body('500 Internal Server Error', PARTIAL, 'X-Influxdb-Error: partial write\r\nRetry-After: 99999999999\r\n'),
  body('301 Moved Permanently', '', 'Location: http://169.254.169.254/\r\n'),
  'HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc',
  'SSH-2.0-OpenSSH_9.2\r\n',
  '',
].map((text) => Buffer.from(text));

/** Answers of receivers, spoiled, to each kind of sink that has one: delivered, or a Failure. */
export const answers: FuzzKind = {
  kind: 'answers',
  open: async () => {
    const peer = await Peer.listening();
    const sinks = await sinksTo(peer.url);
    const attempt = async (random: Random) => {
      const answer = anyOf(random, ANSWERS);
      peer.answer = random.next() < 0.1 ? answer : spoiledBytes(random, answer);
      const [name, sink] = anyOf(random, sinks);
      const error = await sink.write(numbered(0, 3), going).then(
        () => undefined,
        (refused: unknown) => refused,
      );
      if (error === undefined || error instanceof Failure) return;
      throw new Error(`${name}, answered with ${JSON.stringify(peer.answer.toString('latin1'))}`, { cause: error });
    };
    const close = async () => {
      for (const [, sink] of sinks) await sink.close();
      await peer.close();
    };
    return { attempt, close };
  },
};

async function sinksTo(url: string): Promise<readonly (readonly [name: string, sink: Sink])[]> {
  const v1 = { kind: 'influxdb', api: 'v1', url, database: 'd', timeout: '1s' };
  const v2 = { kind: 'influxdb', api: 'v2', url, bucket: 'b', token: 'a-token-of-some-length', timeout: '1s' };
  const hook = { kind: 'webhook', url: `${url}/hook`, allow_private: true, timeout: '1s' };
  return [
    ['influxdb v1', await influxdb.open(influxdb.config.parse(v1))],
    ['influxdb v2', await influxdb.open(influxdb.config.parse(v2))],
    ['webhook', await webhook.open(webhook.config.parse(hook))],
    ['alertmanager', await alertmanager.open(alertmanager.config.parse({ kind: 'alertmanager', url, timeout: '1s' }))],
  ];
}

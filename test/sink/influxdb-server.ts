import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Influxdb } from '../servers/influxdb.ts';

/** A row that InfluxDB answers: its columns by name, the time in ns. */
export type InfluxRow = Readonly<Record<string, string | number | null>>;

interface Answer {
  readonly results: readonly {
    readonly series?: readonly {
      readonly columns: readonly string[];
      readonly values: readonly (string | number)[][];
    }[];
  }[];
}

/** The rows of an InfluxQL query, in the order of their times. */
export async function rowsOf(server: Influxdb, database: string, query: string): Promise<InfluxRow[]> {
  const answer = (await server.query(query, { db: database, epoch: 'ns' })) as Answer;
  return answer.results.flatMap(({ series = [] }) =>
    series.flatMap(({ columns, values }) =>
      values.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null]))),
    ),
  );
}

/** Which bucket is which database, and the token that opens it. */
export interface Bucket {
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
  readonly database: string;
}

/** The write endpoint of InfluxDB 2 over a real InfluxDB 1, which says what it thinks of each line. */
export async function bridge(server: Influxdb, bucket: Bucket) {
  const requests: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://bridge');
    const body = await text(request);
    const asked = `${request.method} ${pathname} ${searchParams.get('org')} ${searchParams.get('bucket')} ${searchParams.get('precision')}`;
    if (request.headers.authorization !== `Token ${bucket.token}`) {
      return response.writeHead(401).end('{"code":"unauthorized","message":"unauthorized access"}');
    }
    if (asked !== `POST /api/v2/write ${bucket.org} ${bucket.bucket} ns`) {
      return response.writeHead(404).end('{"code":"not found","message":"bucket not found"}');
    }
    requests.push(body);
    const written = await fetch(`${server.url}/write?db=${bucket.database}&precision=n`, { method: 'POST', body });
    return response.writeHead(written.status).end(await written.text());
  };
  const listening = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, close: () => void listening.close().closeAllConnections() };
}

import { escape as escaped, InfluxDB, type IPoint } from 'influx';
import { answerFailure } from './influxdb-answer.ts';
import type { PointWriter } from './influxdb-v1.ts';
import { unreachable } from './unreachable.ts';

/** Where the write endpoint of InfluxDB 2.x or 3.x is, and who may write there. */
export interface BucketOptions {
  readonly url: string;
  readonly org?: string | undefined;
  readonly bucket: string;
  readonly token: string;
}

const WRITTEN = 204;

/** Writes to `/api/v2/write` of InfluxDB 2.x and 3.x, and of 1.8 and later. `influx` has no way there, but its line protocol is theirs. */
export function bucketWriter({ url, org, bucket, token }: BucketOptions): PointWriter {
  const place = new URLSearchParams({ bucket, precision: 'ns', ...(org === undefined ? {} : { org }) });
  const address = `${url.replace(/\/$/, '')}/api/v2/write?${place}`;
  const headers = { authorization: `Token ${token}`, 'content-type': 'text/plain; charset=utf-8' };
  return {
    async write(points, signal) {
      const request = { method: 'POST', headers, body: lineProtocol(points), redirect: 'manual', signal } as const;
      const { status, body, retryAfter } = await ask(address, request).catch((error: unknown) => {
        signal.throwIfAborted();
        throw unreachable(error, url) ?? error;
      });
      if (status !== WRITTEN) throw answerFailure({ status, body, retryAfter }, url, [token]);
    },
    close() {},
  };
}

async function ask(address: string, request: RequestInit) {
  const response = await fetch(address, request);
  return {
    status: response.status,
    body: await response.text(),
    retryAfter: response.headers.get('retry-after'),
  };
}

/** Used for its line protocol alone; what it connects to by itself is nothing. */
const client = new InfluxDB({ database: 'none' });

/** One line a point. */
export function lineProtocol(points: readonly IPoint[]): string {
  return points.map(line).join('\n');
}

function line(point: IPoint): string {
  const {
    measurement,
    tags = {},
    tagsNames,
    fieldsPairs,
    castedTimestamp,
  } = client.parsePoint(point, { precision: 'n' });
  const named = tagsNames.map((name) => `,${escaped.tag(name)}=${escaped.tag(tags[name])}`).join('');
  const fields = fieldsPairs.map(([name, value]) => `${escaped.tag(name)}=${value}`).join(',');
  return `${measurement}${named} ${fields} ${castedTimestamp}`;
}

import { sinkClient } from '../http.ts';
import { lineProtocol } from './line-protocol.ts';
import type { PointWriter } from './points.ts';
import { WRITTEN, writeFailure } from './write-failure.ts';

/** Where the write endpoint of InfluxDB 2.x or 3.x is, and who may write there. */
export interface BucketOptions {
  readonly url: string;
  readonly org?: string | undefined;
  readonly bucket: string;
  readonly token: string;
  /** Wall clock, ms. */
  readonly timeout: number;
  /** PEM of the authorities to trust; the public ones if absent. */
  readonly ca?: string | undefined;
}

/** Writes to `/api/v2/write` of InfluxDB 2.x and 3.x, and of 1.8 and later. */
export function bucketWriter({ url, org, bucket, token, timeout, ca }: BucketOptions): PointWriter {
  const client = sinkClient({ timeoutMs: timeout, allowPrivate: true, ca });
  const place = new URLSearchParams({ bucket, precision: 'ns', ...(org === undefined ? {} : { org }) });
  const address = `${url.replace(/\/$/, '')}/api/v2/write?${place}`;
  const headers = { authorization: `Token ${token}`, 'content-type': 'text/plain; charset=utf-8' };
  return {
    async write(points, signal) {
      const answer = await client.send({ url: address, headers, body: lineProtocol(points) }, signal);
      if (answer.status !== WRITTEN) throw writeFailure(answer, url, [token]);
    },
    close: () => client.close(),
  };
}

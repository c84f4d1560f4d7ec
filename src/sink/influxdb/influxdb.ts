import type { IPoint } from 'influx';
import { z } from 'zod';
import { Failure } from '../../errors/failure.ts';
import { httpUrl, positiveMs, unpaired } from '../../network/http-options.ts';
import { trustedAuthorities } from '../../network/tls.ts';
import { type NumberedOutput, type Sink, sinkKind } from '../sink.ts';
import { type PointWriter, pointsOf } from './points.ts';
import { Ties } from './ties.ts';
import { databaseWriter } from './v1.ts';
import { bucketWriter } from './v2.ts';

const common = {
  kind: z.literal('influxdb'),
  url: httpUrl.describe('Where InfluxDB is, such as `http://127.0.0.1:8086`; a path is that of a proxy.'),
  timeout: positiveMs.prefault('10s').describe('How long to wait for an answer.'),
  batch: z.int().min(1).max(50_000).default(5_000).describe('Points that one request holds at most.'),
  ca: trustedAuthorities,
};

const v1 = z
  .strictObject({
    ...common,
    api: z.literal('v1').describe('Writes to `/write`.'),
    database: z.string().min(1).describe('The database; it must be there, unless `create_database` is true.'),
    retention_policy: z.string().min(1).optional().describe('The retention policy; the database’s default if absent.'),
    username: z.string().optional().describe('User name; absent where the server requires no login.'),
    password: z.string().meta({ secret: true }).optional().describe('The password of `username`. Secret.'),
    create_database: z
      .boolean()
      .default(false)
      .describe(
        'Creates the database where it is missing; the login must be an administrator’s. A misspelt name is then not reported.',
      ),
  })
  .superRefine((login, context) => {
    const misfit = unpaired(login);
    if (misfit === undefined) return;
    context.addIssue({ code: 'custom', path: [misfit], message: '`username` and `password` go together' });
  });

const v2 = z.strictObject({
  ...common,
  api: z.literal('v2').describe('Writes to `/api/v2/write`.'),
  org: z.string().min(1).optional().describe('The organization, by name or id; 2.x wants it, 3.x and 1.8 do not.'),
  bucket: z.string().min(1).describe('The bucket, which must be there; `database/retention_policy` on 1.8.'),
  token: z
    .string()
    .min(1)
    .meta({ secret: true })
    .describe('An API token that may write to the bucket; `username:password` on 1.8. Secret.'),
});

const config = z.discriminatedUnion('api', [
  v1.describe('InfluxDB 1.x: a database, and a login where it requires one.'),
  v2.describe('InfluxDB 2.x and 3.x, and 1.8 and later: a bucket and a token.'),
]);

type Options = z.infer<typeof config>;

/**
 * Scores and alerts as points, to a database of InfluxDB 1.x or a bucket of later ones. Written again they change
 * nothing.
 */
export const influxdb = sinkKind<Options>({
  kind: 'influxdb',
  summary:
    'Writes scores and alerts to InfluxDB as points, in batches; written again, a point overwrites itself. `docs/influxdb.md` lists measurements, tags and fields.',
  config,
  accepts: ['score', 'alert'],
  async open(options) {
    const writer = options.api === 'v1' ? databaseWriter(options) : bucketWriter(options);
    return new InfluxdbSink(writer, options);
  },
});

class InfluxdbSink implements Sink {
  readonly batch: number;
  readonly #writer: PointWriter;
  readonly #url: string;
  readonly #ties = new Ties();
  #closed = false;

  constructor(writer: PointWriter, { url, batch }: Options) {
    this.batch = batch;
    this.#writer = writer;
    this.#url = url;
  }

  async write(batch: readonly NumberedOutput[], signal: AbortSignal): Promise<void> {
    const { ties, commit } = this.#ties.of(batch);
    const tooOld: Failure[] = [];
    let points: IPoint[] = [];
    for (const [i, { output }] of batch.entries()) {
      points.push(...pointsOf(output, ties[i]));
      // In portions: the event loop is blocked while points are made.
      while (points.length >= this.batch) {
        tooOld.push(...(await this.#send(points.slice(0, this.batch), signal)));
        points = points.slice(this.batch);
      }
    }
    if (points.length > 0) tooOld.push(...(await this.#send(points, signal)));
    commit();
    if (tooOld.length > 0) throw inAll(tooOld, this.#url);
  }

  async close(): Promise<void> {
    if (!this.#closed) await this.#writer.close();
    this.#closed = true;
  }

  /** What was written but for points too old to keep is no reason to stop: the failure that says so. */
  async #send(points: readonly IPoint[], signal: AbortSignal): Promise<readonly Failure[]> {
    if (this.#closed || signal.aborted) {
      throw new Failure('sink/unavailable', this.#closed ? 'the sink is closed' : 'stopped', { where: this.#url });
    }
    try {
      await this.#writer.write(points, signal);
      return [];
    } catch (error) {
      if (error instanceof Failure && error.dropped !== undefined) return [error];
      throw error;
    }
  }
}

function inAll(tooOld: readonly Failure[], where: string): Failure {
  const dropped = tooOld.reduce((sum, failure) => sum + (failure.dropped ?? 0), 0);
  return new Failure('sink/rejected', tooOld[0].message, { where, dropped, cause: tooOld[0] });
}

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { nearest } from './nearest.ts';
import { sendProblem } from './problem.ts';

const STATES = ['warming', 'ready'] as const;
/** Series in one answer, at most. */
const MOST_SERIES = 1_000;
const USUAL_SERIES = 100;

/** A stream, and how far the warm-up of its series has come. */
export const streamStatus = z.strictObject({
  name: z.string(),
  series: z.int(),
  ready: z.int(),
  warming: z.int(),
  percent: z
    .number()
    .nullable()
    .describe('Rows seen of the rows needed, mean over the series, rounded down; null without series.'),
  etaSeconds: z
    .number()
    .nullable()
    .describe('Event time until the slowest active series is ready; null where it is not known.'),
});

/** A series, and how far its warm-up has come. */
export const seriesStatus = z.strictObject({
  name: z.string(),
  state: z.enum(STATES),
  percent: z.number(),
  rows: z.int(),
  rowsNeeded: z.int(),
  etaSeconds: z
    .number()
    .nullable()
    .describe('Rows missing × median interval, in event time; null where it is not known.'),
});

/** What `GET /api/streams` answers. */
export const streamsAnswer = z.strictObject({ streams: z.array(streamStatus) });
/** What `GET /api/streams/{stream}/series` answers. */
export const streamSeriesAnswer = z.strictObject({
  stream: z.string(),
  series: z.array(seriesStatus),
  next: z.string().nullable().describe('What to give as `after` for the next ones; null = there are no more.'),
});
/** What `GET /api/streams/{stream}/series` may be given. */
export const streamSeriesQuery = z.strictObject({
  state: z.enum(STATES).optional(),
  limit: z.coerce.number().int().min(1).max(MOST_SERIES).default(USUAL_SERIES),
  after: z.string().optional().describe('The name after which the list begins.'),
});

/** See `streamStatus`. */
export type StreamStatus = Readonly<z.infer<typeof streamStatus>>;
/** See `seriesStatus`. */
export type SeriesStatus = Readonly<z.infer<typeof seriesStatus>>;

/** Which series of a stream are asked for: the first `limit` by name after `after`. */
export interface SeriesQuery {
  readonly stream: string;
  readonly state?: SeriesStatus['state'] | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** What the server says of streams and their series. */
export interface StreamsApi {
  /** Of every configured stream. */
  readonly names: readonly string[];
  streams(): Promise<readonly StreamStatus[]>;
  /** By name. */
  series(query: SeriesQuery): Promise<readonly SeriesStatus[]>;
}

interface Params {
  readonly stream: string;
}

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** `GET /api/streams` and `GET /api/streams/{stream}/series?state=warming&limit=100&after=NAME`. */
export function streamsRoutes(app: FastifyInstance, api: StreamsApi): void {
  app.get('/api/streams', async () => ({ streams: await api.streams() }));
  app.get<{ Params: Params; Querystring: Query }>('/api/streams/:stream/series', async (request, reply) => {
    const { stream } = request.params;
    if (!api.names.includes(stream)) {
      return sendProblem(reply, 404, `there is no stream ${JSON.stringify(stream)}; ${nearest(stream, api.names)}`);
    }
    const query = parsed(stream, request.query);
    if (typeof query === 'string') return sendProblem(reply, 400, query);
    const found = await api.series({ ...query, limit: query.limit + 1 });
    const series = found.slice(0, query.limit);
    return { stream, series, next: found.length > query.limit ? series[series.length - 1].name : null };
  });
}

/** The query, or what is wrong with it. */
function parsed(stream: string, given: Query): SeriesQuery | string {
  const unknown = Object.keys(given).find((key) => !['state', 'limit', 'after'].includes(key));
  if (unknown !== undefined) return `there is no parameter ${JSON.stringify(unknown)}; there are: state, limit, after`;
  const { state, limit = String(USUAL_SERIES), after } = given;
  const wanted = STATES.find((each) => each === state);
  if (state !== undefined && wanted === undefined) return `state is ${STATES.join(' or ')}`;
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 1 || most > MOST_SERIES) return `limit is a number from 1 to ${MOST_SERIES}`;
  if (after !== undefined && typeof after !== 'string') return 'after is given once';
  return { stream, state: wanted, limit: most, after };
}

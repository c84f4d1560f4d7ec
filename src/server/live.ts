import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  type AlertsQuery,
  alertsQuery,
  type HistoryQuery,
  historyQuery,
  type SeriesListQuery,
  seriesQuery,
} from '../live/query.ts';
import type { AlertRecord, AlertsPage, HealthReport, History, Pulse, SeriesPage } from '../live/schema.ts';
import { EventStreams } from './event-streams.ts';
import { nearest } from './nearest.ts';
import { sendProblem } from './problem.ts';
import { type VerdictsApi, verdictRoutes } from './verdicts.ts';
import { type TryOut, whatIfRoute } from './what-if.ts';

/** A bundle, read as it is asked for. */
export interface BundleFile {
  readonly bytes: number;
  readonly stream: Readable;
}

/** What the server says to the live page. */
export interface LiveApi extends VerdictsApi {
  /** Of every configured stream. */
  readonly names: readonly string[];
  series(query: SeriesListQuery): Promise<SeriesPage>;
  /** Undefined where the series has no history. */
  history(query: HistoryQuery): Promise<History | undefined>;
  alerts(query: AlertsQuery): Promise<AlertsPage>;
  /** Undefined where it is not known, or no longer. */
  alert(id: string): Promise<AlertRecord | undefined>;
  /** All that is needed to reproduce an alert, packed; undefined where there is none. Absent where none are kept. */
  readonly bundle?: ((id: string) => Promise<BundleFile | undefined>) | undefined;
  /** Tries other settings of a stream; absent where nothing can. */
  readonly whatIf?: TryOut | undefined;
  health(): Promise<HealthReport>;
  pulse(): Promise<Pulse>;
}

/** Names an alert in a path. */
export const alertParams = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/, 'an alert’s id has 16 hex digits'),
});
/** What `GET /api/events` may be given. */
export const eventsQuery = historyQuery.partial();
const nothing = z.strictObject({});
const NO_BUNDLE =
  'no bundle of this alert is kept: one is stored with the next checkpoint after it was raised, and those of the newest alerts are kept';

/**
 * `GET /api/series`, `/api/history`, `/api/alerts`, `/api/alerts/{id}`, `/api/health`, and `/api/events`, which does
 * not end.
 */
export function liveRoutes(app: FastifyInstance, api: LiveApi, onBug: (error: unknown) => void): void {
  const events = new EventStreams(api, onBug);
  app.addHook('preClose', async () => events.close());
  app.addHook('onSend', async (_, reply) => void reply.header('cache-control', 'no-store'));
  get(app, '/api/series', seriesQuery, async (query, reply) => {
    return refuseStream(api, query.stream, reply) ?? (await api.series(query));
  });
  get(app, '/api/history', historyQuery, async (query, reply) => {
    const refused = refuseStream(api, query.stream, reply);
    if (refused !== undefined) return refused;
    const found = await api.history(query);
    return found ?? sendProblem(reply, 404, `the page keeps no history of ${JSON.stringify(query.series)}`);
  });
  get(app, '/api/alerts', alertsQuery, async (query, reply) => {
    return refuseStream(api, query.stream, reply) ?? (await api.alerts(query));
  });
  get(app, '/api/health', nothing, () => api.health());
  get(app, '/api/events', eventsQuery, async ({ stream, series, after }, reply) => {
    const refused = refuseStream(api, stream, reply);
    if (refused !== undefined) return refused;
    if (events.isFull) return sendProblem(reply.header('retry-after', 10), 503, 'too many pages are open');
    const watched = stream === undefined || series === undefined ? undefined : { stream, series, after };
    events.open(reply.hijack().raw, watched);
    return reply;
  });
  verdictRoutes(app, api);
  whatIfRoute(app, api.names, api.whatIf);
  app.get('/api/alerts/:id', async (request, reply) => {
    const parsed = alertParams.safeParse(request.params);
    if (!parsed.success) return sendProblem(reply, 400, faultOf(parsed.error));
    const found = await api.alert(parsed.data.id);
    return found ?? sendProblem(reply, 404, 'this alert is not known: it is too old, or from before the last start');
  });
  bundleRoute(app, api);
}

/** `GET /api/alerts/{id}/bundle`: a file that `surprisal replay` takes. */
function bundleRoute(app: FastifyInstance, { bundle }: LiveApi): void {
  app.get('/api/alerts/:id/bundle', async (request, reply) => {
    const parsed = alertParams.safeParse(request.params);
    if (!parsed.success) return sendProblem(reply, 400, faultOf(parsed.error));
    if (bundle === undefined) return sendProblem(reply, 404, 'this run keeps no bundles; see `state.bundles`');
    const { id } = parsed.data;
    const found = await bundle(id);
    if (found === undefined) return sendProblem(reply, 404, NO_BUNDLE);
    return reply
      .type('application/gzip')
      .headers({ 'content-length': found.bytes, 'content-disposition': `attachment; filename="${id}.bundle"` })
      .send(found.stream);
  });
}

/** A route whose parameters are checked, and answered with what is wrong with them. */
function get<T extends z.ZodType>(
  app: FastifyInstance,
  path: string,
  schema: T,
  answer: (query: z.output<T>, reply: FastifyReply) => Promise<unknown>,
): void {
  app.get(path, async (request, reply) => {
    const parsed = schema.safeParse(request.query);
    if (!parsed.success) return sendProblem(reply, 400, faultOf(parsed.error));
    return await answer(parsed.data, reply);
  });
}

function refuseStream({ names }: LiveApi, stream: string | undefined, reply: FastifyReply): FastifyReply | undefined {
  if (stream === undefined || names.includes(stream)) return undefined;
  return sendProblem(reply, 404, `there is no stream ${JSON.stringify(stream)}; ${nearest(stream, names)}`);
}

function faultOf({ issues: [issue] }: z.ZodError): string {
  return [...issue.path.map(String), issue.message].join(': ');
}

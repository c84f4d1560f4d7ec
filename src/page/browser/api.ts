import { again } from '../../async/again.ts';
import type { Backoff } from '../../async/backoff.ts';
import type {
  AlertRecord,
  AlertsPage,
  HealthReport,
  History,
  Pulse,
  SeriesPage,
  SimilarPage,
  VerdictRecord,
  VerdictView,
} from '../../live/schema.ts';
import type { WhatIfAnswer, WhatIfBody } from '../../live/what-if.ts';

const TOKEN = 'surprisal-token';
/** A person is looking: the waits do not grow. */
const BACKOFF: Backoff = { firstMs: 2_000, longestMs: 2_000, jitter: () => 0 };

/** A message of the server: what has changed, and the new rows of the series that is drawn. */
export interface Beat {
  readonly pulse: Pulse;
  readonly points: History | null;
}

/** An answer that is not a success; `status` 0 = the server was not reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Parameters = Readonly<Record<string, string | number | undefined>>;

/** What the page asks of its server. */
export const api = {
  series: (query: Parameters) => get<SeriesPage>('api/series', query),
  history: (stream: string, series: string) => get<History>('api/history', { stream, series }),
  alerts: (query: Parameters) => get<AlertsPage>('api/alerts', query),
  alert: (id: string) => get<AlertRecord>(`api/alerts/${encodeURIComponent(id)}`, {}),
  health: () => get<HealthReport>('api/health', {}),
  similar: (id: string) => get<SimilarPage>(`api/alerts/${encodeURIComponent(id)}/similar`, {}),
  verdict: (id: string) => get<VerdictView>(`api/alerts/${encodeURIComponent(id)}/verdict`, {}),
  verdicts: () => get<readonly VerdictRecord[]>('api/verdicts', {}),
  bundle: async (id: string) => (await ask(`api/alerts/${encodeURIComponent(id)}/bundle`, {}, {})).blob(),
  whatIf: async (settings: WhatIfBody) => {
    const answer = await ask('api/what-if', {}, { body: JSON.stringify(settings) });
    return (await answer.json()) as WhatIfAnswer;
  },
  giveVerdict: async (id: string, verdict: 'expected' | 'real' | 'none', note: string) => {
    const body = JSON.stringify({ verdict, note });
    const answer = await ask(`api/alerts/${encodeURIComponent(id)}/verdict`, {}, { body });
    return (await answer.json()) as VerdictView;
  },
};

/** The token that was given, for this tab alone. */
export function keepToken(token: string): void {
  sessionStorage.setItem(TOKEN, token);
}

async function get<T>(path: string, query: Parameters, signal?: AbortSignal): Promise<T> {
  const answer = await ask(path, query, { signal });
  // The server checks itself against the same schemas.
  return (await answer.json()) as T;
}

interface Asking {
  readonly signal?: AbortSignal | undefined;
  /** JSON that is posted. */
  readonly body?: string;
}

async function ask(path: string, query: Parameters, { signal, body }: Asking): Promise<Response> {
  const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  const token = sessionStorage.getItem(TOKEN);
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const url = given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
  const posted = body === undefined ? {} : { method: 'POST', body };
  const answer = await fetch(url, { ...posted, headers, signal: signal ?? null }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'Surprisal does not answer');
  });
  if (answer.ok) return answer;
  const detail: unknown = await answer.json().catch(() => undefined);
  throw new ApiError(answer.status, detailOf(detail) ?? `the server answered ${answer.status}`);
}

function detailOf(problem: unknown): string | undefined {
  if (typeof problem !== 'object' || problem === null || !('detail' in problem)) return undefined;
  return String(problem.detail);
}

/** Which rows are wanted, read anew at each connection. */
export type Watched = () => { readonly stream: string; readonly series: string; readonly after?: number } | undefined;

/** Asks until the server answers; undefined once the signal aborts. `lost` is called with each failure. */
export async function keepAsking<T>(
  ask: () => Promise<T>,
  lost: (error: ApiError) => void,
  signal: AbortSignal,
): Promise<T | undefined> {
  return await again(ask, { signal, transient: asApiError, failed: lost, backoff: BACKOFF });
}

/** Listens until the signal aborts; connects again after each failure. `EventSource` could not send the token. */
export async function listen(
  watched: Watched,
  on: { readonly beat: (beat: Beat) => void; readonly lost: (error: ApiError) => void },
  signal: AbortSignal,
): Promise<void> {
  const connection = async () => {
    const answer = await ask('api/events', watched() ?? {}, { signal });
    for await (const beat of beatsOf(answer)) on.beat(beat);
    throw new ApiError(0, 'the connection ended');
  };
  await keepAsking(connection, on.lost, signal);
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, 'the connection was lost');
}

async function* beatsOf({ body }: Response): AsyncGenerator<Beat> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    text += part.value;
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const data = message.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) yield JSON.parse(data.slice('data: '.length)) as Beat;
    }
  }
}

import { z } from 'zod';
import { alertsQuery, historyQuery, seriesQuery } from '../live/query.ts';
import {
  alertRecord,
  alertsPage,
  health,
  history,
  pulse,
  seriesPage,
  similarPage,
  verdictRecord,
  verdictView,
} from '../live/schema.ts';
import { whatIfAnswer, whatIfBody } from '../live/what-if.ts';
import { alertParams, eventsQuery } from './live.ts';
import { streamSeriesAnswer, streamSeriesQuery, streamsAnswer } from './streams.ts';
import { verdictBody } from './verdicts.ts';

type Json = Readonly<Record<string, unknown>>;

const event = z.strictObject({ pulse, points: history.nullable() });
const accepted = z.strictObject({ accepted: z.int() });
const problem = z.looseObject({ type: z.string(), status: z.int(), detail: z.string() });

/** Schemas with a name of their own. */
const SCHEMAS = {
  SeriesPage: seriesPage,
  History: history,
  AlertsPage: alertsPage,
  Alert: alertRecord,
  Similar: similarPage,
  Verdict: verdictView,
  Verdicts: z.array(verdictRecord),
  WhatIf: whatIfAnswer,
  Health: health,
  Event: event,
  Streams: streamsAnswer,
  StreamSeries: streamSeriesAnswer,
  Accepted: accepted,
  Problem: problem,
} as const;

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'What was asked for is not understood; `detail` says what.',
  401: 'It needs `Authorization: Bearer <token>`.',
  403: '`Host` is no name of this server, or `Origin` another site.',
  404: 'There is no such thing; `detail` says which.',
  413: 'The body is too large, packed or unpacked.',
  415: 'The content type or encoding is not taken; headers list what is.',
  422: 'None of the records can be used.',
  429: 'There is no room now; `retry-after` says when to try again.',
  503: 'There is no room now; `retry-after` says when to try again.',
};

interface Operation {
  readonly summary: string;
  /** By media type; a name of `SCHEMAS`, or text. */
  readonly answer: readonly [status: number, type: string, schema: keyof typeof SCHEMAS | 'text' | 'bytes' | 'object'];
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: Json;
  readonly problems?: readonly number[];
  /** Whoever asks needs the token, where there is one. */
  readonly open?: boolean;
}

const JSON_TYPE = 'application/json';
const TEXT = 'text/plain; charset=utf-8';
const stream = z.strictObject({ stream: z.string() });

function probe(summary: string, isConditional = true): Operation {
  return { summary, answer: [200, TEXT, 'text'], open: true, ...(isConditional ? { problems: [] } : {}) };
}

const RECORDS: Json = {
  description:
    'A JSON object, an array of them, JSON lines, or a wrapper around an array; packed with gzip, deflate or zstd or not.',
  required: true,
  content: { 'application/json': { schema: {} }, 'application/x-ndjson': { schema: { type: 'string' } } },
};

const VERDICT: Json = {
  description: 'What a person says of the alert.',
  required: true,
  content: { 'application/json': { schema: jsonSchemaOf(verdictBody, 'input') } },
};

const WHAT_IF: Json = {
  description: 'The series, and the settings to try.',
  required: true,
  content: { 'application/json': { schema: jsonSchemaOf(whatIfBody, 'input') } },
};

/** Every route of the server but the files of the page, by method and path. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /api/series': {
    summary: 'Series with their newest row and a sketch',
    answer: [200, JSON_TYPE, 'SeriesPage'],
    query: seriesQuery,
    problems: [400, 404],
  },
  'GET /api/history': {
    summary: 'The rows of one series, oldest first',
    answer: [200, JSON_TYPE, 'History'],
    query: historyQuery,
    problems: [400, 404],
  },
  'GET /api/alerts': {
    summary: 'Alerts, newest first',
    answer: [200, JSON_TYPE, 'AlertsPage'],
    query: alertsQuery,
    problems: [400, 404],
  },
  'GET /api/alerts/{id}': {
    summary: 'One alert',
    answer: [200, JSON_TYPE, 'Alert'],
    path: alertParams,
    problems: [400, 404],
  },
  'GET /api/alerts/{id}/bundle': {
    summary: 'All that reproduces an alert: a file for `surprisal replay`',
    answer: [200, 'application/gzip', 'bytes'],
    path: alertParams,
    problems: [400, 404],
  },
  'GET /api/alerts/{id}/similar': {
    summary: 'The earlier incidents nearest to an alert, with the verdicts on them',
    answer: [200, JSON_TYPE, 'Similar'],
    path: alertParams,
    problems: [400, 404],
  },
  'GET /api/alerts/{id}/verdict': {
    summary: 'The verdict on an alert, and what `expected` quiets, or would quiet',
    answer: [200, JSON_TYPE, 'Verdict'],
    path: alertParams,
    problems: [400, 404],
  },
  'POST /api/alerts/{id}/verdict': {
    summary: 'Give a verdict on an alert, or withdraw it; the answer comes once it is durable',
    answer: [200, JSON_TYPE, 'Verdict'],
    path: alertParams,
    body: VERDICT,
    problems: [400, 404, 415, 429],
  },
  'POST /api/what-if': {
    summary: 'Which alerts other settings would gain, lose and move on the rows that the page has',
    answer: [200, JSON_TYPE, 'WhatIf'],
    body: WHAT_IF,
    problems: [400, 404, 415, 429],
  },
  'GET /api/verdicts': { summary: 'The verdicts that are kept', answer: [200, JSON_TYPE, 'Verdicts'] },
  'GET /api/health': {
    summary: 'How streams and sinks are doing',
    answer: [200, JSON_TYPE, 'Health'],
    problems: [400],
  },
  'GET /api/events': {
    summary: 'Server-sent events: once a second counts, and the new rows of one series; `data` is an Event',
    answer: [200, 'text/event-stream; charset=utf-8', 'text'],
    query: eventsQuery,
    problems: [400, 404, 503],
  },
  'GET /api/streams': { summary: 'Streams, and how far their warm-up has come', answer: [200, JSON_TYPE, 'Streams'] },
  'GET /api/streams/{stream}/series': {
    summary: 'Series of a stream by name, and how far their warm-up has come',
    answer: [200, JSON_TYPE, 'StreamSeries'],
    path: stream,
    query: streamSeriesQuery,
    problems: [400, 404],
  },
  'POST /api/streams/{stream}/observations': {
    summary: 'Push records; all or none are taken, durably',
    answer: [202, JSON_TYPE, 'Accepted'],
    path: stream,
    body: RECORDS,
    problems: [400, 404, 413, 415, 422, 429],
  },
  'POST /-/reload': { summary: 'Take the configuration in again', answer: [200, TEXT, 'text'], problems: [400] },
  'GET /api/openapi.json': { summary: 'This document', answer: [200, JSON_TYPE, 'object'], open: true },
  'GET /metrics': {
    summary: 'Metrics in the text format of Prometheus',
    answer: [200, 'text/plain', 'text'],
    open: true,
  },
  'GET /livez': probe('Whether the process runs', false),
  'GET /-/healthy': probe('Whether the process runs', false),
  'GET /readyz': probe('Whether configuration, state and partitions are ready; 503 lists what is missing'),
  'GET /-/ready': probe('The same as `/readyz`'),
  'GET /startupz': probe('Whether the process has started; 503 lists what is missing'),
};

/** The API of the server as OpenAPI 3.1, made of the schemas that check it. */
export function openApi(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    const [method, path] = name.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: described(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Surprisal',
      version: '1',
      description: 'Probes, metrics, pushed records, and what the live page shows.',
    },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonSchemaOf(schema, 'output')]),
      ),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '`server.token`; nothing where there is none.' },
      },
    },
  };
}

function described({ summary, answer: [status, type, schema], path, query, body, problems, open }: Operation): Json {
  const parameters = [...parametersOf(path, 'path'), ...parametersOf(query, 'query')];
  const refused = [...(problems ?? []), ...(open ? [] : [401]), 403].sort();
  const unready =
    open && problems ? { 503: { description: 'Not yet.', content: { [TEXT]: { schema: { type: 'string' } } } } } : {};
  return {
    summary,
    ...(open ? {} : { security: [{ token: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: {
      [status]: { description: summary, content: { [type]: { schema: answerSchema(schema) } } },
      ...unready,
      ...Object.fromEntries(refused.map((code) => [code, problemOf(code)])),
    },
  };
}

function problemOf(code: number): Json {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return { description: PROBLEMS[code], content };
}

function answerSchema(schema: Operation['answer'][2]): Json {
  if (schema === 'text') return { type: 'string' };
  if (schema === 'object') return { type: 'object' };
  if (schema === 'bytes') return {};
  return { $ref: `#/components/schemas/${schema}` };
}

function parametersOf(schema: z.ZodObject | undefined, where: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input') as {
    properties?: Json;
    required?: string[];
  };
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema: of,
  }));
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return rest;
}

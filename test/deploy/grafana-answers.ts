import type { Influxdb } from '../servers/influxdb.ts';
import type { Query } from './grafana-queries.ts';

/** The servers behind the dashboards, and how far back is shown. */
export interface Stores {
  readonly prometheus: string;
  readonly influxdb: Influxdb;
  readonly database: string;
  /** Shown: from then, in ms of the clock, to now. InfluxDB knows event time, and is asked for the week in which simulated worlds begin. */
  readonly fromMs: number;
}

/** What the reader chose, by the name of the variable. */
export type Choices = Readonly<Record<string, string>>;

const STEP_SECONDS = 1;

/**
 * The query as Grafana sends it: `$name` and `${name}` become the choice, `${name:regex}` the choice with what a pattern would take
 * for its own escaped; the variables that Grafana defines become what they are at this step and range.
 */
export function substituted(text: string, choices: Choices): string {
  const own: Choices = {
    __interval: '1m',
    __rate_interval: '5s',
    timeFilter: "time >= '2026-01-05T00:00:00Z' AND time <= '2026-01-12T00:00:00Z'",
  };
  return text.replace(/\$\{(\w+)(?::(\w+))?\}|\$(\w+)/g, (whole, braced, format, bare) => {
    const name = braced ?? bare;
    // A legend's own name for a tag.
    if (name.startsWith('tag_')) return whole;
    const value = own[name] ?? choices[name];
    if (value === undefined) throw new Error(`nothing is chosen for ${whole}`);
    return format === 'regex' ? value.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&') : value;
  });
}

/** How many series, rows or choices a query brings. @throws Error with what the server says */
export async function answersTo(query: Query, choices: Choices, stores: Stores): Promise<readonly string[]> {
  const text = substituted(query.text, choices);
  if (query.language === 'influxql') return await askInfluxdb(text, stores);
  return query.kind === 'choices' ? await askLabels(text, stores) : await askPrometheus(text, query.kind, stores);
}

async function askInfluxdb(text: string, { influxdb, database }: Stores): Promise<readonly string[]> {
  const { results } = (await influxdb.query(text, { db: database })) as InfluxAnswer;
  const [{ series = [], error }] = results;
  if (error !== undefined) throw new Error(`${text}: ${error}`);
  return series.flatMap(({ values }) => values.map((row) => String(row.at(-1))));
}

interface InfluxAnswer {
  readonly results: readonly {
    readonly series?: readonly { readonly values: readonly (readonly unknown[])[] }[];
    readonly error?: string;
  }[];
}

async function askPrometheus(text: string, kind: Query['kind'], stores: Stores): Promise<readonly string[]> {
  const now = Date.now() / 1000;
  const range = { start: String(stores.fromMs / 1000), end: String(now), step: String(STEP_SECONDS) };
  const path = kind === 'range' ? 'query_range' : 'query';
  const data = await get(`${stores.prometheus}/api/v1/${path}`, { query: text, ...(kind === 'range' ? range : {}) });
  const { result } = data as { readonly result: readonly { readonly metric: object }[] };
  return result.map(({ metric }) => JSON.stringify(metric));
}

/** `label_values(selector, label)`: how Grafana's plugin asks for the choices of a variable. */
async function askLabels(text: string, { prometheus }: Stores): Promise<readonly string[]> {
  const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(text) ?? [];
  return (await get(`${prometheus}/api/v1/label/${label}/values`, { 'match[]': selector })) as readonly string[];
}

async function get(url: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(`${url}?${new URLSearchParams(parameters)}`);
  const body = await response.text();
  if (!response.ok) throw new Error(`Prometheus answers ${response.status}: ${body}`);
  return JSON.parse(body).data;
}

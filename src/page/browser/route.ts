/** What the page shows, as its address says it: a link restores the view. */
export type Route =
  | {
      readonly view: 'live';
      readonly stream?: string;
      readonly series?: string;
      readonly from?: number;
      readonly to?: number;
    }
  | { readonly view: 'alerts'; readonly alert?: string }
  | { readonly view: 'verdicts' }
  | { readonly view: 'health' };

/**
 * `?alert=ID` as alerts elsewhere link to it, `?view=alerts`, `?view=verdicts`, `?view=health`,
 * `?stream=S&series=N&from=MS&to=MS`.
 */
export function parseRoute(search: string): Route {
  const query = new URLSearchParams(search);
  const alert = query.get('alert');
  const view = query.get('view');
  if (alert !== null && alert !== '') return { view: 'alerts', alert };
  if (view === 'alerts' || view === 'verdicts' || view === 'health') return { view };
  const [stream, series] = [query.get('stream'), query.get('series')];
  if (stream === null || series === null) return { view: 'live' };
  const [from, to] = [Number(query.get('from') ?? Number.NaN), Number(query.get('to') ?? Number.NaN)];
  return from < to ? { view: 'live', stream, series, from, to } : { view: 'live', stream, series };
}

/** The address of a view. */
export function hrefOf(route: Route): string {
  const { view, ...rest } = route;
  const isPlain = view === 'live' || 'alert' in rest;
  const query = new URLSearchParams(isPlain ? {} : { view });
  for (const [key, value] of Object.entries(rest)) if (value !== undefined) query.set(key, String(value));
  const text = query.toString();
  return text === '' ? './' : `./?${text}`;
}

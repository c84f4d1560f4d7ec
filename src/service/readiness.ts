import type { SeriesWarmUp, WarmUp } from '../detector/warm-up.ts';

/** Series that are named. */
const MOST_NAMED = 3;

/**
 * `3 of 5 series are ready: home-2 has 140 of the 150 rows it needs, home-4 149 of 150`: of those that are not, first
 * who misses most. Says so where none can raise an alert. O(series).
 */
export function readinessLine({ warmUp }: { readonly warmUp: Pick<WarmUp, 'all' | 'totals'> }): string {
  const { series, warming } = warmUp.totals();
  if (warming === 0) return series === 1 ? 'the series is ready' : `all ${series} series are ready`;
  let named: SeriesWarmUp[] = [];
  for (const each of warmUp.all()) {
    if (each.state === 'ready') continue;
    named.push(each);
    named = named.sort((a, b) => missing(b) - missing(a) || (a.series < b.series ? -1 : 1)).slice(0, MOST_NAMED);
  }
  const parts = named.map(({ series: name, rows, rowsNeeded }, i) =>
    i === 0 ? `${name} has ${rows} of the ${rowsNeeded} rows it needs` : `${name} ${rows} of ${rowsNeeded}`,
  );
  const more = warming > named.length ? `, and ${warming - named.length} more are not` : '';
  const none = series === warming ? ', so no alert can be raised yet' : '';
  return `${series - warming} of ${series} series are ready${none}: ${parts.join(', ')}${more}`;
}

function missing({ rows, rowsNeeded }: SeriesWarmUp): number {
  return rowsNeeded - rows;
}

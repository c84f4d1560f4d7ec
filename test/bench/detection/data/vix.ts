import path from 'node:path';
import type { Recording } from '../recording.ts';
import { csvRows, utcMs } from './csv.ts';
import { dataFolder } from './folder.ts';

/** Natural logarithms of the volatility index by trading day: open, high, low, close. Until 1992 there was one price a day: left out. */
export function vixDaily(): Recording {
  const rows = csvRows(path.join(dataFolder('market'), 'vix-daily.csv')).filter(({ DATE }) => DATE >= '1992');
  return {
    name: 'VIX daily',
    times: Float64Array.from(rows, ({ DATE }) => utcMs(DATE)),
    values: ['OPEN', 'HIGH', 'LOW', 'CLOSE'].map((column) =>
      Float64Array.from(rows, (row) => Math.log(Number(row[column]))),
    ),
  };
}

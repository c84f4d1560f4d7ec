import { escape as escaped, InfluxDB, type IPoint } from 'influx';

/** Used for its line protocol alone: it connects to nothing until it is asked to. */
const serializer = new InfluxDB({ database: 'none' });

/** One line a point. */
export function lineProtocol(points: readonly IPoint[]): string {
  return points.map(line).join('\n');
}

function line(point: IPoint): string {
  const {
    measurement,
    tags = {},
    tagsNames,
    fieldsPairs,
    castedTimestamp,
  } = serializer.parsePoint(point, { precision: 'n' });
  const named = tagsNames.map((name) => `,${escaped.tag(name)}=${escaped.tag(tags[name])}`).join('');
  const fields = fieldsPairs.map(([name, value]) => `${escaped.tag(name)}=${value}`).join(',');
  return `${measurement}${named} ${fields} ${castedTimestamp}`;
}

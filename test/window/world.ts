import type { Channel } from '../../src/event/channel.ts';
import { channelOptions } from '../../src/event/channel.ts';
import type { Admission, Observation, Row } from '../../src/event/observation.ts';
import type { Windows } from '../../src/window/contract.ts';
import { type WindowOptions, windowOptions } from '../../src/window/options.ts';
import { windows } from '../../src/window/windows.ts';

type Aggregate = Channel['aggregate'];

/** Channels a, b, c … with these aggregates. */
export const channels = (...aggregates: readonly Aggregate[]): readonly Channel[] =>
  aggregates.map((aggregate, i) => ({ ...channelOptions.parse({ aggregate }), name: String.fromCharCode(97 + i) }));

/** Options as they stand in YAML. */
export const options = (yaml: unknown): WindowOptions => windowOptions.parse(yaml);

/** Windows with one channel, its mean. */
export const made = (yaml: unknown, ...aggregates: readonly Aggregate[]): Windows =>
  windows(options(yaml), channels(...(aggregates.length === 0 ? (['mean'] as const) : aggregates)));

export const at = (timeMs: number, ...values: readonly number[]): Observation => of('s', timeMs, ...values);

export const of = (series: string, timeMs: number, ...values: readonly number[]): Observation => ({
  series,
  timeMs,
  values: Float64Array.from(values),
});

/** A row in one line: `s [0, 10) 2`. */
export const line = ({ series, startMs, endMs, values }: Row): string =>
  `${series} [${startMs}, ${endMs}) ${values.join(' ')}`;

/** All but those of `advance`. */
export const lines = (rows: readonly Row[]): readonly string[] =>
  rows.filter(({ series }) => !series.startsWith('clock ')).map(line);

/** Moves event time to here: two series of their own, without a value, reach it. */
export function advance(windows: Windows, timeMs: number, width = 1): void {
  const nothing = Array(width).fill(Number.NaN);
  for (const series of ['clock 1', 'clock 2']) windows.push(of(series, timeMs, ...nothing));
}

export const pushAll = (to: Windows, observations: readonly Observation[]): readonly Admission[] =>
  observations.map((observation) => to.push(observation));

/** What a run gives, row by row, with the answer to each push; `between` acts before each push. */
export function run(
  first: Windows,
  observations: readonly Observation[],
  between: (windows: Windows) => Windows = (same) => same,
): readonly string[] {
  const out: string[] = [];
  let current = first;
  for (const observation of observations) {
    current = between(current);
    out.push(`${observation.series} ${observation.timeMs} ${current.push(observation)}`);
    out.push(...lines(current.take()));
    for (const { series, sinceMs } of current.silent()) out.push(`${series} silent since ${sinceMs}`);
    for (const { series, sinceMs, nowMs } of current.resumed()) out.push(`${series} silent ${sinceMs} to ${nowMs}`);
  }
  return out;
}

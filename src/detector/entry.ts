import type { Statistic } from '../statistic/statistic.ts';

/**
 * An entry of a statistic whose channel may be blamed. It keeps the statistic's arrays, for all are read at each row.
 */
export interface StatisticEntry
  extends Pick<Statistic, 'values' | 'deviations' | 'channelOf' | 'reason'>,
    Required<Pick<Statistic, 'events' | 'sustained'>> {
  readonly statistic: Statistic;
  /** In its statistic. */
  readonly index: number;
  readonly spans: Statistic['spans'];
  /** What may have one cause in several series: the statistic's view of the channel. */
  readonly group: number;
}

/** `group`: of the common cause. */
export function entryOf(statistic: Statistic, index: number, group: number): StatisticEntry {
  const { values, deviations, channelOf, reason, spans, events = false, sustained = false } = statistic;
  return { statistic, index, group, values, deviations, channelOf, reason, spans, events, sustained };
}

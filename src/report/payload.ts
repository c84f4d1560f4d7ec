import type { LabelledWindow, ReportData, ReportedChannel, ReportedSeries } from './data.ts';
import type { Incident } from './incident.ts';

/** Names a series' data for the page; all numbers are shortened to what a chart can show. */
export interface SeriesPayload {
  readonly name: string;
  /** The first time, then the differences: ms. */
  readonly times: readonly number[];
  /** For each channel: value, expected, lower, upper, bits. */
  readonly channels: readonly (readonly (readonly (number | null)[])[])[];
  readonly score: readonly (number | null)[];
  /** [start, end, critical] of each incident, and [start, end] of each labelled window: ms. */
  readonly incidents: readonly (readonly [number, number, boolean])[];
  readonly labels: readonly (readonly [number, number])[];
}

const DIGITS = { value: 9, expected: 5, lower: 5, upper: 5, bits: 3 } as const;

/** What the page draws one series from. O(rows · channels). */
export function seriesPayload(data: ReportData, series: ReportedSeries, incidents: readonly Incident[]): SeriesPayload {
  const labels = (data.labels ?? []).filter((label) => (label.series ?? series.name) === series.name);
  return {
    name: series.name,
    times: series.timeMs.map((time, row) => (row === 0 ? time : time - (series.timeMs[row - 1] ?? 0))),
    channels: series.channels.map(channelPayload),
    score: shortened(series.score, 3),
    incidents: incidents.map(({ startMs, endMs, worst }) => [startMs, endMs, worst.severity === 'critical']),
    labels: labels.map(({ startMs, endMs }: LabelledWindow) => [startMs, endMs]),
  };
}

function channelPayload(channel: ReportedChannel): readonly (readonly (number | null)[])[] {
  return [
    shortened(channel.value, DIGITS.value),
    shortened(channel.expected, DIGITS.expected),
    shortened(channel.lower, DIGITS.lower),
    shortened(channel.upper, DIGITS.upper),
    shortened(channel.bits, DIGITS.bits),
  ];
}

function shortened(numbers: readonly (number | null)[], digits: number): readonly (number | null)[] {
  return numbers.map((number) => (number === null ? null : Number(number.toPrecision(digits))));
}

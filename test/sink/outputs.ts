import type { AlertOutput, RejectOutput, ScoreOutput } from '../../src/event/output.ts';
import type { NumberedOutput } from '../../src/sink/sink.ts';

/** An alert, firing unless given otherwise. */
export function alert(some: Partial<AlertOutput> = {}): AlertOutput {
  return {
    kind: 'alert',
    state: 'firing',
    id: '0123456789abcdef',
    revision: 0,
    stream: 'thermostat',
    series: 'home 3',
    severity: 'critical',
    reason: 'unusual_value',
    summary: 'inside is 12.1 °C where 20.3 °C was expected',
    channel: 'inside',
    value: 12.1,
    expected: 20.3,
    lower: 19.5,
    upper: 21,
    bits: 21.44,
    pValue: 1 / 40_321,
    score: 0.93,
    startMs: Date.UTC(2026, 0, 1, 12),
    timeMs: Date.UTC(2026, 0, 1, 12, 5),
    ...some,
  };
}

/** A scored row of two channels, the second of them missing and unknown. */
export function score(some: Partial<ScoreOutput> = {}): ScoreOutput {
  const unknown = { value: null, expected: null, lower: null, upper: null };
  return {
    kind: 'score',
    stream: 'thermostat',
    series: 'home 3',
    timeMs: Date.UTC(2026, 0, 1, 12, 5),
    channels: [
      { channel: 'inside', value: 12.1, expected: 20.3, lower: 19.5, upper: 21, bits: 21.44, attribution: 0.75 },
      { channel: 'outside', ...unknown, bits: 0, attribution: 0.25 },
    ],
    bits: 21.44,
    pValue: 0.001,
    score: 0.93,
    lead: 0,
    alert: '',
    warming: false,
    ...some,
  };
}

/** Deliveries `from` to `to`, exclusive, of a stream; each output says its number. */
export function deliveries(from: number, to: number, stream = 's'): NumberedOutput[] {
  const output = (n: number): RejectOutput => ({
    kind: 'reject',
    stream,
    reason: 'late',
    message: `number ${n} of ${stream}`,
    offset: n,
    record: '',
  });
  return Array.from({ length: to - from }, (_, i) => ({ sequence: from + i, output: output(from + i) }));
}

/** The same of alerts, each of a series and a minute of its own. */
export function numbered(from: number, to: number, stream = 's'): NumberedOutput[] {
  return Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    const timeMs = Date.UTC(2026, 0, 1) + n * 60_000;
    const about = { id: n.toString(16).padStart(16, '0'), stream, series: `series ${n}`, startMs: timeMs, timeMs };
    return { sequence: n, output: alert({ ...about, summary: `number ${n} of ${stream}` }) };
  });
}

/** A signal that never aborts. */
export const going = new AbortController().signal;

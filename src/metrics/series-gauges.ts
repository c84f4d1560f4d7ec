import type { ScoreOutput } from '../event/output.ts';

/** How far the warm-up of a series has come; `etaMs` in event time, absent where it is not known. */
export interface WarmUpGauges {
  readonly ratio: number;
  readonly etaMs: number | undefined;
}

/** A gauge with a sample for each series, each a line of Prometheus' text format. */
export interface SeriesFamily {
  readonly name: string;
  readonly help: string;
  readonly lines: readonly string[];
}

/** Every gauge by name, and its help. */
const HELP = {
  y: 'Newest value of the series.',
  yhat: 'The value that the network expected.',
  yhat_lower: 'Lower end of the central 95 % band of what was expected.',
  yhat_upper: 'Upper end of the central 95 % band of what was expected.',
  anomaly_score: 'Score of the newest row, in [0, 1]; 0.5 is the alarm.',
  anomaly_firing: '1 while an alert fires for the series, 0 while none does.',
  anomaly_warm_up_ratio: 'Rows seen of the rows needed before the series can raise an alert, at most 1.',
  anomaly_warm_up_eta_seconds:
    'Event time until the series can raise an alert: rows missing times its median interval.',
} as const;

type Name = keyof typeof HELP;

/** The names of the gauges. */
export const seriesGaugeNames = Object.keys(HELP) as readonly Name[];

/**
 * The newest row of single series, under the names that anomaly detectors beside Prometheus have: `y yhat yhat_lower
 * yhat_upper anomaly_score`, and `anomaly_firing`, `anomaly_warm_up_ratio`, `anomaly_warm_up_eta_seconds`. The first
 * `max` series have gauges until they are forgotten; the rest have none. They are in no registry of prom-client, which
 * writes all samples of a gauge in one go: with 10 000 series nothing else had its turn for 0.6 s.
 */
export class SeriesGauges {
  readonly #max: number;
  /** By stream, by series. */
  readonly #newest = new Map<string, Map<string, ScoreOutput>>();
  #size = 0;
  #isFull = false;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether a series found no place. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Keeps the row if its series has a place. O(1). */
  saw(row: ScoreOutput): void {
    const rows = this.#newest.get(row.stream) ?? new Map<string, ScoreOutput>();
    if (!rows.has(row.series)) {
      if (this.#size >= this.#max) {
        this.#isFull = true;
        return;
      }
      this.#size++;
      this.#newest.set(row.stream, rows);
    }
    rows.set(row.series, row);
  }

  /**
   * All gauges as they are now, a step for each series, so that the caller can rest in between; series that `warmUpOf`
   * does not know any more lose theirs. O(max).
   */
  *families(
    warmUpOf: (stream: string, series: string) => WarmUpGauges | undefined,
  ): Generator<undefined, readonly SeriesFamily[]> {
    const lines = new Map<Name, string[]>(seriesGaugeNames.map((name) => [name, []]));
    const add = (name: Name, labels: string, value: number) =>
      lines.get(name)?.push(`${name}{${labels}} ${text(value)}`);
    for (const [stream, rows] of this.#newest) {
      for (const [series, row] of rows) {
        const warmUp = warmUpOf(stream, series);
        if (warmUp !== undefined) show(row, warmUp, add);
        else if (rows.delete(series)) this.#size--;
        yield;
      }
    }
    return seriesGaugeNames.map((name) => ({ name, help: HELP[name], lines: lines.get(name) ?? [] }));
  }
}

/** Text of metrics, with families of series behind it. */
export function withFamilies(text: string, families: readonly SeriesFamily[]): string {
  const blocks = families.map(({ name, help, lines }) => {
    return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.length === 0 ? '' : `${lines.join('\n')}\n`}`;
  });
  return [text, ...blocks].join('\n');
}

/** The gauges of one series. */
function show(
  { stream, series, channels, score, alert }: ScoreOutput,
  { ratio, etaMs }: WarmUpGauges,
  add: (name: Name, labels: string, value: number) => void,
): void {
  const own = `stream="${escaped(stream)}",series="${escaped(series)}"`;
  add('anomaly_score', own, score);
  add('anomaly_firing', own, alert === '' ? 0 : 1);
  add('anomaly_warm_up_ratio', own, ratio);
  if (etaMs !== undefined) add('anomaly_warm_up_eta_seconds', own, etaMs / 1000);
  for (const { channel, value, expected, lower, upper } of channels) {
    const labels = `${own},channel="${escaped(channel)}"`;
    if (value !== null) add('y', labels, value);
    if (expected !== null) add('yhat', labels, expected);
    if (lower !== null) add('yhat_lower', labels, lower);
    if (upper !== null) add('yhat_upper', labels, upper);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' };

/** The value of a label, as the text format has it. */
function escaped(value: string): string {
  return /[\\\n"]/.test(value) ? value.replace(/[\\\n"]/g, (found) => ESCAPES[found]) : value;
}

function text(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`;
}

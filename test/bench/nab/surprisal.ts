import { Detector } from '../../../src/detector/detector.ts';
import { alertOptions, type DetectorOptions, seriesOptions } from '../../../src/detector/options.ts';
import { channelOptions } from '../../../src/event/channel.ts';
import type { Output } from '../../../src/event/output.ts';
import { featureOptions } from '../../../src/feature/options.ts';
import { networkOptions } from '../../../src/lstm/options.ts';
import { noveltyOptions } from '../../../src/score/novelty.ts';
import { windowOptions } from '../../../src/window/options.ts';
import type { LabelledSeries, ScoredSeries } from './labelled.ts';

/** A series as the detector scored it, and how many alerts it raised. */
export interface Watched extends ScoredSeries {
  readonly alerts: number;
}

/** What a run may choose; all else is the default. */
export interface Choice {
  readonly seed: number;
  readonly memory: 'small' | 'exact';
}

/** Runs the whole detector over a series, each row an event, without a budget. */
export function watch(series: LabelledSeries, choice: Choice): Watched {
  const detector = new Detector(options(choice));
  const outputs: Output[] = [];
  for (let i = 0; i < series.times.length; i++) {
    const timeMs = series.times[i];
    detector.observe({ series: series.name, timeMs, values: series.values.subarray(i, i + 1) });
    outputs.push(...detector.drain());
  }
  const scores = scoresByRow(series, outputs);
  const alerts = outputs.filter(
    (output) => output.kind === 'alert' && output.state === 'firing' && output.revision === 0,
  );
  return { ...series, scores, alerts: alerts.length };
}

function options({ seed, memory }: Choice): DetectorOptions {
  return {
    stream: 'nab',
    channels: [{ name: 'value', ...channelOptions.parse({}) }],
    window: windowOptions.parse({ kind: 'event' }),
    features: featureOptions.parse({}),
    network: networkOptions.parse({ seed }),
    novelty: noveltyOptions.parse({ memory }),
    alert: alertOptions.parse({}),
    series: seriesOptions.parse({}),
    scores: true,
  };
}

/** Rows that gave no score (repeated, or out of order) have 0. Scores come in the order of the rows. */
function scoresByRow({ times }: LabelledSeries, outputs: readonly Output[]): Float64Array {
  const scores = new Float64Array(times.length);
  let i = 0;
  for (const output of outputs) {
    if (output.kind !== 'score') continue;
    const at = times.indexOf(output.timeMs, i);
    if (at < 0) continue;
    scores[at] = output.score;
    i = at + 1;
  }
  return scores;
}

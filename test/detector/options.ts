import { alertOptions, type DetectorOptions, seriesOptions } from '../../src/detector/options.ts';
import { channelOptions } from '../../src/event/channel.ts';
import { featureOptions } from '../../src/feature/options.ts';
import { networkOptions } from '../../src/lstm/options.ts';
import { noveltyOptions } from '../../src/score/novelty.ts';
import { windowOptions } from '../../src/window/options.ts';

/** Options of a small detector as YAML would give them: channels a, b …; each event a row; no clock in the data. */
export function smallDetector(
  channels: readonly object[],
  { alert = {}, network = {}, window = { kind: 'event' }, features = {}, series = {} }: Record<string, object> = {},
): DetectorOptions {
  return {
    stream: 'test',
    channels: channels.map((options, d) => ({ ...channelOptions.parse(options), name: 'abcdef'[d] })),
    window: windowOptions.parse(window),
    features: featureOptions.parse({ calendar: [], season: null, ...features }),
    network: networkOptions.parse({ hidden: 4, engine: 'reference', steps: 4, learn_every: 2, ...network }),
    novelty: noveltyOptions.parse({}),
    alert: alertOptions.parse(alert),
    series: seriesOptions.parse(series),
    scores: true,
  };
}

import { alertOptions, type DetectorOptions, seriesOptions } from '../../src/detector/options.ts';
import { channelOptions } from '../../src/event/channel.ts';
import { featureOptions } from '../../src/feature/options.ts';
import { networkOptions } from '../../src/lstm/options.ts';
import { noveltyOptions } from '../../src/score/novelty.ts';
import { windowOptions } from '../../src/window/options.ts';

/** A text as small letters with single spaces between its words. */
export function lettersOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();
}

/** A detector of words, one a row, by the production path. */
export function lettersDetector(network: object = {}, alert: object = {}, channel: object = {}): DetectorOptions {
  return {
    stream: 'text',
    channels: [{ ...channelOptions.parse({ kind: 'category', ...channel }), name: 'letter' }],
    attributes: ['letter'],
    window: windowOptions.parse({ kind: 'event', repeats: 'keep' }),
    features: featureOptions.parse({ calendar: [], season: null }),
    network: networkOptions.parse({ hidden: 32, steps: 16, learn_every: 4, ...network }),
    novelty: noveltyOptions.parse({}),
    alert: alertOptions.parse({ budget: '1/day/series', keep_firing: '2m', ...alert }),
    series: seriesOptions.parse({}),
    scores: true,
  };
}

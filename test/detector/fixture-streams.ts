import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ruleSettings, rulesOptions } from '../../src/config/rule.ts';
import { decoder } from '../../src/decode/decoder.ts';
import { decodeOptions } from '../../src/decode/options.ts';
import { alertOptions, type DetectorOptions, seriesOptions } from '../../src/detector/options.ts';
import { channelOptions } from '../../src/event/channel.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { featureOptions } from '../../src/feature/options.ts';
import { networkOptions } from '../../src/lstm/options.ts';
import { noveltyOptions } from '../../src/score/novelty.ts';
import { windowOptions } from '../../src/window/options.ts';

interface FixtureStream {
  readonly key: string;
  readonly channels: Readonly<Record<string, object>>;
  readonly window?: object;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly rules?: Readonly<Record<string, object>>;
}

/** The five fixture streams, with mappings that between them use every kind of window and transform. */
export const fixtureStreams: Readonly<Record<string, FixtureStream>> = {
  thermostat: {
    key: 'home',
    channels: { inside: { resolution: 0.1 }, hvac: {} },
    window: { kind: 'tumbling', size: '15m', gap: { policy: 'carry', silent_after: '6h' } },
  },
  machine: {
    key: 'machine',
    channels: { vibration: { direction: 'up' }, load: {}, pressure: { aggregate: 'median' } },
    window: { kind: 'hopping', size: '2m', hop: '1m', lateness: '1m' },
  },
  wearable: { key: 'person', channels: { heart_rate: {}, steps: { transform: 'log1p' } } },
  market: { key: 'symbol', channels: { price: { transform: 'log_return' }, volume: { transform: 'log1p' } } },
  accounts: {
    key: 'account',
    channels: { amount: { transform: 'log1p' } },
    attributes: { kind: 'kind', to: 'counterparty', device: 'device' },
    window: { kind: 'event', out_of_orderness: '10m' },
    rules: {
      quick: { kind: 'velocity', count: 3, within: '1h' },
      new_device: { kind: 'new_value', attributes: ['device'], after: 10 },
      structuring: { kind: 'structuring', channel: 'amount', limit: 10_000, where: { kind: 'cash_deposit' } },
      fan_in: { kind: 'fan_in', attribute: 'to', count: 4, within: '2d', where: { kind: 'transfer_in' } },
    },
  },
};

/** What the detector of a fixture stream is made of. */
export function fixtureDetector(name: string, engine = 'auto'): DetectorOptions {
  const { channels, window, attributes = {}, rules = {} } = fixtureStreams[name];
  return {
    stream: name,
    channels: Object.entries(channels).map(([channel, options]) => ({
      ...channelOptions.parse(options),
      name: channel,
    })),
    attributes: Object.keys(attributes),
    rules: ruleSettings(rulesOptions.parse(rules)),
    window: windowOptions.parse(window ?? { kind: 'event' }),
    features: featureOptions.parse({ zone: 'America/New_York' }),
    network: networkOptions.parse({ hidden: 8, engine }),
    novelty: noveltyOptions.parse({}),
    alert: alertOptions.parse({ budget: '1/day' }),
    series: seriesOptions.parse({}),
    scores: true,
  };
}

/** The decoder of a fixture stream. */
export function fixtureDecoder(name: string): ReturnType<typeof decoder> {
  const { key, attributes } = fixtureStreams[name];
  return decoder({ ...decodeOptions.parse({ key }), attributes }, fixtureDetector(name).channels);
}

/** The records of a fixture stream, as they are in its file. */
export function fixtureLines(name: string): SourceRecord[] {
  const file = path.join(import.meta.dirname, `../../fixtures/streams/${name}.jsonl`);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line, i) => ({ value: Buffer.from(line), offset: i, next: i + 1, line: i + 1 }));
}

/** The first `most` records of a fixture stream, with one in 50 spoilt and one in 40 repeated out of order. */
export function fixtureRecords(name: string, most: number): SourceRecord[] {
  const file = path.join(import.meta.dirname, `../../fixtures/streams/${name}.jsonl`);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(0, most);
  const spoilt = lines.flatMap((line, i) => {
    if (i % 50 === 49) return [line.slice(0, line.length >> 1), line];
    return i % 40 === 39 ? [line, lines[i - 20]] : [line];
  });
  return spoilt.map((line, i) => ({ value: Buffer.from(line), offset: i, next: i + 1, line: i + 1 }));
}

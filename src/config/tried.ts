import { parse, stringify } from 'yaml';
import { Failure } from '../errors/failure.ts';
import { checkConfig } from './load.ts';

/** Settings to try; those of the channel are absent where no channel is named. */
export interface TrySettings {
  readonly budget?: string | undefined;
  readonly channel?: string | undefined;
  readonly min_deviation?: number | undefined;
  readonly direction?: string | undefined;
}

/** Two configurations of one stream whose records are scored rows, and the settings that differ. YAML. */
export interface TriedConfigurations {
  readonly before: string;
  readonly after: string;
  readonly settings: string;
}

type Settings = Readonly<Record<string, unknown>>;

/** What of a stream is about its records: a scored row has its values as they were scored. */
const LEFT_OUT = ['attributes', 'rules', 'emit'];
const LEFT_OUT_OF_CHANNELS = ['at', 'missing', 'states', 'valid', 'aggregate', 'silent_after'];
/** How `rowOf` writes a row. */
const ROWS = {
  source: { kind: 'file', path: '-' },
  decode: { key: '/series', time: { at: '/time', format: 'epoch_ms' } },
  window: { kind: 'event', repeats: 'keep' },
};
const STYLE = { lineWidth: 0, aliasDuplicateObjects: false };

/** A row for `triedConfigurations`: a line of JSON. */
export function rowOf(series: string, timeMs: number, values: readonly (number | null)[]): string {
  return JSON.stringify({ series, time: timeMs, values });
}

/**
 * What a stream of an effective configuration scores of its own rows, as it is and with other settings. @throws Failure
 * config/invalid where they cannot be
 */
export function triedConfigurations(printed: string, name: string, tried: TrySettings): TriedConfigurations {
  const { streams } = parse(printed) as { readonly streams: Readonly<Record<string, Settings>> };
  const before = ofRows(streams[name]);
  const { budget, channel, min_deviation: absolute, direction } = tried;
  const channels = asSettings(before.channels);
  if (channel !== undefined && !Object.hasOwn(channels, channel)) {
    const message = `${name} has no channel ${JSON.stringify(channel)}; it has ${Object.keys(channels).join(', ')}`;
    throw new Failure('config/invalid', message);
  }
  refuseWords(channels);
  const ofChannel = {
    ...(absolute === undefined ? {} : { min_deviation: { absolute } }),
    ...(direction === undefined ? {} : { direction }),
  };
  const settings = {
    ...(channel === undefined ? {} : { channels: { [channel]: ofChannel } }),
    ...(budget === undefined ? {} : { alert: { budget } }),
  };
  const after = {
    ...before,
    channels:
      channel === undefined ? channels : { ...channels, [channel]: { ...asSettings(channels[channel]), ...ofChannel } },
    alert: { ...asSettings(before.alert), ...(budget === undefined ? {} : { budget }) },
  };
  const texts = { before: yamlOf(name, before), after: yamlOf(name, after), settings: yamlOf(name, settings) };
  refuse(texts.after);
  return texts;
}

/** @throws Failure config/invalid */
function refuse(text: string): void {
  const outside = { env: {}, readFile: () => ({ fault: 'no file is read' }) };
  const { config, faults } = checkConfig({ name: 'the settings', text }, outside);
  if (config === undefined) throw new Failure('config/invalid', faults.map(({ message }) => message).join('; '));
}

/** A scored row has the number of a word alone. @throws Failure config/invalid */
function refuseWords(channels: Settings): void {
  const [found] = Object.entries(channels).filter(([, channel]) => (asSettings(channel).kind ?? 'real') !== 'real');
  if (found === undefined) return;
  throw new Failure('config/invalid', `${found[0]} is no real number; settings of such streams cannot be tried yet`);
}

function ofRows(stream: Settings): Settings {
  const channels = Object.entries(asSettings(stream.channels)).map(([channel, settings], d) => {
    const { transform, ...kept } = without(asSettings(settings), LEFT_OUT_OF_CHANNELS);
    // The value of a counter is its rate already.
    return [channel, { at: `/values/${d}`, ...kept, ...(transform === 'counter' ? {} : { transform }) }];
  });
  return { ...without(stream, LEFT_OUT), ...ROWS, channels: Object.fromEntries(channels) };
}

function without(settings: Settings, keys: readonly string[]): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !keys.includes(key)));
}

function asSettings(value: unknown): Settings {
  return typeof value === 'object' && value !== null ? (value as Settings) : {};
}

function yamlOf(name: string, stream: Settings): string {
  return stringify({ streams: { [name]: stream } }, STYLE);
}

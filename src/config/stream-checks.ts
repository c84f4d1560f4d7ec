import type { z } from 'zod';
import { type DecodeOptions, namesSchemas } from '../decode/options.ts';
import type { ChannelOptions } from '../event/channel.ts';
import { isTimeZone } from '../event/wall-clock.ts';
import { parseTimeOfDay } from '../feature/dates.ts';
import type { FeatureOptions } from '../feature/options.ts';
import { engines } from '../lstm/engines.ts';
import { isGraph } from '../lstm/options.ts';
import { worlds } from '../simulate/worlds.ts';
import { missing } from '../tensorflow/binding.ts';
import type { Path } from './document.ts';
import { suggestion } from './nearest.ts';
import { type RuleFitting, ruleMisfits } from './rule-checks.ts';
import { child } from './schema-walk.ts';
import type { SourceConfig } from './source.ts';

/** The parts of a stream that must fit each other. */
export interface Fitting extends RuleFitting {
  readonly source: SourceConfig;
  readonly decode: DecodeOptions;
  readonly channels: Readonly<Record<string, ChannelOptions>>;
  readonly features: FeatureOptions;
  readonly network: { readonly engine: string; readonly cell: string };
}

interface Misfit {
  readonly path: Path;
  readonly message: string;
  /** Words that would be right here, for the nearest. */
  readonly known?: readonly string[];
}

const BAD_ESCAPE = /~(?![01])/;

/** What no part of a stream can see alone: source, format and channels must fit each other. */
export function streamChecks(stream: Fitting, context: z.RefinementCtx): void {
  for (const { path, message, known } of [
    ...ranges(stream),
    ...pointers(stream),
    ...columns(stream),
    ...framing(stream),
    ...simulated(stream),
    ...names(stream),
    ...sessions(stream),
    ...ruleMisfits(stream),
    ...discrete(stream),
  ]) {
    context.addIssue({ code: 'custom', path: [...path], message, params: { known } });
  }
}

function* ranges({ channels, decode }: Fitting): Iterable<Misfit> {
  const all = Object.values(channels);
  if (all.length > 0 && !all.some(({ score }) => score)) {
    yield { path: ['channels'], message: 'none of them may raise an alert; remove `score: false` from at least one' };
  }
  for (const [name, { valid }] of Object.entries(channels)) {
    const [lowest, highest] = valid ?? [null, null];
    if (lowest !== null && highest !== null && lowest >= highest) {
      yield { path: ['channels', name, 'valid', 0], message: `must be below the highest value, ${highest}` };
    }
  }
  const [earliest, latest] = decode.time.valid;
  if (Date.parse(earliest) >= Date.parse(latest)) {
    yield { path: ['decode', 'time', 'valid', 0], message: `must be before ${latest}` };
  }
}

/** Words and counts are what they are, and words come one an event. */
function* discrete({ channels, window, attributes, decode }: Fitting): Iterable<Misfit> {
  for (const [name, { kind, transform, vocabulary }] of Object.entries(channels)) {
    const path = ['channels', name];
    if (kind !== 'category' && vocabulary !== undefined) {
      yield { path: [...path, 'vocabulary'], message: 'needs `kind: category`' };
    }
    if (kind === 'real') continue;
    if (transform !== 'none')
      yield { path: [...path, 'transform'], message: `must be \`none\` where \`kind\` is \`${kind}\`` };
    if (kind === 'count') continue;
    if (window.kind !== 'event') {
      yield { path: [...path, 'kind'], message: '`category` needs `window: { kind: event }`: words have no mean' };
    }
    if (decode.format === 'number') yield { path: [...path, 'kind'], message: '`format: number` gives no words' };
    if (name in attributes)
      yield { path: ['attributes', name], message: 'the name of a `category` channel; choose another' };
  }
}

function* pointers(stream: Fitting): Iterable<Misfit> {
  if (stream.decode.format !== 'json' && !namesSchemas(stream.decode)) return;
  for (const { path, at } of places(stream)) {
    if (at.startsWith('/') && BAD_ESCAPE.test(at)) {
      yield { path, message: 'a JSON pointer writes "~" as "~0" and "/" as "~1"' };
    }
    if (/^\$|^\.|\[\d*\]/.test(at))
      yield { path, message: 'a JSON pointer reads /reading/temperature, not $.reading[0]' };
  }
}

function* columns(stream: Fitting): Iterable<Misfit> {
  const { decode, channels, source } = stream;
  const { format, columns: known } = decode;
  if (format === 'number' && Object.keys(channels).length > 1) {
    yield { path: ['channels'], message: '`format: number` gives one value, so one channel' };
  }
  if (format === 'number' && Object.keys(stream.attributes).length > 0) {
    yield { path: ['attributes'], message: '`format: number` gives one value, and no attributes' };
  }
  if (format !== 'csv') return;
  const isRows = child(source, 'framing') === 'csv';
  const hasHeader = isRows && child(source, 'header') === true;
  for (const { path, at } of places(stream)) {
    if (at.startsWith('/')) yield { path, message: 'a JSON pointer; `format: csv` wants the name of a column' };
    else if (known && !known.includes(at) && !isNumber(at)) yield { path, message: 'no such column', known };
    else if (known === undefined && isRows && !hasHeader && !isNumber(at)) {
      yield {
        path,
        message: 'a column by its number, from 1, since the source has no header; or name them all in `columns`',
      };
    }
  }
  if (known === undefined && !isRows) {
    yield { path: ['decode', 'format'], message: '`csv` needs `columns` here, since the source has no header' };
  }
}

function isNumber(column: string): boolean {
  return /^[1-9]\d*$/.test(column);
}

function* framing({ decode, source }: Fitting): Iterable<Misfit> {
  if (source.kind !== 'file') return;
  if (decode.time.format === 'record') {
    yield { path: ['decode', 'time', 'format'], message: 'a file does not say when its records were written' };
  }
  if (child(source, 'framing') !== 'csv') return;
  if (decode.format !== 'csv') {
    yield { path: ['decode', 'format'], message: 'must be csv, as the `framing` of the source is' };
  } else if (child(source, 'delimiter') !== decode.delimiter) {
    yield { path: ['decode', 'delimiter'], message: 'must be the `delimiter` of the source' };
  }
}

function* simulated({ decode, channels, attributes, source }: Fitting): Iterable<Misfit> {
  if (source.kind !== 'simulate') return;
  if (decode.format !== 'json')
    yield { path: ['decode', 'format'], message: 'must be json: the simulator writes that' };
  const world = worlds.find(({ name }) => name === child(source, 'world'));
  for (const [name, { at }] of Object.entries(channels)) {
    const field = (at ?? name).replace(/^\//, '');
    if (world === undefined || world.channels.includes(field)) continue;
    const message = `no number of the world ${world.name}`;
    if (at !== undefined) yield { path: ['channels', name, 'at'], message, known: world.channels };
    else yield { path: ['channels', name], message: `${message}${suggestion(field, world.channels)}` };
  }
  const known = world?.attributes ?? [];
  for (const [name, at] of Object.entries(attributes)) {
    if (world === undefined || known.includes(at.replace(/^\//, ''))) continue;
    yield { path: ['attributes', name], message: `no words of the world ${world.name}`, known };
  }
}

function* names({ features, network }: Fitting): Iterable<Misfit> {
  yield* zone(['features', 'zone'], features.zone);
  if (features.sessions?.zone !== undefined) yield* zone(['features', 'sessions', 'zone'], features.sessions.zone);
  const path = ['network', 'engine'];
  const built = ['auto', ...engines.map(({ kind }) => kind)];
  if (isGraph(network.cell) && !['auto', 'graph'].includes(network.engine)) {
    yield { path, message: `computes no cell graph; \`graph\` does` };
  } else if (network.engine === 'tensorflow') {
    const why = missing();
    if (why !== undefined) yield { path, message: `${why}; \`npm run setup:tensorflow\` does it` };
  } else if (!built.includes(network.engine)) {
    yield { path, message: `not on this machine, which has: ${built.join(', ')}` };
  }
}

function* zone(path: Path, name: string): Iterable<Misfit> {
  if (isTimeZone(name)) return;
  yield { path, message: 'an IANA time zone such as UTC or Europe/Berlin', known: Intl.supportedValuesOf('timeZone') };
}

/** An early close must leave some of the session; one over midnight has no hour that is too early. */
function* sessions({ features }: Fitting): Iterable<Misfit> {
  if (features.sessions === undefined) {
    const index = features.calendar.indexOf('session');
    if (index >= 0)
      yield { path: ['features', 'calendar', index], message: 'needs `features.sessions`, which says when it opens' };
    return;
  }
  const { open, close, half_days } = features.sessions;
  const from = parseTimeOfDay(open) ?? 0;
  if (from === 86_400_000) yield { path: ['features', 'sessions', 'open'], message: 'midnight is `0:00`' };
  if ((parseTimeOfDay(close) ?? 0) <= from) return;
  for (const [date, until] of Object.entries(half_days)) {
    const path = ['features', 'sessions', 'half_days', date];
    if ((parseTimeOfDay(until) ?? 0) <= from) yield { path, message: `must be after the open, ${open}` };
  }
}

/** Every place in a record that is named, with the path of its name. */
function* places({ decode, channels, attributes }: Fitting): Iterable<{ path: Path; at: string }> {
  const { key, time } = decode;
  if (Array.isArray(key)) for (const [nth, at] of key.entries()) yield { path: ['decode', 'key', nth], at };
  else if (key !== undefined && key !== 'record') yield { path: ['decode', 'key'], at: key };
  if (time.format !== 'record') {
    const path = ['decode', 'time', 'at'];
    if (Array.isArray(time.at)) for (const [nth, at] of time.at.entries()) yield { path: [...path, nth], at };
    else yield { path, at: time.at };
  }
  for (const [name, { at }] of Object.entries(channels)) {
    yield at === undefined ? { path: ['channels', name], at: name } : { path: ['channels', name, 'at'], at };
  }
  for (const [name, at] of Object.entries(attributes)) yield { path: ['attributes', name], at };
}

import { parse, stringify } from 'yaml';
import type { DetectorOptions } from '../detector/options.ts';
import { Failure } from '../errors/failure.ts';
import { faultLine } from './fault.ts';
import { checkConfig } from './load.ts';
import { detectorOptions } from './stream.ts';

/** What of a stream a score does not depend on, once its records are decoded. */
const LEFT_OUT: readonly string[] = ['source', 'decode', 'emit'];

/** Of an effective configuration as it is printed, secrets hidden, what the scores of one stream depend on: YAML. */
export function portableStream(printed: string, name: string): string {
  const { streams } = parse(printed) as { readonly streams: Readonly<Record<string, object>> };
  const kept = Object.entries(streams[name]).filter(([key]) => !LEFT_OUT.includes(key));
  return stringify({ streams: { [name]: Object.fromEntries(kept) } }, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The options that `portableStream` wrote. `where`: for people. @throws Failure config/invalid */
export function portableOptions(text: string, name: string, where: string): DetectorOptions {
  const read: unknown = parse(text);
  const streams = isRecord(read) && isRecord(read.streams) ? read.streams : {};
  const stream = streams[name];
  const whole = { streams: { [name]: { ...(isRecord(stream) ? stream : {}), source: { kind: 'file', path: '-' } } } };
  const outside = { env: {}, readFile: () => ({ fault: 'a bundle names no files' }) };
  const { config, faults } = checkConfig({ name: where, text: stringify(whole) }, outside);
  if (config === undefined) throw new Failure('config/invalid', faults.map(faultLine).join('\n'));
  return detectorOptions(name, config.streams[name]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
